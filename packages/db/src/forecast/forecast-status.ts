import { type ClockForecast, countingClock } from '@silt/domain';
import type { TransactionSql } from '../client.ts';
import type { HostAddress } from '../history/host-address.ts';
import type { HostForecast } from './forecast-rows.ts';

export interface ForecastStatus {
  host_id: number;
  days_left_store_key: string | null;
  days_left_clock: string | null;
  forecast_verdict: string | null;
  forecast_reason: string | null;
  forecast_alarm: boolean;
}

/** The clock that counts among those of all stores; the alarm of any that stops writes. */
function hostStatusOf({ hostId, stores }: HostForecast) {
  const clocks = stores.flatMap(({ storeKey, forecast }) =>
    forecast.clocks.map((clock): ClockForecast & { storeKey: string; madeAt: number } => ({
      ...clock,
      storeKey,
      madeAt: 0,
    })),
  );
  const counting = countingClock(clocks);
  return {
    host_id: hostId,
    days_left_store_key: counting?.storeKey ?? null,
    days_left_clock: counting?.clock ?? null,
    forecast_verdict: counting?.verdict ?? null,
    forecast_reason: counting?.reason ?? null,
    forecast_alarm: clocks.some(({ stops, alarm }) => stops && alarm),
    ...{ p10: null, p50: null, p90: null, ...counting?.daysLeft },
  };
}

function isSameStatus(before: ForecastStatus | undefined, after: ForecastStatus): boolean {
  return (
    before?.days_left_store_key === after.days_left_store_key &&
    before.days_left_clock === after.days_left_clock &&
    before.forecast_verdict === after.forecast_verdict &&
    before.forecast_reason === after.forecast_reason &&
    before.forecast_alarm === after.forecast_alarm
  );
}

/**
 * Of locked ones. Returns the ids of hosts of which something else is said than before.
 *
 * @param hosts with the days of each clock as its last row says them (`daysSaid`), so that every page shows the same date.
 * @param options.now when it is said.
 */
export async function updateForecastStatuses(
  tx: TransactionSql,
  hosts: readonly HostForecast[],
  { before, now }: { before: ReadonlyMap<number, ForecastStatus>; now: Date },
): Promise<number[]> {
  const statuses = hosts.map(hostStatusOf);
  await tx`
    UPDATE host_status s
    SET days_left_p10 = f.p10, days_left_p50 = f.p50, days_left_p90 = f.p90,
      days_left_store_key = f.days_left_store_key, days_left_clock = f.days_left_clock,
      forecast_verdict = f.forecast_verdict, forecast_reason = f.forecast_reason, forecast_alarm = f.forecast_alarm,
      forecast_at = ${now}
    FROM jsonb_to_recordset(${tx.json(statuses)}) AS f (host_id bigint, p10 float8, p50 float8, p90 float8,
      days_left_store_key text, days_left_clock text, forecast_verdict text, forecast_reason text,
      forecast_alarm boolean)
    WHERE s.host_id = f.host_id`;
  return statuses.filter((status) => !isSameStatus(before.get(status.host_id), status)).map((status) => status.host_id);
}

/** In order of host_id as ingest does, against deadlocks; by host what their status says of forecasts. */
export async function lockForecastStatuses(
  tx: TransactionSql,
  hosts: readonly HostAddress[],
): Promise<Map<number, ForecastStatus>> {
  const rows = await tx<ForecastStatus[]>`
    SELECT host_id, days_left_store_key, days_left_clock, forecast_verdict, forecast_reason, forecast_alarm
    FROM host_status WHERE host_id = ANY(${hosts.map(({ hostId }) => hostId)}::bigint[])
    ORDER BY host_id FOR NO KEY UPDATE`;
  return new Map(rows.map((row) => [row.host_id, row]));
}
