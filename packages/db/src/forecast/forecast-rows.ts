import { type ClockForecast, type ClockName, dueAtOf, leadSeriesOf, type StoreForecast } from '@silt/domain';
import type { Sql, TransactionSql } from '../client.ts';
import type { HostAddress } from '../history/host-address.ts';
import type { ForecastScored } from './forecast-record.ts';
import type { LastForecast } from './forecast-spans.ts';

/** What is said of all clocks of a host at one moment. */
export interface HostForecast extends HostAddress {
  horizonDays: number;
  stores: { storeKey: string; forecast: StoreForecast }[];
}

/** A row of `forecast`. */
export interface ForecastSpan extends HostAddress {
  resourceNo: number;
  madeAt: Date;
  confirmedAt: Date;
  horizonDays: number;
  said: ClockForecast;
  score: ForecastScored | null;
}

/** Where the forecasts of a clock are, and the last one made up to a moment. */
export interface ClockPlace {
  resourceNo: number;
  last: LastForecast | null;
}

/** By host, store and clock. */
export type ClockPlaces = Map<string, ClockPlace>;
export const placeKey = (hostId: number, storeKey: string, clock: ClockName): string =>
  `${hostId} ${clock} ${storeKey}`;

export async function readClockPlaces(
  sql: Sql | TransactionSql,
  hosts: readonly HostAddress[],
  clocks: readonly ClockName[],
  now: Date,
): Promise<ClockPlaces> {
  const clockOf = new Map(clocks.map((clock) => [leadSeriesOf(clock) as string, clock]));
  const rows = await sql<
    { hostId: number; storeKey: string; series: string; resourceNo: number; last: LastForecast['madeAt'] | null }[]
  >`
    SELECT r.host_id AS "hostId", r.store_key AS "storeKey", r.series, r.resource_no AS "resourceNo",
      f.made_at AS "last", f.verdict, f.reason, f.alarm, f.horizon_days AS "horizonDays",
      CASE WHEN f.days_left_p50 IS NOT NULL
        THEN jsonb_build_object('p10', f.days_left_p10, 'p50', f.days_left_p50, 'p90', f.days_left_p90) END AS "daysLeft"
    FROM unnest(${hosts.map(({ hostId }) => hostId)}::bigint[],
      ${hosts.map(({ organisationId }) => organisationId)}::uuid[]) AS address (host_id, organisation_id)
    JOIN resource r USING (host_id, organisation_id)
    LEFT JOIN LATERAL (
      SELECT * FROM forecast
      WHERE host_id = r.host_id AND resource_no = r.resource_no AND organisation_id = r.organisation_id
        AND made_at <= ${now}
      ORDER BY made_at DESC LIMIT 1
    ) f ON true
    WHERE r.series = ANY(${[...clockOf.keys()]})`;
  return new Map(
    rows.map(({ hostId, storeKey, series, resourceNo, last, ...said }) => [
      placeKey(hostId, storeKey, clockOf.get(series) as ClockName),
      { resourceNo, last: last === null ? null : { ...(said as unknown as LastForecast), madeAt: last } },
    ]),
  );
}

/** Rows that are there already stay as they are. In order of host and resource. */
export async function insertForecasts(sql: Sql | TransactionSql, spans: readonly ForecastSpan[]): Promise<void> {
  if (spans.length === 0) return;
  const rows = spans.map(jsonOf);
  await sql`
    INSERT INTO forecast (host_id, resource_no, made_at, organisation_id, confirmed_at, clock, verdict, reason, alarm,
      horizon_days, days_left_p10, days_left_p50, days_left_p90, slope_low, slope_mid, slope_high, used, capacity,
      since_at, window_from, window_to, window_points, due_at, scored_at, outcome, actual_days, actual_slope)
    SELECT host_id, resource_no, made_at, organisation_id, confirmed_at, clock, verdict, reason, alarm,
      horizon_days, p10, p50, p90, low, mid, high, used, capacity,
      since_at, window_from, window_to, window_points, due_at, scored_at, outcome, actual_days, actual_slope
    FROM jsonb_to_recordset(${sql.json(rows)}) AS f (host_id bigint, resource_no integer, made_at timestamptz,
      organisation_id uuid, confirmed_at timestamptz, clock text, verdict text, reason text, alarm boolean,
      horizon_days float8, p10 float8, p50 float8, p90 float8, low float8, mid float8, high float8, used bigint,
      capacity bigint, since_at timestamptz, window_from timestamptz, window_to timestamptz, window_points integer,
      due_at timestamptz, scored_at timestamptz, outcome text, actual_days float8, actual_slope float8)
    ORDER BY host_id, resource_no, made_at
    ON CONFLICT (host_id, resource_no, made_at) DO NOTHING`;
}

/** Times ISO 8601. What is never scored is due at infinity. */
function jsonOf({ hostId, organisationId, resourceNo, madeAt, confirmedAt, horizonDays, said, score }: ForecastSpan) {
  const { clock, verdict, reason, alarm, daysLeft, slopePerDay, used, capacity, since, window } = said;
  const dueAt = dueAtOf({ ...said, madeAt: madeAt.getTime(), horizonDays });
  return {
    ...{ host_id: hostId, organisation_id: organisationId, resource_no: resourceNo },
    ...{ made_at: madeAt.toISOString(), confirmed_at: confirmedAt.toISOString(), horizon_days: horizonDays },
    ...{ clock, verdict, reason, alarm, ...daysLeft, ...slopePerDay },
    ...{ used: used === null ? null : Math.round(used), capacity: capacity === null ? null : Math.round(capacity) },
    since_at: isoOf(since),
    ...{ window_from: isoOf(window?.from), window_to: isoOf(window?.to), window_points: window?.points ?? 0 },
    due_at: isoOf(dueAt) ?? 'infinity',
    ...{ scored_at: isoOf(score?.scoredAt.getTime()), outcome: score?.outcome ?? null },
    ...{ actual_days: score?.actualDays ?? null, actual_slope: score?.actualSlope ?? null },
  };
}

const isoOf = (at: number | null | undefined): string | null => (at == null ? null : new Date(at).toISOString());
