import { expect, test } from 'vitest';
import { formatTable } from '../src/table.ts';

const COLUMNS = [
  { title: 'NAME', cell: ({ name }: { name: string; n: number }) => name },
  {
    title: 'N',
    right: true,
    cell: ({ n }: { n: number }) => ({ text: String(n), style: n > 9 ? ('red' as const) : null }),
  },
  { title: 'END', cell: () => 'x' },
];

test('columns are aligned, numbers to the right, and no line ends with spaces', () => {
  const rows = [
    { name: 'a', n: 7 },
    { name: 'longer', n: 12 },
  ];
  expect(formatTable(COLUMNS, rows, false)).toBe(['NAME     N  END', 'a        7  x', 'longer  12  x'].join('\n'));
});

test('styles are shown where there are colours alone, and do not move columns', () => {
  const rows = [{ name: 'a', n: 12 }];
  expect(formatTable(COLUMNS, rows, false)).not.toContain('\u001b');
  expect(formatTable(COLUMNS, rows, true)).toContain('\u001b[31m12\u001b[39m  x');
});

test('a table without rows has its titles', () => {
  expect(formatTable(COLUMNS, [], false)).toBe('NAME  N  END');
});
