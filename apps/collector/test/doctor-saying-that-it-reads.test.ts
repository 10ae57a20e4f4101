import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sayingThatItReads } from '../src/doctor/saying-that-it-reads.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What was written to stderr while a host was read for so long. */
async function saidIn(milliseconds: number, isTTY: boolean, isFailing = false): Promise<string> {
  const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
  const work = new Promise<void>((resolve, reject) => {
    setTimeout(() => (isFailing ? reject(new Error('no')) : resolve()), milliseconds);
  });
  const ended = sayingThatItReads(stderr, work).catch(() => {});
  await vi.advanceTimersByTimeAsync(milliseconds);
  await ended;
  return stderr.read() ?? '';
}

test('a look that takes long is told on a terminal, and the word is taken away again', async () => {
  expect(await saidIn(1_500, true)).toBe('Reading this host …\r\u{1b}[K');
  expect(await saidIn(1_500, true, true)).toBe('Reading this host …\r\u{1b}[K');
});

test('a usual look, and one that no terminal shows, is not', async () => {
  expect(await saidIn(900, true)).toBe('');
  expect(await saidIn(60_000, false)).toBe('');
});
