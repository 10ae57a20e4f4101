import { CLOCK_NAMES } from '@silt/domain';
import type { PendingQuery, Row } from 'postgres';
import type { Sql, TransactionSql } from '../client.ts';
import type { ForecastRecord } from './forecast-record.ts';

/** What was last said longer ago is said no more: the host is silent, or the store is gone. */
export const CURRENT_FORECAST_MAX_AGE_MILLISECONDS = 7 * 86_400_000;

export interface CurrentForecastsQuery {
  organisationId: string;
  /** Inner id. */
  hostId: number;
  /** All stores of the host without it. */
  storeKey?: string;
  /** As of then; now without it. */
  at?: Date;
}

/**
 * Of each clock the last forecast made at `at` or before, in order of store key and clock; not those that were last
 * confirmed more than `CURRENT_FORECAST_MAX_AGE_MILLISECONDS` before. `tx` must be one of `withOrganisation`.
 */
export async function readCurrentForecasts(
  tx: TransactionSql,
  { organisationId, hostId, storeKey, at = new Date() }: CurrentForecastsQuery,
): Promise<ForecastRecord[]> {
  const since = new Date(at.getTime() - CURRENT_FORECAST_MAX_AGE_MILLISECONDS);
  const rows = await tx<ForecastRow[]>`
    SELECT ${forecastColumns(tx)}
    FROM resource r CROSS JOIN LATERAL (
      SELECT * FROM forecast
      WHERE host_id = r.host_id AND resource_no = r.resource_no AND organisation_id = r.organisation_id
        AND made_at <= ${at}
      ORDER BY made_at DESC LIMIT 1
    ) f
    WHERE r.host_id = ${hostId} AND r.organisation_id = ${organisationId} AND f.confirmed_at >= ${since}
      ${storeKey === undefined ? tx`` : tx`AND r.store_key = ${storeKey}`}`;
  return rows.map(recordOf).sort(byPlace);
}

export interface ScoredForecastsQuery {
  organisationId: string;
  hostId: number;
  storeKey: string;
  /** Scored then or later. */
  since: Date;
  limit: number;
}

/** Those that were scored, the newest first. `tx` must be one of `withOrganisation`. */
export async function readScoredForecasts(
  tx: TransactionSql,
  { organisationId, hostId, storeKey, since, limit }: ScoredForecastsQuery,
): Promise<ForecastRecord[]> {
  const rows = await tx<ForecastRow[]>`
    SELECT ${forecastColumns(tx)}
    FROM resource r JOIN forecast f USING (host_id, resource_no, organisation_id)
    WHERE r.host_id = ${hostId} AND r.organisation_id = ${organisationId} AND r.store_key = ${storeKey}
      AND f.scored_at >= ${since}
    ORDER BY f.scored_at DESC, f.made_at DESC, f.resource_no LIMIT ${limit}`;
  return rows.map(recordOf);
}

export interface ForecastRow
  extends Pick<
    ForecastRecord,
    'hostId' | 'storeKey' | 'clock' | 'madeAt' | 'confirmedAt' | 'verdict' | 'reason' | 'alarm' | 'horizonDays'
  > {
  p10: number | null;
  p50: number | null;
  p90: number | null;
  low: number | null;
  mid: number | null;
  high: number | null;
  used: number | null;
  capacity: number | null;
  since: Date | null;
  windowFrom: Date | null;
  windowTo: Date | null;
  windowPoints: number;
  scoredAt: Date | null;
  outcome: NonNullable<ForecastRecord['score']>['outcome'] | null;
  actualDays: number | null;
  actualSlope: number | null;
}

/** Of `forecast f` and `resource r`, as `recordOf` takes them. */
export function forecastColumns(sql: Sql | TransactionSql): PendingQuery<Row[]> {
  return sql`
    f.host_id AS "hostId", r.store_key AS "storeKey", f.clock, f.made_at AS "madeAt", f.confirmed_at AS "confirmedAt",
    f.verdict, f.reason, f.alarm, f.horizon_days AS "horizonDays", f.days_left_p10 AS p10, f.days_left_p50 AS p50,
    f.days_left_p90 AS p90, f.slope_low AS low, f.slope_mid AS mid, f.slope_high AS high, f.used, f.capacity,
    f.since_at AS since, f.window_from AS "windowFrom", f.window_to AS "windowTo", f.window_points AS "windowPoints",
    f.scored_at AS "scoredAt", f.outcome, f.actual_days AS "actualDays", f.actual_slope AS "actualSlope"`;
}

export function recordOf(row: ForecastRow): ForecastRecord {
  const { p10, p50, p90, low, mid, high, windowFrom, windowTo, windowPoints, ...rest } = row;
  const { scoredAt, outcome, actualDays, actualSlope, ...said } = rest;
  return {
    ...said,
    daysLeft: p10 === null || p50 === null ? null : { p10, p50, p90 },
    slopePerDay: low === null || mid === null || high === null ? null : { low, mid, high },
    window: windowFrom && windowTo ? { from: windowFrom, to: windowTo, points: windowPoints } : null,
    score: scoredAt === null || outcome === null ? null : { scoredAt, outcome, actualDays, actualSlope },
  };
}

function byPlace(one: ForecastRecord, other: ForecastRecord): number {
  if (one.storeKey !== other.storeKey) return one.storeKey < other.storeKey ? -1 : 1;
  return CLOCK_NAMES.indexOf(one.clock) - CLOCK_NAMES.indexOf(other.clock);
}
