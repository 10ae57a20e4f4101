import type { ClockForecast } from '../forecast/clocks/clock.ts';
import { HELD_HORIZONS } from '../forecast/held-alarm.ts';
import {
  type CannotTell,
  type Evidence,
  type Finding,
  type FindingInput,
  type MissingFact,
  SEVERITIES,
  type Severity,
  type StandingFinding,
} from './rule.ts';

/** Of a rule that can tell without a history: it is needed while what stands had a date. */
const DATED: MissingFact = 'history';

/** What stands ends, and its severity falls, this far below the threshold where it began: of the capacity. */
export const HYSTERESIS_SHARE = 0.02;
/** The same for growth, counts, and bytes that are no capacity: of the threshold. */
export const HYSTERESIS_PART = 0.1;

type Standing = StandingFinding | null;

/** The finding of a rule on a subject that was made before; null = none stands, or nobody kept it. */
export const standingOf = ({ past }: Pick<FindingInput, 'past'>, rule: string, subject: string): Standing =>
  past?.standing(rule, subject) ?? null;

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** What stands is as severe or worse. */
export const stoodAt = (standing: Standing, severity: Severity): boolean =>
  standing !== null && rank(standing.severity) <= rank(severity);

/** A share of a capacity that is to be reached for a severity: what stood there has to fall by a margin. 0 … 1. */
export const fillFor = (standing: Standing, severity: Severity, share: number): number =>
  stoodAt(standing, severity) ? share - HYSTERESIS_SHARE : share;

/** A share that is left of a capacity, below which a severity begins. 0 … 1. */
export const roomFor = (standing: Standing, severity: Severity, share: number): number =>
  stoodAt(standing, severity) ? share + HYSTERESIS_SHARE : share;

/** Growth, or bytes, that are to be reached. */
export const growthFor = (standing: Standing, severity: Severity, amount: number): number =>
  stoodAt(standing, severity) ? amount * (1 - HYSTERESIS_PART) : amount;

/** Whole things that are to be reached; one less at the least. */
export const countFor = (standing: Standing, severity: Severity, count: number): number =>
  Math.floor(growthFor(standing, severity, count));

/** Days left, or bytes, at which a severity begins: dates are held as far as alarms are. */
export const daysFor = (standing: Standing, severity: Severity, days: number): number =>
  stoodAt(standing, severity) ? days * HELD_HORIZONS : days;

export const worseOf = (one: Severity | null, other: Severity | null): Severity | null => {
  if (one === null || other === null) return one ?? other;
  return rank(one) <= rank(other) ? one : other;
};

/**
 * It had a date, no forecast says now whether it still has one, and without the date it would be milder or none: nobody can
 * tell, and what stands is to stay.
 */
export function awaitsDate(standing: Standing, severity: Severity | null, clock: ClockForecast | null): boolean {
  const hadDate = (standing?.evidence.daysLeft ?? null) !== null;
  const isKnown = clock !== null && clock.verdict !== 'too-short';
  return standing !== null && hadDate && !isKnown && (severity === null || rank(severity) > rank(standing.severity));
}

/** What is said of a subject while that is so. */
export const untilForecast = (subject: string): Omit<CannotTell, 'rule'> => ({ subject, missing: DATED });

/** What stands, unchanged: nothing that was read since makes it better. */
export const lastTold = <E extends Evidence>(
  { severity, evidence }: StandingFinding,
  subject: string,
  storeKey: string | null,
): Omit<Finding<E>, 'rule'> => ({ subject, storeKey, severity, evidence: evidence as E });
