import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { PATH } from '../../../lab/src/programs.ts';
import {
  type Finding,
  type FindingInput,
  type FindingPast,
  LANGUAGES,
  type RemedyStep,
} from '../../domain/src/findings/rule.ts';
import { findAll, RULES } from '../../domain/src/findings/rules.ts';
import { collect, newCollectMemory } from '../src/collect.ts';
import { collectInventory } from '../src/collect-inventory.ts';
import { DEFAULT_ROOTS } from '../src/roots.ts';
import { ruleOf } from './findings-checks.ts';
import { only } from './incident-host.ts';
import { pastOf } from './past-of.ts';

const HOUR_MILLISECONDS = 3_600_000;
const SHELL_DEADLINE_MILLISECONDS = 60_000;

const yesterday = (): number => Date.now() - 25 * HOUR_MILLISECONDS;

/** Nothing but a first look, 25 hours ago, which saw and found what there is now. */
export const SEEN_YESTERDAY: FindingPast = pastOf({
  firstSeenAt: yesterday,
  stateSince: yesterday,
  standing: (rule) => (rule === 'dind-leftover' ? { since: yesterday(), severity: 'notice', evidence: {} } : null),
});

/** This machine, as `doctor` reads it. */
export async function lookAtMachine(past: FindingPast | null = null): Promise<FindingInput> {
  const options = { roots: DEFAULT_ROOTS, dockerSockets: [], dockerSizes: false, memory: newCollectMemory() };
  const { layout } = await collect(options);
  const inventory = await collectInventory(options, layout);
  const snapshot = await collect(options);
  return { now: Date.now(), facts: null, snapshot, inventory, past };
}

/** All but the one on what a collector that runs as a service may not read, as `doctor` asks them. */
const ASKED = RULES.filter(({ id }) => id !== 'probe-blind');

/** What the rules say of what lies in a folder. */
export function findingsIn(input: FindingInput, folder: string): Finding[] {
  const { stores } = input.snapshot.layout;
  const keys = new Set(stores.filter(({ name }) => name.startsWith(`${folder}/`)).map(({ key }) => key));
  return findAll(input, ASKED).findings.filter(
    ({ storeKey, evidence }) => (storeKey !== null && keys.has(storeKey)) || JSON.stringify(evidence).includes(folder),
  );
}

export const rulesOf = (findings: readonly Finding[]): string[] =>
  findings.map(({ severity, rule }) => `${severity} ${rule}`).sort();

/** The one of a rule; both languages name its subject. */
export function theFinding(findings: readonly Finding[], id: string, named: string): Finding {
  const finding = only(findings.filter(({ rule }) => rule === id));
  const { text } = ruleOf(RULES, id);
  for (const language of LANGUAGES) expect(text[language].title(finding.evidence)).toContain(named);
  return finding;
}

export const remedyOf = ({ rule, evidence }: Finding): RemedyStep[] => ruleOf(RULES, rule).remedy(evidence);

export interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** As a person types it. */
export function shell(line: string, variables: Record<string, string> = {}): Ran {
  const env = { PATH, LC_ALL: 'C', ...variables };
  const { status, stdout, stderr } = spawnSync('bash', ['-c', line], {
    ...{ encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'], timeout: SHELL_DEADLINE_MILLISECONDS },
  });
  return { status, stdout, stderr };
}

/** The steps with a command that is no file to edit, in order. */
export const commandsOf = (steps: readonly RemedyStep[]): { kind: RemedyStep['kind']; line: string }[] =>
  steps.flatMap(({ kind, command }) => (command === null || kind === 'edit' ? [] : [{ kind, line: command }]));

/** Runs them all in order; each must succeed. What they printed, by step. */
export function runAll(steps: readonly RemedyStep[]): Ran[] {
  return commandsOf(steps).map(({ line }) => {
    const ran = shell(line);
    expect(ran, line).toMatchObject({ status: 0 });
    return ran;
  });
}
