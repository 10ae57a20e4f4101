import type { Item, ItemRun } from '@silt/domain';
import { MemoryOutbox, type Outgoing } from '@silt/wire/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { golden } from '../../../packages/wire/test/golden-frame.ts';
import { snapshot } from '../../../packages/wire/test/snapshots.ts';
import { ItemTeller, MIN_FULL_INTERVAL_MILLISECONDS } from '../src/item-teller.ts';

const { scopes, items } = golden('inventory') as { scopes: ItemRun['scopes']; items: Item[] };
const DAY_MILLISECONDS = 86_400_000;

let outbox: MemoryOutbox;
let teller: ItemTeller;
let beats: number;
const beat = () => {
  beats += 1;
};
const tell = (run: Partial<ItemRun> = {}) => teller.tell({ run: { scopes, items, ...run }, snapshot: snapshot() });
const sent: Outgoing[] = [];
const send = () => {
  for (let one = outbox.next(); one !== null; one = outbox.next()) sent.push(one);
};
/** The server has committed all that there is. */
const acknowledge = () => {
  send();
  outbox.acknowledge(outbox.lastSequence);
};
/** Base of each inventory so far: null = a full one. */
const bases = () => {
  send();
  return sent.map((one) => (one.kind === 'inventory' ? one.baseSequence : one.kind));
};

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  outbox = new MemoryOutbox();
  teller = new ItemTeller(outbox);
  beats = 0;
  sent.length = 0;
  await outbox.resume(0);
});
afterEach(() => {
  vi.useRealTimers();
});

test('the first inventory of a run is full, each later one changes the one before, and after a day all is told', () => {
  tell();
  tell();
  tell({ items: items.slice(1) });
  vi.advanceTimersByTime(DAY_MILLISECONDS);
  tell();
  expect(bases()).toEqual([null, 1, 2, null]);
});

test('a request is answered with a full one at once, where the last one is a minute old', () => {
  tell();
  acknowledge();
  vi.advanceTimersByTime(MIN_FULL_INTERVAL_MILLISECONDS);
  teller.askFull(beat);
  vi.advanceTimersByTime(0);
  expect(beats).toBe(1);
  tell();
  expect(bases()).toEqual([null, null]);
});

test('requests that come more often are answered once a minute', () => {
  tell();
  acknowledge();
  for (let second = 0; second < 50; second += 1) {
    teller.askFull(beat);
    vi.advanceTimersByTime(1_000);
  }
  expect(beats).toBe(0);
  vi.advanceTimersByTime(MIN_FULL_INTERVAL_MILLISECONDS);
  expect(beats).toBe(1);
});

test('a beat of the usual course answers a request that waits, and none comes besides', () => {
  tell();
  acknowledge();
  teller.askFull(beat);
  tell();
  vi.advanceTimersByTime(MIN_FULL_INTERVAL_MILLISECONDS);
  expect([beats, bases()]).toEqual([0, [null, null]]);
});

test('a request while a full one is on its way is for that one', () => {
  tell();
  teller.askFull(beat);
  vi.advanceTimersByTime(MIN_FULL_INTERVAL_MILLISECONDS);
  tell();
  expect([beats, bases()]).toEqual([0, [null, 1]]);
});

test('a new stream, and an inventory that could not be kept, are followed by a full one', async () => {
  tell();
  await outbox.renew();
  tell();
  teller.tell({ run: { scopes, items }, snapshot: snapshot({ takenAt: 'soon' }) });
  tell();
  expect(bases()).toEqual([null, null, null]);
});

test('after the end nothing is told', () => {
  tell();
  acknowledge();
  teller.askFull(beat);
  teller.stop();
  tell();
  vi.advanceTimersByTime(MIN_FULL_INTERVAL_MILLISECONDS);
  expect([beats, bases()]).toEqual([0, [null]]);
});
