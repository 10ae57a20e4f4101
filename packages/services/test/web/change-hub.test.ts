import type { LiveChange } from '@silt/domain';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CHANGE_INTERVAL_MILLISECONDS, ChangeHub, MAX_CHANGED_HOSTS } from '../../src/web/change-hub.ts';

const OURS = '0198a000-0000-7000-8000-0000000000aa';
const THEIRS = '0198a000-0000-7000-8000-0000000000bb';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function subscribe(hub: ChangeHub, organisationId: string) {
  const heard: LiveChange[] = [];
  const controller = new AbortController();
  const ended = (async () => {
    for await (const change of hub.subscribe(organisationId, controller.signal)) heard.push(change);
  })();
  return { heard, controller, ended };
}

const publish = (hub: ChangeHub, organisationId: string, hostIds: string[]) =>
  hub.publish({ many: false, hostIds: new Map([[organisationId, hostIds]]) });
const settle = () => vi.advanceTimersByTimeAsync(0);

test('a subscriber hears of its own organisation alone', async () => {
  const hub = new ChangeHub();
  const { heard } = subscribe(hub, OURS);
  await settle();
  publish(hub, THEIRS, ['theirs']);
  publish(hub, OURS, ['ours']);
  await settle();
  expect(heard).toEqual([{ kind: 'hosts', hostIds: ['ours'] }]);
});

test('the first change comes at once, later ones together once a second', async () => {
  const hub = new ChangeHub();
  const { heard } = subscribe(hub, OURS);
  await settle();
  publish(hub, OURS, ['a']);
  await settle();
  expect(heard).toHaveLength(1);
  for (const id of ['b', 'c', 'b']) publish(hub, OURS, [id]);
  await vi.advanceTimersByTimeAsync(CHANGE_INTERVAL_MILLISECONDS - 1);
  expect(heard).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(heard.slice(1)).toEqual([{ kind: 'hosts', hostIds: ['b', 'c'] }]);
});

test('many reaches everybody and swallows the names', async () => {
  const hub = new ChangeHub();
  const ours = subscribe(hub, OURS);
  const theirs = subscribe(hub, THEIRS);
  await settle();
  publish(hub, OURS, ['a']);
  hub.publish({ many: true });
  await settle();
  expect([ours.heard, theirs.heard]).toEqual([[{ kind: 'many' }], [{ kind: 'many' }]]);
});

test('a subscriber that does not read holds a bounded set, then many', async () => {
  const hub = new ChangeHub();
  const changes = hub.subscribe(OURS, new AbortController().signal);
  const first = changes.next();
  publish(hub, OURS, ['a']);
  await first;
  for (let host = 0; host <= MAX_CHANGED_HOSTS; host += 1) publish(hub, OURS, [`host ${host}`]);
  const second = changes.next();
  await vi.advanceTimersByTimeAsync(CHANGE_INTERVAL_MILLISECONDS);
  expect((await second).value).toEqual({ kind: 'many' });
});

test('it ends when the signal aborts, while waiting and while resting', async () => {
  const hub = new ChangeHub();
  const waiting = subscribe(hub, OURS);
  const resting = subscribe(hub, THEIRS);
  await settle();
  publish(hub, THEIRS, ['a']);
  await settle();
  waiting.controller.abort();
  resting.controller.abort();
  await Promise.all([waiting.ended, resting.ended]);
});
