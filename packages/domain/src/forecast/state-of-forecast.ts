import { STATES, type State } from '../fill.ts';
import type { DaysLeft, Verdict } from './forecast.ts';

/** An alarm with fewer days left is critical. */
export const CRITICAL_DAYS_LEFT = 2;

/** State by what is to come alone: without an alarm nothing is wrong yet, however near the date seems. */
export function stateOfForecast({
  verdict,
  alarm,
  daysLeft,
}: {
  verdict: Verdict;
  alarm: boolean;
  daysLeft: DaysLeft | null;
}): State {
  if (verdict === 'full') return 'critical';
  if (!alarm || daysLeft === null) return 'ok';
  return daysLeft.p50 <= CRITICAL_DAYS_LEFT ? 'critical' : 'warning';
}

/** The worse of fill and days left; unknown is no degree, so that one part unknown leaves the other. */
export function worseState(one: State, other: State): State {
  if (one === 'unknown') return other;
  if (other === 'unknown') return one;
  return STATES.indexOf(one) < STATES.indexOf(other) ? one : other;
}
