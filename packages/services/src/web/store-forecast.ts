import { type ForecastRecord, readCurrentForecasts, readScoredForecasts, withOrganisation } from '@silt/db';
import {
  countingClock,
  earliestClock,
  type ForecastView,
  forecastScore,
  leadSeriesOf,
  type ScoredForecast,
  SERIES,
  type StoreForecastView,
  stopsWrites,
} from '@silt/domain';
import { momentOf } from './moment-of.ts';
import { findHost, type ReadContext } from './read-host.ts';

const DAY_MILLISECONDS = 86_400_000;
const SCORE_DAYS = 90;
/** Of a store, all clocks: about a forecast a day each, more where what is said changes. */
const MAX_SCORED_ROWS = 5_000;
/** The last ones, that the page lists. */
const MAX_PAST_FORECASTS = 12;

/** As of a moment, or now: what is scored later is not counted then. Errors: `not-found` for the host, `bad-input`. */
export async function storeForecast(
  { sql, organisationId, now }: ReadContext,
  { hostId, storeKey, at }: { hostId: string; storeKey: string; at?: Date | undefined },
): Promise<StoreForecastView> {
  const moment = momentOf(at, now);
  const since = new Date(moment.getTime() - SCORE_DAYS * DAY_MILLISECONDS);
  return withOrganisation(sql, organisationId, async (tx) => {
    const host = await findHost(tx, organisationId, hostId);
    const place = { organisationId, hostId: host.id, storeKey };
    const current = await readCurrentForecasts(tx, { ...place, at: moment });
    const scored = await readScoredForecasts(tx, { ...place, since, limit: MAX_SCORED_ROWS });
    return storeForecastView(current, scored, moment);
  });
}

/** `scored`: those of the store, the newest first, also later ones than `moment`. */
export function storeForecastView(
  current: readonly ForecastRecord[],
  scored: readonly ForecastRecord[],
  moment: Date,
): StoreForecastView {
  const clocks = current.map((record) => viewOf(record, moment));
  const counting = countingClock(clocks)?.clock ?? null;
  const byThen = scored.filter(({ score }) => score !== null && score.scoredAt <= moment);
  // Of a past moment: what became of what was said then.
  const told = current.filter(({ score }) => score !== null && score.scoredAt > moment);
  const past = [...told, ...byThen].filter(({ clock }) => clock === counting).slice(0, MAX_PAST_FORECASTS);
  return {
    clocks,
    earliest: earliestClock(clocks)?.clock ?? null,
    score: forecastScore(byThen.flatMap(scoredView), SCORE_DAYS),
    past: past.flatMap(scoredView),
  };
}

function viewOf(record: ForecastRecord, moment: Date): ForecastView {
  const { clock, window, since, madeAt, confirmedAt } = record;
  return {
    clock,
    stops: stopsWrites(clock),
    unit: SERIES[leadSeriesOf(clock)].unit,
    verdict: record.verdict,
    reason: record.reason,
    alarm: record.alarm,
    horizonDays: record.horizonDays,
    daysLeft: record.daysLeft,
    slopePerDay: record.slopePerDay,
    used: record.used,
    capacity: record.capacity,
    since: since?.toISOString() ?? null,
    window: window && { from: window.from.toISOString(), to: window.to.toISOString(), points: window.points },
    madeAt: madeAt.toISOString(),
    confirmedAt: (confirmedAt < moment ? confirmedAt : moment).toISOString(),
  };
}

function scoredView(record: ForecastRecord): ScoredForecast[] {
  const { score } = record;
  if (score === null) return [];
  const { scoredAt, outcome, actualDays, actualSlope } = score;
  const view = viewOf(record, record.confirmedAt);
  return [{ ...view, scoredAt: scoredAt.toISOString(), outcome, actualDays, actualSlope }];
}
