import { readSegments } from './segment.ts';
import { spoolFolder } from './spool.ts';

export interface SpoolStatus {
  /** null = nothing was ever written. */
  stream: string | null;
  /** Not known to be acknowledged; the newest few may be. */
  records: number;
  bytes: number;
  /** Of those records, ISO 8601 UTC; null = none. */
  oldestTakenAt: string | null;
}

/** What is in a spool, whether a collector uses it or not; it changes nothing. Throws what the file system says. */
export function readSpoolStatus(stateFolder: string): SpoolStatus {
  const { segments } = readSegments(spoolFolder(stateFolder));
  const acknowledged = Math.max(0, ...segments.map((segment) => segment.acknowledged));
  const waiting = segments.filter((segment) => segment.last > acknowledged);
  const records = waiting.map(({ first, last, records }) =>
    Math.min(records, last - Math.max(first - 1, acknowledged)),
  );
  const oldest = waiting[0]?.firstTakenAt ?? null;
  return {
    stream: segments.at(-1)?.stream ?? null,
    records: records.reduce((sum, count) => sum + count, 0),
    bytes: segments.reduce((sum, segment) => sum + segment.bytes, 0),
    oldestTakenAt: oldest === null ? null : new Date(oldest).toISOString(),
  };
}
