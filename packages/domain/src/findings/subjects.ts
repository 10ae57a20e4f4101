import { standingOf } from './hysteresis.ts';
import type { Evidence, Finding, FindingInput } from './rule.ts';

/** Findings of one rule on one host: who has more has one cause, and it is told often enough. */
export const MAX_SUBJECTS = 200;

/** Evidence of a rule that may find very many. */
type OneOfMany = Evidence & {
  /** Found besides, and left out: no finding is made of them. */
  leftOutSubjects: number;
};

/** Those that stand come first, so that none of them ends by being left out; then by name. */
export function firstSubjects<E extends OneOfMany>(
  found: readonly Omit<Finding<E>, 'rule'>[],
  rule: string,
  input: Pick<FindingInput, 'past'>,
): Omit<Finding<E>, 'rule'>[] {
  const leftOutSubjects = Math.max(0, found.length - MAX_SUBJECTS);
  if (leftOutSubjects === 0) return [...found];
  const ranked = found.map((one) => ({ one, rank: standingOf(input, rule, one.subject) === null ? 1 : 0 }));
  return ranked
    .toSorted((a, b) => a.rank - b.rank || (a.one.subject < b.one.subject ? -1 : 1))
    .slice(0, MAX_SUBJECTS)
    .map(({ one }) => ({ ...one, evidence: { ...one.evidence, leftOutSubjects } }));
}
