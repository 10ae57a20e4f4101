import { RESOURCE_NAMES, RESOURCES, type ResourceName, type SeriesName } from '../../series.ts';
import { HOUR_MILLISECONDS, RECENT_SLOT_MILLISECONDS, type UseHistory, type UsePoint } from '../use-history.ts';
import { btrfsChunksPoint, btrfsRoomPoint, btrfsUnallocatedPoint } from './btrfs-room.ts';
import type { ClockName } from './clock.ts';
import { type JoinedPoints, joinSeries } from './join-series.ts';
import { INNER_SIZE_SERIES, loopBackingPoint } from './loop-room.ts';
import { MAX_POOL_METADATA_BYTES, poolPoint } from './pool-room.ts';
import type { SeriesHistory, StoreSeries } from './series-history.ts';

/**
 * The points of one clock. Each has in it all that it says, so that those up to any moment are the history of that
 * moment.
 */
export interface ClockHistory {
  clock: ClockName;
  use: UseHistory;
  /** btrfs data and metadata: what is used inside the chunks that the kind has; null = no such clock. */
  inChunks: UseHistory | null;
}

/** In the order of `CLOCK_NAMES`; a clock of which no point was read is left out. */
export type StoreClocks = readonly ClockHistory[];

/** Turns the points of a slot into what the clock counts; null = it cannot be told. */
type PointOf = (joined: JoinedPoints) => UsePoint | null;

interface Source {
  /** The first gives the times. */
  series: readonly [SeriesName, ...SeriesName[]];
  /** A new one for each run over the points. */
  newPointOf: () => PointOf;
  /** It keeps what it saw: the recent points need the hours before them. */
  keepsSeen?: boolean;
}

/**
 * The clocks of a store. An hour in which one of the series of a clock was not read is left out of it, and never zero.
 * What the store is (profiles, low-water mark) is taken as it is now, also for the past.
 */
export function storeClocks(input: StoreSeries): StoreClocks {
  const clocks = RESOURCE_NAMES.flatMap((clock): ClockHistory[] => {
    const use = historyOf(input, sourceOf(clock, input));
    if (use === null) return [];
    const chunks = CHUNK_SOURCES[clock];
    return [{ clock, use, inChunks: chunks === undefined ? null : historyOf(input, chunks) }];
  });
  const unallocated = historyOf(input, {
    series: [
      ...(['unallocatedBytes', 'deviceBytes'] as const),
      ...(['dataAllocatedBytes', 'dataCapacityBytes', 'metadataAllocatedBytes', 'metadataCapacityBytes'] as const),
    ],
    newPointOf: () => btrfsUnallocatedPoint(input.store.btrfs),
  });
  if (unallocated !== null) clocks.push({ clock: 'btrfsUnallocated', use: unallocated, inChunks: null });
  // statfs of btrfs tells room that no chunk can be made of.
  const isBtrfsRead = clocks.some(({ clock }) => clock === 'btrfsData' || clock === 'btrfsMetadata');
  return isBtrfsRead ? clocks.filter(({ clock }) => clock !== 'space') : clocks;
}

const CHUNK_SOURCES: Partial<Record<ClockName, Source>> = {
  btrfsData: { series: ['dataUsedBytes', 'dataAllocatedBytes'], newPointOf: () => btrfsChunksPoint('data') },
  btrfsMetadata: {
    series: ['metadataCommittedBytes', 'metadataAllocatedBytes'],
    newPointOf: () => btrfsChunksPoint('metadata'),
  },
};

function sourceOf(resource: ResourceName, { store }: StoreSeries): Source {
  const { used, capacity } = RESOURCES[resource];
  switch (resource) {
    case 'btrfsData':
      return { series: [used, capacity, 'deviceBytes'], newPointOf: () => btrfsRoomPoint('data', store.btrfs) };
    case 'btrfsMetadata':
      return { series: [used, capacity, 'deviceBytes'], newPointOf: () => btrfsRoomPoint('metadata', store.btrfs) };
    case 'loopBacking':
      return { series: [used, capacity, INNER_SIZE_SERIES[store.kind]], newPointOf: () => loopBackingPoint };
    case 'poolData':
      return poolSource([used, capacity], store, Number.MAX_SAFE_INTEGER);
    case 'poolMetadata':
      return poolSource([used, capacity], store, MAX_POOL_METADATA_BYTES);
    default:
      return { series: [used, capacity], newPointOf: () => pairPoint };
  }
}

function poolSource(pair: [SeriesName, SeriesName], { thinPool }: StoreSeries['store'], maxBytes: number): Source {
  return { series: [...pair, 'poolGroupFreeBytes'], newPointOf: () => poolPoint(thinPool, maxBytes), keepsSeen: true };
}

function pairPoint([used, capacity]: JoinedPoints): UsePoint | null {
  if (capacity == null || capacity.last <= 0) return null;
  return { at: used.at, low: used.min, high: used.max, last: used.last, capacity: capacity.last };
}

/** null = no point can be told. */
function historyOf(
  { series }: StoreSeries,
  { series: names, newPointOf, keepsSeen = false }: Source,
): UseHistory | null {
  const [lead, ...others] = names.map((name) => series[name]);
  if (lead === undefined) return null;
  const rows = (part: keyof SeriesHistory, width: number): JoinedPoints[] =>
    joinSeries([lead[part], ...others.map((other) => other?.[part])], width);
  const hourRows = rows('hours', HOUR_MILLISECONDS);
  const recentRows = rows('recent', RECENT_SLOT_MILLISECONDS);
  const pointOfRecent = newPointOf();
  if (keepsSeen && recentRows[0] !== undefined) {
    const [{ at: firstAt }] = recentRows[0];
    for (const row of hourRows) if (row[0].at < firstAt) pointOfRecent(row);
  }
  const hours = pointsOf(hourRows, newPointOf());
  const recent = pointsOf(recentRows, pointOfRecent);
  return hours.length === 0 && recent.length === 0 ? null : { hours, recent };
}

function pointsOf(rows: readonly JoinedPoints[], pointOf: PointOf): UsePoint[] {
  const points: UsePoint[] = [];
  for (const row of rows) {
    const point = pointOf(row);
    if (point !== null) points.push(point);
  }
  return points;
}
