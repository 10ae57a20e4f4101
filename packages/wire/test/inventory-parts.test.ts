import { randomBytes } from 'node:crypto';
import type { Item, Scope } from '@silt/domain';
import { describe, expect, test } from 'vitest';
import { inventoryParts, MAX_PART_BYTES } from '../src/client/inventory-parts.ts';
import {
  decodeCollectorFrame,
  type InventoryMessage,
  joinFrame,
  MAX_FRAME_BYTES,
  MAX_INVENTORY_ITEMS,
  MAX_PART_ITEMS,
  MAX_SCOPES,
} from '../src/index.ts';
import { inventoryOf, itemsOf } from './snapshots.ts';

/** The messages as a gateway reads them off their frames. */
function sentOf(changes: Partial<ReturnType<typeof inventoryOf>>): {
  messages: InventoryMessage[];
  problems: string[];
} {
  const { parts, problems } = inventoryParts({ ...inventoryOf(1), ...changes });
  const messages = parts.map(({ head, body }, place) => {
    const start = JSON.stringify({ type: 'inventory', sequence: place + 1, baseSequence: null, ...head });
    const frame = joinFrame(`${start.slice(0, -1)},`, body);
    expect(frame.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
    const decoded = decodeCollectorFrame(frame, true);
    if (!decoded.ok || decoded.message.type !== 'inventory') throw new Error(JSON.stringify(decoded));
    return decoded.message;
  });
  return { messages, problems };
}

const scopesOf = (names: string[]): Scope[] => names.map((name) => ({ name, status: 'complete', reason: null }));

describe('an inventory as frames', () => {
  test.each([0, 1, MAX_PART_ITEMS, MAX_PART_ITEMS + 1, 12_000])('of %d items tells them all, in order', (count) => {
    const items = itemsOf(count);
    const { messages, problems } = sentOf({ items });
    expect(problems).toEqual([]);
    expect(messages.map(({ part, parts }) => [part, parts])).toEqual(
      messages.map((_, place) => [place + 1, messages.length]),
    );
    expect(messages.flatMap((one) => one.items)).toEqual(items);
    expect(messages[0]?.scopes).toEqual(inventoryOf(1).scopes);
    expect(messages.slice(1).flatMap(({ scopes }) => scopes)).toEqual([]);
    expect(Math.max(...messages.map((one) => one.items.length))).toBeLessThanOrEqual(MAX_PART_ITEMS);
  });

  test('keys that are gone are in parts like items', () => {
    const removed = Array.from({ length: 2 * MAX_PART_ITEMS + 1 }, (_, place) => `volume:${place}`);
    const { messages } = sentOf({ isFull: false, items: itemsOf(7), removed });
    expect(messages.flatMap((one) => one.removed)).toEqual(removed);
    expect(messages.flatMap((one) => one.items)).toHaveLength(7);
  });

  test('what is long is cut by its bytes, also where it hardly compresses', () => {
    const noisy = (bytes: number) => randomBytes(bytes).toString('base64');
    const long = itemsOf(3_000).map((item): Item => ({ ...item, name: 'x'.repeat(4_000) }));
    expect(sentOf({ items: long }).messages.length).toBe(Math.ceil((3_000 * 4_300) / MAX_PART_BYTES));
    const noise = itemsOf(1_001).map((item): Item => ({ ...item, name: noisy(3_000) }));
    const { messages } = sentOf({ items: noise, removed: [], isFull: true });
    expect(messages.flatMap((one) => one.items)).toEqual(noise);
    expect(messages.length).toBeGreaterThan(3);
  });
});

describe('what the protocol cannot carry', () => {
  test.each<[string, Partial<Item>]>([
    ['a NUL', { name: 'a\0b' }],
    ['a key of 513 characters', { key: 'x'.repeat(513) }],
    ['a broken size', { sizeBytes: 0.5 }],
    ['more for certain than at the most', { leastBytes: 2, mostBytes: 1 }],
  ])('an item with %s is left out, and its scope is no more complete', (_, changes) => {
    const [bad, ...good] = itemsOf(4, { scope: 'subvolumes' });
    const { messages, problems } = sentOf({
      items: [{ ...(bad as Item), ...changes }, ...good],
      scopes: scopesOf(['subvolumes', 'docker']),
    });
    expect(messages[0]?.items).toEqual(good);
    expect(messages[0]?.scopes).toEqual([
      { name: 'subvolumes', status: 'partial', reason: '1 items are more than can be told' },
      { name: 'docker', status: 'complete', reason: null },
    ]);
    expect(problems).toHaveLength(1);
  });

  test('more items than an inventory may have are left out and told', () => {
    const { messages, problems } = sentOf({
      items: itemsOf(MAX_INVENTORY_ITEMS + 2, { scope: 'subvolumes' }),
      scopes: scopesOf(['subvolumes']),
    });
    expect(messages.flatMap((one) => one.items)).toHaveLength(MAX_INVENTORY_ITEMS);
    expect(messages[0]?.scopes[0]).toMatchObject({ status: 'partial', reason: expect.stringContaining('2 items') });
    expect(problems).toEqual([`it has more than ${MAX_INVENTORY_ITEMS} items`]);
  });

  test('of too many scopes those of whole probes are kept, and are partial', () => {
    const names = Array.from({ length: MAX_SCOPES + 5 }, (_, place) => `docker volumes docker:${place}`);
    const { messages } = sentOf({ scopes: scopesOf([...names, 'docker', 'subvolumes']), items: [] });
    const [message] = messages;
    expect(message?.scopes).toHaveLength(MAX_SCOPES);
    expect(message?.scopes.slice(0, 2)).toMatchObject([
      { name: 'docker', status: 'partial' },
      { name: 'subvolumes', status: 'complete' },
    ]);
  });

  test('a clock that no frame can tell makes it nothing', () => {
    expect(sentOf({ takenAt: 'soon' })).toEqual({ messages: [], problems: [expect.stringContaining('takenAt')] });
  });
});
