import type { HoldingKind, Reading, StoreHoldings } from '@silt/domain';

export interface AreaBox {
  width: number;
  height: number;
}

/** SVG path data, a piece for each stretch without a hole; empty when there is nothing. */
export interface HoldingAreas {
  kinds: { kind: HoldingKind; path: string }[];
  /** Between what is known for certain and the unattributed: own and shared that are not told apart. */
  notToldApart: string;
  unattributed: string;
  /** Buckets without an inventory, as x and width. */
  holes: { x: number; width: number }[];
  /** End of the value axis; 0 = there is nothing to draw. */
  highest: number;
}

/** Space above the highest area, as a share of it. */
const PAD_SHARE = 0.06;
/** A gap of less than this share of what is used is the noise of two clocks, and nothing of its own. */
const MIN_GAP_SHARE = 0.01;
const tenth = (value: number): number => Math.round(value * 10) / 10;

type Levels = { low: number; high: number } | null;

/**
 * What a store holds as areas on each other, from zero: the kinds by what they hold for certain, then what is not told apart,
 * then the unattributed up to what is used.
 */
export function holdingAreas(holdings: StoreHoldings, box: AreaBox): HoldingAreas {
  const { times, kinds, used, unattributed } = holdings;
  // What is used comes with every beat: where it is missing, nobody looked, and items are what they were before.
  const hasUsed = used.some((value) => value !== null);
  const isRead = times.map(
    (_, row) => (!hasUsed || (used[row] ?? null) !== null) && kinds.some(({ bytes }) => (bytes[row] ?? null) !== null),
  );
  const base = times.map(() => 0);
  const stacked = kinds.map(({ kind, bytes }) => ({
    kind,
    levels: times.map((_, row): Levels => {
      if (!isRead[row]) return null;
      const low = base[row] ?? 0;
      const high = low + (bytes[row] ?? 0);
      base[row] = high;
      return { low, high };
    }),
  }));
  const topOf = (row: number): number => used[row] ?? base[row] ?? 0;
  const ofNobody = times.map((_, row): Levels => {
    const [bytes, sum] = [unattributed[row] ?? null, base[row] ?? 0];
    if (!isRead[row] || bytes === null || bytes <= 0) return null;
    return { low: Math.max(sum, topOf(row) - bytes), high: Math.max(sum, topOf(row)) };
  });
  const between = times.map((_, row): Levels => {
    const [low, high] = [base[row] ?? 0, ofNobody[row]?.low ?? topOf(row)];
    return isRead[row] && high - low > topOf(row) * MIN_GAP_SHARE ? { low, high } : null;
  });
  const highest = Math.max(
    0,
    ...times.flatMap((_, row) => (isRead[row] ? [Math.max(base[row] ?? 0, topOf(row))] : [])),
  );
  const draw = areaPath(holdings, box, highest * (1 + PAD_SHARE));
  return {
    kinds: stacked.map(({ kind, levels }) => ({ kind, path: draw(levels) })).filter(({ path }) => path !== ''),
    notToldApart: draw(between),
    unattributed: draw(ofNobody),
    holes: holesOf(holdings, box, isRead),
    highest,
  };
}

const placeOf = ({ from, to }: StoreHoldings, { width }: AreaBox) => {
  const [first, last] = [Date.parse(from) / 1_000, Date.parse(to) / 1_000];
  return (second: number): number => tenth(Math.min(width, Math.max(0, ((second - first) / (last - first)) * width)));
};

/** A drawer of levels: each stretch goes right along its upper edge and back along the lower one. */
function areaPath(holdings: StoreHoldings, box: AreaBox, top: number): (levels: readonly Levels[]) => string {
  const xOf = placeOf(holdings, box);
  const yOf = (bytes: number): number => tenth(box.height - (bytes / top) * box.height);
  return (levels) => {
    let path = '';
    let upper = '';
    let lower = '';
    const close = (): void => {
      if (upper !== '') path += `M${upper}L${lower}Z`;
      [upper, lower] = ['', ''];
    };
    levels.forEach((level, row) => {
      const second = holdings.times[row] ?? 0;
      if (level === null || level.high <= level.low) {
        close();
        return;
      }
      const [left, right] = [xOf(second), xOf(second + holdings.bucketSeconds)];
      upper += `${upper === '' ? '' : 'L'}${left} ${yOf(level.high)}H${right}`;
      lower = `${right} ${yOf(level.low)}H${left}${lower === '' ? '' : `L${lower}`}`;
    });
    close();
    return path;
  };
}

/** Only after the first inventory: before it there was none to miss. */
function holesOf(holdings: StoreHoldings, box: AreaBox, isRead: readonly boolean[]): HoldingAreas['holes'] {
  const xOf = placeOf(holdings, box);
  const first = isRead.indexOf(true);
  return holdings.times.flatMap((second, row) => {
    if (isRead[row] || first < 0 || row < first) return [];
    const x = xOf(second);
    return [{ x, width: tenth(xOf(second + holdings.bucketSeconds) - x) }];
  });
}

/** By how much a kind moved from the first to the last inventory of the range; null = there are no two. */
export function sinceFirst(bytes: readonly Reading[]): number | null {
  const first = bytes.findIndex((value) => value !== null);
  const last = bytes.findLastIndex((value) => value !== null);
  return first < 0 || first === last ? null : (bytes[last] ?? 0) - (bytes[first] ?? 0);
}

/** Row and moment (milliseconds since the epoch) of the first inventory of the range, or of its beginning. */
export function firstInventory({ from, times, kinds }: StoreHoldings): { row: number; at: number } {
  const row = Math.max(
    0,
    times.findIndex((_, one) => kinds.some(({ bytes }) => (bytes[one] ?? null) !== null)),
  );
  return { row, at: row === 0 ? Date.parse(from) : (times[row] ?? 0) * 1_000 };
}
