import type { Attribution, ByteRange, ItemView } from '../history-views.ts';
import type { SeriesName } from '../series.ts';
import type { Reading, StoreKind } from '../snapshot.ts';
import { HELD_SERIES } from './held-series.ts';
import { HOLDING_KINDS } from './item.ts';
import { sizeErrorOf } from './size-step.ts';

/** A store at one moment. */
export interface ComparedSide {
  /** Of the host or of the store alone; the others are left out here. */
  items: readonly ItemView[];
  /** Of the store: a series that is not there was not read. */
  readings: Partial<Record<SeriesName, Reading>>;
}

/** An item at either moment; null = it was not there, or held bytes of another store. */
export interface ItemPair {
  a: ItemView | null;
  b: ItemView | null;
}

type Held = Pick<ItemView, 'counted' | 'leastBytes' | 'mostBytes'> | null;

/**
 * By how much what an item holds has moved: what is not there or not counted holds nothing. What it shares is taken to have
 * moved with the rest of it, so that of an item that did not move nothing has. null = its bytes were not known at one of the
 * two.
 */
export function heldDelta(a: Held, b: Held): ByteRange | null {
  const [from, to] = [heldRange(a), heldRange(b)];
  if (from === null || to === null) return null;
  const [least, most] = [to.leastBytes - from.leastBytes, to.mostBytes - from.mostBytes];
  return { leastBytes: Math.min(least, most), mostBytes: Math.max(least, most) };
}

function heldRange(held: Held): ByteRange | null {
  if (held === null || !held.counted) return { leastBytes: 0, mostBytes: 0 };
  const { leastBytes, mostBytes } = held;
  return leastBytes === null || mostBytes === null ? null : { leastBytes, mostBytes };
}

/**
 * Growth of a store = Σ of kinds + below steps (as 0 where it is null) + unattributed, exactly: at the least of the kinds
 * with the most of the unattributed, and the other way round. Items of unknown size are in the unattributed.
 */
export function attributionOf(
  kind: StoreKind,
  pairs: readonly ItemPair[],
  { a, b }: { a: ComparedSide['readings']; b: ComparedSide['readings'] },
): Attribution {
  const series = HELD_SERIES[kind];
  const [aBytes, bBytes] = [a[series] ?? null, b[series] ?? null];
  const growthBytes = aBytes === null || bBytes === null ? null : bBytes - aBytes;
  const kinds = kindsOf(pairs);
  const stepErrorBytes = stepErrorOf(pairs);
  const belowStepsBytes = belowStepsOf(pairs, { a, b, stepErrorBytes });
  const told = sumOfRanges(kinds);
  const rest = growthBytes === null ? null : growthBytes - (belowStepsBytes ?? 0);
  return {
    series,
    ...{ aBytes, bBytes, growthBytes, kinds, belowStepsBytes, stepErrorBytes },
    unattributed: rest === null ? null : { leastBytes: rest - told.mostBytes, mostBytes: rest - told.leastBytes },
    unknownItems: pairs.filter(({ b: item }) => item?.counted === true && heldRange(item) === null).length,
  };
}

/** In the order of `HOLDING_KINDS`, those that had an item at either moment. */
function kindsOf(pairs: readonly ItemPair[]): Attribution['kinds'] {
  return HOLDING_KINDS.flatMap((kind) => {
    const own = pairs.filter(({ a, b }) => (b ?? a)?.kind === kind);
    if (own.length === 0) return [];
    const ranges = own.map(({ a, b }) => heldDelta(a, b));
    return [
      {
        kind,
        ...sumOfRanges(ranges.filter((range) => range !== null)),
        added: own.filter(({ a }) => a === null).length,
        removed: own.filter(({ b }) => b === null).length,
        changed: own.filter(({ a, b }) => a !== null && b !== null && isMoved(a, b)).length,
      },
    ];
  });
}

const isMoved = (a: ItemView, b: ItemView): boolean =>
  a.counted !== b.counted || a.leastBytes !== b.leastBytes || a.mostBytes !== b.mostBytes;

function sumOfRanges(ranges: readonly ByteRange[]): ByteRange {
  let [leastBytes, mostBytes] = [0, 0];
  for (const range of ranges) {
    leastBytes += range.leastBytes;
    mostBytes += range.mostBytes;
  }
  return { leastBytes, mostBytes };
}

function stepErrorOf(pairs: readonly ItemPair[]): number {
  let sum = 0;
  for (const item of pairs.flatMap(({ a, b }) => [a, b])) {
    if (item?.counted === true && item.mostBytes !== null) sum += sizeErrorOf(item.mostBytes);
  }
  return sum;
}

/**
 * How much more the unrounded sums grew than the versions. Beyond what steps can keep out, sums and versions are not of the
 * same inventories (a scope was not read, or one came between), and nothing is told.
 */
function belowStepsOf(
  pairs: readonly ItemPair[],
  { a, b, stepErrorBytes }: { a: ComparedSide['readings']; b: ComparedSide['readings']; stepErrorBytes: number },
): number | null {
  const [from, to] = [a.itemsBytes ?? null, b.itemsBytes ?? null];
  if (from === null || to === null) return null;
  let kept = 0;
  for (const pair of pairs) kept += leastOf(pair.b) - leastOf(pair.a);
  const below = to - from - kept;
  return Math.abs(below) > stepErrorBytes ? null : below;
}

const leastOf = (item: Held): number => (item?.counted === true ? (item.leastBytes ?? 0) : 0);
