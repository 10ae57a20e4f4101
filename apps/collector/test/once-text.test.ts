import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { alignRows, columnsOf, wrap, wrapText } from '../src/once/columns.ts';
import { few, listed } from '../src/once/few.ts';
import { fillBar, shareBar } from '../src/once/fill-bar.ts';
import { paintFor } from '../src/once/paint.ts';
import { shortName, shortPath } from '../src/once/shorten.ts';
import { treeLines, treeNode } from '../src/once/tree.ts';
import { plain } from './once-host.ts';

const ESCAPE = '\u{1b}';
const MIB = 1024 ** 2;

describe('colours', () => {
  const terminal = Object.assign(new PassThrough(), {
    isTTY: true,
    getColorDepth: WriteStream.prototype.getColorDepth,
  });
  beforeEach(() => {
    for (const name of ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS', 'CI']) vi.stubEnv(name, undefined);
    vi.stubEnv('TERM', 'xterm-256color');
  });
  afterEach(() => vi.unstubAllEnvs());

  test('are there on a terminal', () => {
    expect(paintFor(terminal)('critical', 'full')).toBe(`${ESCAPE}[31mfull${ESCAPE}[39m`);
  });

  test('are not there on a terminal whose user wants none', () => {
    vi.stubEnv('NO_COLOR', '1');
    expect(paintFor(terminal)('critical', 'full')).toBe('full');
  });

  test('are never there in a pipe', () => {
    vi.stubEnv('FORCE_COLOR', '1');
    expect(paintFor(new PassThrough())('critical', 'full')).toBe('full');
  });

  test('take no column', () => {
    const paint = paintFor(terminal);
    const rows = treeLines([
      treeNode(paint('strong', 'short'), { right: '1' }),
      treeNode(paint('critical', 'much longer'), { right: '2' }),
    ]);
    expect(rows.map((row) => columnsOf(row))).toEqual([14, 14]);
  });
});

describe('bars', () => {
  test.each([
    // 512 MiB of 1 GiB.
    [512 * MIB, 1024 * MIB, '█████░░░░░   50 %  512.0 MiB of 1.00 GiB'],
    [0, MIB, '░░░░░░░░░░  0.0 %        0 B of 1.00 MiB'],
    // However little, it is something; however much, not all.
    [1, MIB, '█░░░░░░░░░ <0.1 %        1 B of 1.00 MiB'],
    [MIB - 1, MIB, '██████████ 99.9 %   1.00 MiB of 1.00 MiB'],
    [2 * MIB, MIB, '██████████  200 %   2.00 MiB of 1.00 MiB'],
    // Not read is no zero, and no capacity is no fill.
    [null, MIB, 'use not read, of 1.00 MiB'],
    [MIB, null, '1.00 MiB of a size that was not read'],
    [null, null, 'not read'],
    [0, 0, '0 B of 0 B'],
  ])('%s of %s', (used, capacity, bar) => {
    expect(fillBar({ used, capacity, unit: 'bytes' }, plain)).toBe(bar);
    expect(shareBar({ used, capacity, unit: 'bytes' }, plain)).toBe(bar);
  });

  test('of things that are counted have no bytes', () => {
    expect(fillBar({ used: 900, capacity: 1_000, unit: 'count' }, plain)).toBe('█████████░   90 %        900 of 1,000');
  });

  test('are coloured by their fill, but for those that are no worse for being full', () => {
    const paint = (style: string, text: string) => `<${style} ${text}>`;
    const full = { used: 96, capacity: 100, unit: 'count' } as const;
    expect(fillBar(full, paint)).toContain('<critical ██████████>');
    expect(fillBar({ ...full, used: 90 }, paint)).toContain('<warning █████████>');
    expect(shareBar(full, paint)).toContain('<unknown ██████████>');
  });
});

describe('names', () => {
  test('that are long are cut: a name at its end, a path in its middle, an id to its beginning', () => {
    expect(shortName('n'.repeat(4_096))).toBe(`${'n'.repeat(39)}…`);
    const path = shortPath(`/begin/${'n'.repeat(4_096)}/end`);
    expect(path).toMatch(/^\/begin\/n+…n+\/end$/);
    expect(path.length).toBeLessThanOrEqual(56);
    expect(shortPath(`/overlay2/${'a'.repeat(64)}/diff`)).toBe('/overlay2/aaaaaaaaaaaa…/diff');
  });
});

describe('columns', () => {
  test.each([
    ['plain', 5],
    ['数据', 4],
    // e and a combining accent.
    ['e\u{301}', 1],
    ['🦭', 2],
  ])('%s takes %d', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  test('cells stand below each other, and an empty column is left out', () => {
    expect(
      alignRows([
        ['a', '', 'x'],
        ['数据', '', 'y'],
      ]),
    ).toEqual(['a     x', '数据  y']);
    expect(alignRows([])).toEqual([]);
  });

  test('one long cell moves no other', () => {
    expect(
      alignRows([
        ['n'.repeat(60), 'x'],
        ['a', 'y'],
      ]),
    ).toEqual([`${'n'.repeat(60)}  x`, `a${' '.repeat(39)}  y`]);
  });

  test('parts are wrapped between them, and one that fits nowhere has a line of its own', () => {
    expect(wrap(['aa', 'bb', 'cccccccc', 'd'], ', ', 6)).toEqual(['aa, bb', 'cccccccc', 'd']);
    expect(wrap([], ', ', 6)).toEqual([]);
    const lines = wrapText('! ', 'word '.repeat(40).trim());
    expect(lines.map((line) => line.slice(0, 6))).toEqual(['! word', '  word']);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(110);
  });
});

describe('a tree', () => {
  test('has its right parts in one column, whatever the depth, but for a line that is too long for it', () => {
    const long = 'n'.repeat(70);
    const nodes = [
      treeNode('top', {
        ...{ right: '1', rows: [{ left: 'row', right: '2' }], facts: ['fact', 'other'] },
        children: [
          treeNode('first', { right: '3', rows: [{ left: 'row', right: null }] }),
          treeNode(long, { right: '4' }),
        ],
      }),
    ];
    expect(treeLines(nodes)).toEqual([
      'top       1',
      '│ row     2',
      '│ fact · other',
      '├─ first  3',
      '│    row',
      `└─ ${long}  4`,
    ]);
  });
});

describe('lists', () => {
  test.each([
    [[], 0, ''],
    [['a'], 1, 'a'],
    [['a', 'b'], 2, 'a and b'],
    [['a', 'b', 'c', 'd', 'e'], 5, 'a, b, c, d and 1 more'],
    // The first two of 17.
    [['a', 'b'], 17, 'a, b and 15 more'],
  ])('%j of %d is %s', (parts, count, text) => {
    expect(listed(parts, count)).toBe(text);
  });

  test('of sentences end with a count of those left out', () => {
    const sentences = Array.from({ length: 141 }, (_, place) => `${place}.`);
    expect(few('leaks', sentences).slice(7)).toEqual(['7.', 'There are 133 more leaks.']);
    expect(few('leaks', sentences.slice(0, 8))).toEqual(sentences.slice(0, 8));
  });
});
