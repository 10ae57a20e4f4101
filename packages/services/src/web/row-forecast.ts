import { carriedDays, type ForecastRecord, type HostStatusRecord } from '@silt/db';
import {
  CLOCK_NAMES,
  type ClockName,
  countingClock,
  FORECAST_REASONS,
  type ForecastReason,
  isCurrentForecast,
  type RowForecast,
  type SaidForecast,
  stopsWrites,
  VERDICTS,
  type Verdict,
} from '@silt/domain';

/** What is shown of several clocks: of a store, or of a host. */
export interface ClocksForecast {
  /** Of the clock that counts (`countingClock`); null = nothing was said of any. */
  row: RowForecast | null;
  /** Those that stop writes and are current, for the state. */
  current: readonly SaidForecast[];
}

/** What its status says of the host as a whole; null = nothing came from it yet. */
export function clocksOfStatus(status: HostStatusRecord | null, now: Date): ClocksForecast {
  const row = status && rowOfStatus(status);
  return { row, current: row && isCurrentForecast(Date.parse(row.madeAt), now.getTime()) ? [row] : [] };
}

/** Null = nothing was said yet, or nothing that this version knows. */
function rowOfStatus(status: HostStatusRecord): RowForecast | null {
  const { forecastStoreKey, forecastStoreName, forecastAlarm, forecastAt } = status;
  const clock = CLOCK_NAMES.find((name): name is ClockName => name === status.forecastClock);
  const verdict = VERDICTS.find((name): name is Verdict => name === status.forecastVerdict);
  const reason = FORECAST_REASONS.find((name): name is ForecastReason => name === status.forecastReason);
  if (forecastStoreKey === null || forecastAt === null || !clock || !verdict || !reason) return null;
  const { daysLeftP10: p10, daysLeftP50: p50, daysLeftP90: p90 } = status;
  return {
    ...{ storeKey: forecastStoreKey, storeName: forecastStoreName ?? forecastStoreKey, clock },
    ...{ daysLeft: p10 === null || p50 === null ? null : { p10, p50, p90 }, verdict, reason, alarm: forecastAlarm },
    madeAt: forecastAt.toISOString(),
  };
}

/**
 * @param at the moment that is shown; a forecast that was confirmed later was last said then.
 * @param storeNames by key.
 */
export function clocksForecast(
  records: readonly ForecastRecord[],
  { at, storeNames }: { at: Date; storeNames: ReadonlyMap<string, string> },
): ClocksForecast {
  const stopping = records.flatMap((record) => (stopsWrites(record.clock) ? { ...record, stops: true } : []));
  const current = stopping.filter((record) => isCurrentForecast(saidAt(record, at).getTime(), at.getTime()));
  // What is gone from the host stays behind as of then, and is not what fills first.
  const shown = current.length > 0 ? current : stopping;
  const counting = countingClock(shown);
  if (counting === null) return { row: null, current };
  const storeName = storeNames.get(counting.storeKey) ?? counting.storeKey;
  return { row: { ...rowOf(counting, at, storeName), alarm: shown.some(({ alarm }) => alarm) }, current };
}

const saidAt = ({ confirmedAt }: ForecastRecord, at: Date): Date => (confirmedAt > at ? at : confirmedAt);

function rowOf(record: ForecastRecord, at: Date, storeName: string): Omit<RowForecast, 'alarm'> {
  const { storeKey, clock, verdict, reason } = record;
  const said = saidAt(record, at);
  return {
    ...{ storeKey, storeName, clock, verdict, reason, madeAt: said.toISOString() },
    daysLeft: carriedDays(record, said),
  };
}
