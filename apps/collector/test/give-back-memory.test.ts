import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { giveBackMemory } from '../src/give-back-memory.ts';

test('what nothing holds any more is gone at once, and what is held stays', async () => {
  const held = { rows: Array.from({ length: 1_000 }, (_, place) => ({ place })) };
  const [left, kept] = [new WeakRef({ ...held }), new WeakRef(held)];
  // The engine keeps what a WeakRef was made of until the end of its turn.
  await sleep(1);
  giveBackMemory();
  expect(left.deref()).toBeUndefined();
  expect(kept.deref()?.rows).toHaveLength(1_000);
});
