/** What pages, the command line and scripts are given: plain data, times ISO 8601 UTC, sizes in bytes. */
import type { ResourceFill, State } from './fill.ts';
import type { Severity } from './findings/rule.ts';
import type { RowForecast } from './forecast-views.ts';
import type { GapReason } from './host-event.ts';
import type { SeriesName, Unit } from './series.ts';
import type { Daemon, HostFacts, ProbeReport, Reading, Store } from './snapshot.ts';

/**
 * `connected`: beats arrive. `silent`: three beats missed. `never`: registered, nothing came yet. `retired`: the
 * collector is refused, the history is kept.
 */
export type Connection = 'connected' | 'silent' | 'never' | 'retired';

export interface Growth {
  /** May be negative. */
  perDay: number;
  unit: Unit;
}

export interface FleetRow {
  /** Public id of the host. */
  hostId: string;
  name: string;
  tags: string[];
  simulated: boolean;
  connection: Connection;
  /** The worse of fill and days left; `unknown` when nothing was read or the host is not connected. */
  state: State;
  /** btrfs, ext4, xfs, loop, thin, and Docker's storage drivers; sorted. Empty = not read. */
  backEnds: string[];
  fullest: (ResourceFill & { storeName: string }) | null;
  /** Fill of `fullest` at the end of each of the last 14 days, oldest first; null = no sample that day. Empty = not computed yet. */
  sparkline: (number | null)[];
  /** Of `fullest`'s used series; null = less than a day of history. */
  growth: Growth | null;
  /**
   * Of the clock of all its stores that is to stop writes first, else of one without a date; as of `madeAt`, which is
   * long ago for a host that is silent (`isCurrentForecast`). null = none was made yet.
   */
  forecast: RowForecast | null;
  lastSeenAt: string | null;
  /** Null = live. */
  retiredAt: string | null;
  /** That stand and are not muted. */
  findings: Record<Severity, number>;
  /** Probes that read all they should, of those there are. */
  coverage: { read: number; total: number };
}

export interface HostView {
  row: FleetRow;
  facts: HostFacts | null;
  collectorVersion: string | null;
  firstSeenAt: string;
  bootedAt: string | null;
  /** Observed time of the snapshot that `stores` was read from; null = none yet. */
  observedAt: string | null;
  /** Host's clock minus server's, milliseconds; null = not known. */
  clockSkewMilliseconds: number | null;
  stores: StoreView[];
  daemons: Daemon[];
  probes: ProbeReport[];
}

export interface StoreView {
  store: Store;
  /** Worst resource first. */
  fills: ResourceFill[];
  /** The worse of fill and days left. */
  state: State;
  /** Latest reading of every series of the store. */
  readings: Partial<Record<SeriesName, Reading>>;
  /** Of the worst resource's used series; null = less than a day of history. */
  growth: Growth | null;
  /** Of its clock that counts (`countingClock`); null = none was made yet. */
  forecast: RowForecast | null;
}

export const HISTORY_RANGES = {
  '1h': 3_600,
  '6h': 21_600,
  '24h': 86_400,
  '7d': 604_800,
  '30d': 2_592_000,
  '90d': 7_776_000,
  '180d': 15_552_000,
  '365d': 31_536_000,
} as const;
/** Seconds a range. */
export type HistoryRange = keyof typeof HISTORY_RANGES;

/**
 * A store's history on a regular grid. All arrays are as long as `times`. A bucket without a sample is null in all
 * three: a hole stays a hole. `min` and `max` keep the spikes that `last` would lose.
 */
export interface StoreHistory {
  from: string;
  to: string;
  bucketSeconds: number;
  /** Start of each bucket, seconds since the epoch. */
  times: number[];
  series: { name: SeriesName; unit: Unit; min: Reading[]; max: Reading[]; last: Reading[] }[];
  /** What will never come within the range, and what cannot be placed; in order of time, the unplaced last. */
  gaps: HistoryGap[];
}

/** Records that were read and lost before the server had them. */
export interface HistoryGap {
  /** Of the first and the last one, by the server's clock; null = not known, so in no place of the chart. */
  from: string | null;
  to: string | null;
  records: number;
  reason: GapReason;
}

/** What the browser is told when data changed; it then reads again what it shows. */
export type LiveChange = { kind: 'hosts'; hostIds: string[] } | { kind: 'many' };
