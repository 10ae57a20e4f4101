import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellLine, shellQuote } from '../src/findings/shell-quote.ts';

/** What a shell makes of a line of words: each as it got it. */
const wordsOf = (shell: string, line: string): string[] =>
  execFileSync(shell, ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);

test.each([
  ['/var/lib/docker', '/var/lib/docker'],
  ['', "''"],
  ['a b', "'a b'"],
  ["it's", "'it'\\''s'"],
  ['$(reboot)', "'$(reboot)'"],
  ['-rf', "'-rf'"],
  ['line\nline', "$'line\\x0aline'"],
  ['turn\u202earound', "$'turn\\xe2\\x80\\xaearound'"],
])('%j is quoted as %s', (word, quoted) => {
  expect(shellQuote(word)).toBe(quoted);
});

test('options stay options, and names that look like some are quoted by who puts them there', () => {
  expect(shellLine('btrfs', 'balance', 'start', '-dusage=5', '/mnt/a b')).toBe(
    "btrfs balance start -dusage=5 '/mnt/a b'",
  );
});

test('bash gets every word as it was', () => {
  const word = fc
    .string({ unit: 'binary', maxLength: 12 })
    .filter((text) => !text.includes('\0') && text.isWellFormed());
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
      expect(wordsOf('bash', words.map(shellQuote).join(' '))).toEqual(words);
    }),
    { numRuns: 60 },
  );
});

test('a plain sh gets every word without hidden characters as it was', () => {
  const word = fc.string({ unit: 'grapheme-ascii', maxLength: 12 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
      expect(wordsOf('sh', words.map(shellQuote).join(' '))).toEqual(words);
    }),
    { numRuns: 60 },
  );
});
