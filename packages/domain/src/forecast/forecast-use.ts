import type { Forecast, ForecastSettings } from './forecast.ts';
import type { UseHistory } from './use-history.ts';

/** What a resource does next, from what was read of it. Pure. */
export function forecastUse(history: UseHistory, { now }: ForecastSettings): Forecast {
  const [first, last] = [history.hours[0], history.hours.at(-1)];
  return {
    verdict: 'too-short',
    daysLeft: null,
    slopePerDay: null,
    since: null,
    alarm: false,
    reason: 'few-days',
    window: first && last && last.at <= now ? { from: first.at, to: last.at, points: history.hours.length } : null,
  };
}
