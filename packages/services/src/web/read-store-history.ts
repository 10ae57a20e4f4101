import {
  type HostAddress,
  MAX_BEAT_SPACING_SECONDS,
  readBuckets,
  readGaps,
  readSampleSpacing,
  readStoreSeries,
  type TransactionSql,
  withOrganisation,
} from '@silt/db';
import { isSeriesName, SERIES, type StoreHistory } from '@silt/domain';
import { ServiceError } from '../service-error.ts';
import { type HistoryQuery, MAX_HISTORY_POINTS } from '../web-services.ts';
import { historyGaps } from './history-gaps.ts';
import { BEATS_A_BUCKET, type HistoryGrid, historyGrid } from './history-grid.ts';
import { findHost, type ReadContext } from './read-host.ts';

/** Nobody waits longer than this for a page. */
export const HISTORY_TIMEOUT_MILLISECONDS = 10_000;
const SORT_MEMORY = '32MB';
/** Gaps of a range, the latest told first. */
const MAX_HISTORY_GAPS = 500;
const MAX_RANGE_SECONDS = 366 * 86_400;
/** https://www.postgresql.org/docs/current/errcodes-appendix.html: query_canceled. */
const QUERY_CANCELED = '57014';

/** Errors: `not-found`, `bad-input` (a range or a moment to come), `unavailable` when the range takes too long to read. */
export async function storeHistory(
  { sql, organisationId, now }: ReadContext,
  query: HistoryQuery,
): Promise<StoreHistory> {
  const { hostId, storeKey, rangeSeconds, points } = query;
  checkRange(rangeSeconds, points);
  const end = query.at ?? now;
  if (end > now) throw new ServiceError('bad-input', 'Choose a moment that is past.');
  try {
    return await withOrganisation(sql, organisationId, async (tx) => {
      // Compiling the query costs more than it saves; three days of 10-second beats are sorted in memory.
      await tx`SELECT set_config('jit', 'off', true), set_config('work_mem', ${SORT_MEMORY}, true),
        set_config('statement_timeout', ${String(HISTORY_TIMEOUT_MILLISECONDS)}, true)`;
      const host = await findHost(tx, organisationId, hostId);
      const address = { hostId: host.id, organisationId };
      const series = (await readStoreSeries(tx, address, storeKey)).filter((one) => isSeriesName(one.series));
      if (series.length === 0) throw new ServiceError('not-found', 'This host never had such a store.');
      const grid = await readGrid(tx, address, { now, end, rangeSeconds, points });
      const buckets = await readBuckets(tx, address, series, grid);
      const count = end < now ? (grid.to - grid.from) / grid.bucketSeconds : gridLength(grid, buckets);
      const gaps = await readGaps(tx, address, { since: new Date(grid.from * 1_000), limit: MAX_HISTORY_GAPS });
      return {
        from: new Date(grid.from * 1_000).toISOString(),
        to: new Date((grid.from + count * grid.bucketSeconds) * 1_000).toISOString(),
        bucketSeconds: grid.bucketSeconds,
        times: Array.from({ length: count }, (_, bucket) => grid.from + bucket * grid.bucketSeconds),
        series: series.map(({ series: name }, index) => ({
          name,
          unit: SERIES[name].unit,
          min: buckets[index]?.min.slice(0, count) ?? [],
          max: buckets[index]?.max.slice(0, count) ?? [],
          last: buckets[index]?.last.slice(0, count) ?? [],
        })),
        gaps: historyGaps(gaps, {
          from: new Date(grid.from * 1_000),
          to: end,
          skewMilliseconds: host.status?.clockSkewMilliseconds ?? null,
        }),
      };
    });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === QUERY_CANCELED)) throw error;
    throw new ServiceError('unavailable', 'This range holds more than can be read at once. Choose a shorter one.');
  }
}

/** How far apart beats are matters only where buckets may be finer. */
async function readGrid(
  tx: TransactionSql,
  address: HostAddress,
  range: { now: Date; end: Date; rangeSeconds: number; points: number },
): Promise<HistoryGrid> {
  const grid = historyGrid({ ...range, spacingSeconds: null });
  if (grid.bucketSeconds >= MAX_BEAT_SPACING_SECONDS * BEATS_A_BUCKET) return grid;
  const from = new Date(range.end.getTime() - range.rangeSeconds * 1_000);
  return historyGrid({ ...range, spacingSeconds: await readSampleSpacing(tx, address, { from, to: range.end }) });
}

function checkRange(rangeSeconds: number, points: number): void {
  if (!Number.isInteger(rangeSeconds) || rangeSeconds < 1 || rangeSeconds > MAX_RANGE_SECONDS)
    throw new ServiceError('bad-input', `Choose a range of 1 to ${MAX_RANGE_SECONDS} seconds.`);
  if (!Number.isInteger(points) || points < 1 || points > MAX_HISTORY_POINTS)
    throw new ServiceError('bad-input', `Ask for 1 to ${MAX_HISTORY_POINTS} points.`);
}

/** Of a range that ends now, the bucket of now is left out as long as it is empty: its beat may yet come, so it is no hole. */
function gridLength(
  { from, to, bucketSeconds }: { from: number; to: number; bucketSeconds: number },
  buckets: readonly { last: (number | null)[] }[],
): number {
  const length = (to - from) / bucketSeconds;
  const isEmpty = buckets.every(({ last }) => last[length - 1] === null);
  return isEmpty ? length - 1 : length;
}
