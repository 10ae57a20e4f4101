import { describe, expect, test } from 'vitest';
import { printable, printableAll } from '../src/index.ts';

describe('names', () => {
  test.each([
    ['a newline', 'a\nb', 'a\\u{a}b'],
    ['an escape sequence', '\u{1b}[2Jgone', '\\u{1b}[2Jgone'],
    ['a C1 control', '\u{9b}31m', '\\u{9b}31m'],
    ['a change of direction', 'a\u{202e}b', 'a\\u{202e}b'],
    ['a line separator', 'a\u{2028}b', 'a\\u{2028}b'],
    ['a lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
  ])('%s is shown as its code', (_, name, text) => {
    expect(printable(name)).toBe(text);
  });

  test('stay as they are in every language', () => {
    for (const name of ['数据', 'Größe', 'חשבון', '🦭'] as const) expect(printable(name)).toBe(name);
  });

  test('are made printable wherever they stand, and what is no text is left alone', () => {
    const value = { a: ['\n', null, 1], b: { c: '\t', d: true } };
    expect(printableAll(value)).toEqual({ a: ['\\u{a}', null, 1], b: { c: '\\u{9}', d: true } });
  });
});
