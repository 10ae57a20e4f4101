import type { CannotTell, Finding, FindingInput, Rule } from './rule.ts';
import { findAll } from './rules.ts';

/** A rule that threw, which only a fault of Silt can cause: the others are asked all the same. */
export interface RuleFault {
  rule: string;
  message: string;
}

export interface AskedRules<Told> {
  /** Ids of the rules that answered. */
  answered: Set<string>;
  /** In the order of the rules, then by subject. */
  findings: Told[];
  cannotTell: CannotTell[];
  faults: RuleFault[];
}

/**
 * Asks each rule by itself: one that throws keeps none of the others.
 *
 * @param tell what is made of a finding; where it throws, that is the rule's fault too, and nothing of the rule counts.
 */
export function askRules<Told>(
  input: FindingInput,
  rules: readonly Rule[],
  tell: (finding: Finding, rule: Rule) => Told,
): AskedRules<Told> {
  const asked: AskedRules<Told> = { answered: new Set(), findings: [], cannotTell: [], faults: [] };
  for (const rule of rules) {
    try {
      const { findings, cannotTell } = findAll(input, [rule]);
      const told = findings.toSorted(bySubject).map((finding) => tell(finding, rule));
      asked.findings.push(...told);
      asked.cannotTell.push(...cannotTell.toSorted(bySubject));
      asked.answered.add(rule.id);
    } catch (error) {
      asked.faults.push({ rule: rule.id, message: messageOf(error) });
    }
  }
  return asked;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const bySubject = (a: { subject: string | null }, b: { subject: string | null }): number => {
  const [first, second] = [a.subject ?? '', b.subject ?? ''];
  return first < second ? -1 : first > second ? 1 : 0;
};
