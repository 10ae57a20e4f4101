import { expect, test } from 'vitest';
import { newInventoryMemory, SIZES_INTERVAL_MILLISECONDS, takeSizesTurn } from '../src/inventory-memory.ts';

test('a daemon is asked for sizes when it is first met and then hourly, whatever the others are', () => {
  const memory = newInventoryMemory();
  expect(takeSizesTurn(memory, 'docker:/run/docker.sock', 1_000)).toBe(true);
  expect(takeSizesTurn(memory, 'docker:/run/docker.sock', 2_000)).toBe(false);
  expect(takeSizesTurn(memory, 'docker:/run/other.sock', 2_000)).toBe(true);
  expect(takeSizesTurn(memory, 'docker:/run/docker.sock', 1_000 + SIZES_INTERVAL_MILLISECONDS)).toBe(true);
  expect(takeSizesTurn(memory, 'docker:/run/other.sock', 1_000 + SIZES_INTERVAL_MILLISECONDS)).toBe(false);
});

test('daemons that are gone are forgotten', () => {
  const memory = newInventoryMemory();
  for (let number = 0; number < 100; number += 1) takeSizesTurn(memory, `docker:${number}`, number);
  takeSizesTurn(memory, 'docker:new', 100 + SIZES_INTERVAL_MILLISECONDS);
  expect([...memory.sizesAt.keys()]).toEqual(['docker:new']);
});
