import type { HostFacts, Inventory, ProbeReport, Snapshot } from '@silt/domain';
import {
  type CannotTell,
  type Evidence,
  type Finding,
  findAll,
  type Language,
  type RemedyStep,
  type Rule,
  SEVERITIES,
  type Severity,
} from '@silt/domain/findings';

/** A look at a host, as `once` takes it. */
export interface HostLook {
  /** null = not read. */
  facts: HostFacts | null;
  snapshot: Snapshot;
  inventory: Inventory;
}

/** A finding in the words of one language. */
export interface ToldFinding {
  rule: string;
  severity: Severity;
  subject: string;
  storeKey: string | null;
  evidence: Evidence;
  title: string;
  seen: string;
  why: string;
  remedy: ToldStep[];
}

export interface ToldStep extends Omit<RemedyStep, 'note'> {
  note: string;
}

/** A rule that threw, which only a fault of Silt can cause: the others are told all the same. */
export interface RuleFault {
  rule: string;
  message: string;
}

export interface Diagnosis {
  /** Ids of the rules that were asked. */
  rules: string[];
  /** Worst first, then in the order of the rules, then by subject. */
  findings: ToldFinding[];
  /** In the order of the rules, then by subject. */
  cannotTell: CannotTell[];
  faults: RuleFault[];
  /** All of the look, those that read everything too. */
  probes: ProbeReport[];
}

/** Asks the rules about one look, without any past. */
export function diagnose(
  { facts, snapshot, inventory }: HostLook,
  rules: readonly Rule[],
  language: Language,
): Diagnosis {
  const input = { now: Date.parse(snapshot.takenAt), facts, snapshot, inventory, past: null };
  const diagnosis: Diagnosis = {
    ...{ rules: rules.map(({ id }) => id), findings: [], cannotTell: [], faults: [], probes: snapshot.probes },
  };
  for (const rule of rules) {
    try {
      const { findings, cannotTell } = findAll(input, [rule]);
      const told = findings.map((finding) => tellFinding(finding, rule, language));
      diagnosis.findings.push(...told.toSorted(bySubject));
      diagnosis.cannotTell.push(...cannotTell.toSorted(bySubject));
    } catch (error) {
      diagnosis.faults.push({ rule: rule.id, message: error instanceof Error ? error.message : String(error) });
    }
  }
  // A stable sort: within a severity the order of the rules stays.
  diagnosis.findings.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  return diagnosis;
}

function tellFinding(finding: Finding, { text, remedy }: Rule, language: Language): ToldFinding {
  const { rule, severity, subject, storeKey, evidence } = finding;
  const { title, seen, why } = text[language];
  return {
    ...{ rule, severity, subject, storeKey, evidence },
    ...{
      title: title(evidence),
      seen: seen(evidence),
      why: why(evidence),
      remedy: tellRemedy(remedy(evidence), language),
    },
  };
}

export const tellRemedy = (steps: readonly RemedyStep[], language: Language): ToldStep[] =>
  steps.map(({ kind, command, isDestructive, note }) => ({ kind, command, isDestructive, note: note[language] }));

const bySubject = (a: { subject: string | null }, b: { subject: string | null }): number => {
  const [first, second] = [a.subject ?? '', b.subject ?? ''];
  return first < second ? -1 : first > second ? 1 : 0;
};
