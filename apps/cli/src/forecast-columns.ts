import { type Connection, currentForecast, MAX_DAYS_LEFT, type RowForecast } from '@silt/domain';
import type { CsvColumn } from './csv.ts';
import type { Column } from './table.ts';
import { age, NONE } from './words.ts';

/** A forecast beside what tells whether it is of now. */
export interface ShownForecast {
  /** Null = none was made. */
  forecast: RowForecast | null;
  connection: Connection;
  /** Last beat, ISO 8601. */
  readAt: string | null;
}

/** A tenth up to ten days, hundredths within the last one. */
function days(value: number | null): string {
  if (value === null || value >= MAX_DAYS_LEFT) return `> ${MAX_DAYS_LEFT}`;
  return value.toFixed(value < 1 ? 2 : value < 10 ? 1 : 0);
}

/** Days of a forecast that is not of now are not shown: they were counted from then. */
const daysOf = (shown: ShownForecast, part: 'p10' | 'p50' | 'p90'): string => {
  const left = currentForecast(shown.forecast, shown)?.daysLeft ?? null;
  return left === null ? NONE : days(left[part]);
};

function verdictOf(shown: ShownForecast, now: Date): string {
  if (shown.forecast === null) return NONE;
  const { verdict, madeAt } = shown.forecast;
  return currentForecast(shown.forecast, shown) ? verdict : `${verdict} ${age(madeAt, now)} ago`;
}

/**
 * Days left, p10, p90, clock and verdict.
 *
 * @param shownOf null = the line has none.
 * @param withStore whether the store is named beside its clock.
 */
export function forecastColumns<Row>(
  shownOf: (row: Row) => ShownForecast | null,
  { now, withStore }: { now: Date; withStore: boolean },
): Column<Row>[] {
  const cell = (text: (shown: ShownForecast) => string) => (row: Row) => {
    const shown = shownOf(row);
    return shown === null ? '' : text(shown);
  };
  const place = ({ forecast }: ShownForecast): string =>
    forecast === null ? NONE : withStore ? `${forecast.storeName} ${forecast.clock}` : forecast.clock;
  return [
    { title: 'DAYS LEFT', right: true, cell: cell((shown) => daysOf(shown, 'p50')) },
    { title: 'P10', right: true, cell: cell((shown) => daysOf(shown, 'p10')) },
    { title: 'P90', right: true, cell: cell((shown) => daysOf(shown, 'p90')) },
    { title: 'CLOCK', cell: cell(place) },
    { title: 'VERDICT', cell: cell((shown) => verdictOf(shown, now)) },
  ];
}

/** As the server said them, with the moment that the days are counted from. */
export function forecastCsvColumns<Row>(forecastOf: (row: Row) => RowForecast | null): CsvColumn<Row>[] {
  return [
    { name: 'days_left_p50', value: (row) => forecastOf(row)?.daysLeft?.p50 ?? null },
    { name: 'days_left_p10', value: (row) => forecastOf(row)?.daysLeft?.p10 ?? null },
    { name: 'days_left_p90', value: (row) => forecastOf(row)?.daysLeft?.p90 ?? null },
    { name: 'forecast_store', value: (row) => forecastOf(row)?.storeName ?? null },
    { name: 'forecast_clock', value: (row) => forecastOf(row)?.clock ?? null },
    { name: 'forecast_verdict', value: (row) => forecastOf(row)?.verdict ?? null },
    { name: 'forecast_reason', value: (row) => forecastOf(row)?.reason ?? null },
    { name: 'forecast_alarm', value: (row) => forecastOf(row)?.alarm ?? null },
    { name: 'forecast_made_at', value: (row) => forecastOf(row)?.madeAt ?? null },
  ];
}

/** `vg0/docker poolData: 4.1 days left (p10 3.2, p90 6.0).` Null = there is no date that is of now. */
export function soonestLine(shown: ShownForecast): string | null {
  const forecast = currentForecast(shown.forecast, shown);
  if (!forecast?.daysLeft) return null;
  const { storeName, clock, verdict, daysLeft } = forecast;
  if (verdict === 'full') return `${storeName} ${clock}: full.`;
  const { p10, p50, p90 } = daysLeft;
  return `${storeName} ${clock}: ${days(p50)} days left (p10 ${days(p10)}, p90 ${days(p90)}).`;
}
