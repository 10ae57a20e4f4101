import type { FindingPast, StandingFinding } from '../../domain/src/findings/rule.ts';

/** A past that knows nothing but what is given. */
export const pastOf = (known: Partial<FindingPast> = {}): FindingPast => ({
  forecasts: new Map(),
  firstSeenAt: () => null,
  stateSince: () => null,
  standing: () => null,
  growthPerDay: () => null,
  valueADayAgo: () => null,
  ...known,
});

/** One finding stands, whatever subject is asked about. */
export const standingOf =
  (rule: string, finding: Partial<StandingFinding>): FindingPast['standing'] =>
  (asked) =>
    asked === rule ? { since: 0, severity: 'warning', evidence: {}, ...finding } : null;
