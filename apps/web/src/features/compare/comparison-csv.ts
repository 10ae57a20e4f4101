import type { ByteRange, Comparison, StoreComparison } from '@silt/domain';

type Cell = string | number | null;

const HEAD = [
  'store',
  'change',
  'kind',
  'item',
  'key',
  'owner',
  'state',
  'a_least_bytes',
  'a_most_bytes',
  'b_least_bytes',
  'b_most_bytes',
  'delta_least_bytes',
  'delta_most_bytes',
] as const;

/** What a spreadsheet would run as a formula, by its first character. */
const FORMULA = /^[=+\-@\t\r\n]/;
const NEEDS_QUOTES = /[",\r\n]/;
/** Tells a spreadsheet that it is UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/** A field as RFC 4180 has it. A text that a spreadsheet would run is made harmless by an apostrophe before it. */
export function csvField(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const rangeCells = (range: { leastBytes: number | null; mostBytes: number | null } | null): Cell[] => [
  range?.leastBytes ?? null,
  range?.mostBytes ?? null,
];

/**
 * A row for each change, then for what is below the size step, the unattributed and the sum. What was not there and what was
 * not read are both empty; `change` tells them apart. Without inventories there are no rows of items.
 */
export function comparisonCsv({ stores }: Comparison, { withItems }: { withItems: boolean }): string {
  const rows: Cell[][] = [[...HEAD], ...stores.flatMap((store) => storeRows(store, withItems))];
  return BYTE_ORDER_MARK + rows.map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}

function storeRows({ storeName, storeKey, changes, attribution }: StoreComparison, withItems: boolean): Cell[][] {
  const { series, aBytes, bBytes, growthBytes, belowStepsBytes, unattributed } = attribution;
  const exact = (bytes: number | null): ByteRange | null =>
    bytes === null ? null : { leastBytes: bytes, mostBytes: bytes };
  const total = (change: string, delta: ByteRange | null): Cell[] => [
    ...[storeName, change, null, null, storeKey, null, null],
    ...[null, null, null, null],
    ...rangeCells(delta),
  ];
  const items = changes.map(({ change, item, a, b, delta }): Cell[] => [
    ...[storeName, change, item.kind, item.name, item.key, item.ownerChain.join(' > '), item.state],
    ...[...rangeCells(a), ...rangeCells(b), ...rangeCells(delta)],
  ]);
  return [
    ...(withItems
      ? [...items, total('below-size-step', exact(belowStepsBytes)), total('unattributed', unattributed)]
      : []),
    [
      ...[storeName, 'sum', null, series, storeKey, null, null],
      ...[...rangeCells(exact(aBytes)), ...rangeCells(exact(bBytes)), ...rangeCells(exact(growthBytes))],
    ],
  ];
}
