import type { HistoryRange, LiveChange } from '@silt/domain';

/** Ranges over which a beat is seen; longer ones move by less than a pixel. */
const BEAT_RANGES: readonly HistoryRange[] = ['1h', '6h', '24h'];
export const LONG_RANGE_REFRESH_MILLISECONDS = 60_000;

interface QueryInput {
  hostId?: string;
  range?: HistoryRange;
}

/**
 * Whether a change makes a query's answer old. `queryKey` is tRPC's: `[path, {input}]`; `updatedAt` (milliseconds)
 * is when the answer was read.
 */
export function isTouched(queryKey: readonly unknown[], updatedAt: number, change: LiveChange, now: number): boolean {
  const [path, options] = queryKey as [string[] | undefined, { input?: QueryInput } | undefined];
  const name = path?.join('.');
  // Which host enrols is not known before it did.
  if (name === 'fleet.list' || name?.startsWith('collectors.')) return name !== 'collectors.address';
  if (name !== 'host.get' && name !== 'host.events' && name !== 'store.get' && name !== 'store.history') return false;
  const { hostId, range } = options?.input ?? {};
  if (change.kind === 'hosts' && (hostId === undefined || !change.hostIds.includes(hostId))) return false;
  const long = range !== undefined && !BEAT_RANGES.includes(range);
  return !long || now - updatedAt >= LONG_RANGE_REFRESH_MILLISECONDS;
}
