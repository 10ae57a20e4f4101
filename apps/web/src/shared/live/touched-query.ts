import type { HistoryRange, LiveChange } from '@silt/domain';

/** Ranges over which a beat is seen; longer ones move by less than a pixel. */
const BEAT_RANGES: readonly HistoryRange[] = ['1h', '6h', '24h'];
export const LONG_RANGE_REFRESH_MILLISECONDS = 60_000;

/** Findings of the whole fleet are asked for at each change of any host: not more often than this. */
export const FINDINGS_REFRESH_MILLISECONDS = 2_000;

/** What a host's beat changes. */
const HOST_QUERIES: readonly string[] = [
  ...(['host.get', 'host.events', 'host.inventory'] as const),
  ...(['store.get', 'store.forecast', 'store.history', 'store.holdings'] as const),
];
/** Of these, what the slow beat alone changes. */
const SLOW_QUERIES: readonly string[] = ['host.inventory', 'store.forecast', 'store.holdings'];

interface QueryInput {
  hostId?: string;
  range?: HistoryRange;
  /** The moment that was asked for; what was then does not change any more. */
  at?: string;
}

/**
 * Whether a change makes a query's answer old. `queryKey` is tRPC's: `[path, {input}]`; `updatedAt` (milliseconds)
 * is when the answer was read.
 */
export function isTouched(queryKey: readonly unknown[], updatedAt: number, change: LiveChange, now: number): boolean {
  const [path, options] = queryKey as [string[] | undefined, { input?: QueryInput } | undefined];
  const name = path?.join('.');
  // Which host enrols is not known before it did.
  if (name === 'fleet.page' || name?.startsWith('collectors.')) return name !== 'collectors.address';
  if (name === 'fleet.growers') return now - updatedAt >= LONG_RANGE_REFRESH_MILLISECONDS;
  const { hostId, range, at } = options?.input ?? {};
  if (name?.startsWith('findings.')) {
    if (hostId === undefined) return now - updatedAt >= FINDINGS_REFRESH_MILLISECONDS;
    return change.kind !== 'hosts' || change.hostIds.includes(hostId);
  }
  if (name === undefined || !HOST_QUERIES.includes(name)) return false;
  if (at !== undefined) return false;
  if (change.kind === 'hosts' && (hostId === undefined || !change.hostIds.includes(hostId))) return false;
  const long = SLOW_QUERIES.includes(name) || (range !== undefined && !BEAT_RANGES.includes(range));
  return !long || now - updatedAt >= LONG_RANGE_REFRESH_MILLISECONDS;
}
