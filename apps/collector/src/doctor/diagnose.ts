import type { HostFacts, Inventory, ProbeReport, Snapshot } from '@silt/domain';
import {
  askRules,
  type CannotTell,
  type Evidence,
  type Finding,
  type Language,
  type RemedyStep,
  type Rule,
  type RuleFault,
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
  const asked = askRules(input, rules, (finding, rule) => tellFinding(finding, rule, language));
  const { findings, cannotTell, faults } = asked;
  // A stable sort: within a severity the order of the rules stays.
  findings.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  return { rules: rules.map(({ id }) => id), findings, cannotTell, faults, probes: snapshot.probes };
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
