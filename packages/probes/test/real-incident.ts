import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { PATH } from '../../../lab/src/programs.ts';
import { type AdvancedFinding, advanceFindings } from '../../domain/src/findings/lifecycle/advance-findings.ts';
import { type KeptFinding, RESOLVE_AFTER_LOOKS } from '../../domain/src/findings/lifecycle/kept-finding.ts';
import { storeReadings } from '../../domain/src/findings/readings.ts';
import {
  type CannotTell,
  type Finding,
  type FindingInput,
  type FindingPast,
  LANGUAGES,
  type RemedyStep,
} from '../../domain/src/findings/rule.ts';
import { findAll, RULES } from '../../domain/src/findings/rules.ts';
import { shellLine } from '../../domain/src/findings/shell-quote.ts';
import type { Inventory } from '../../domain/src/inventory/inventory.ts';
import { collect, newCollectMemory } from '../src/collect.ts';
import { collectInventory } from '../src/collect-inventory.ts';
import { DEFAULT_ROOTS } from '../src/roots.ts';
import { ruleOf } from './findings-checks.ts';
import { only } from './incident-host.ts';
import { pastOf } from './past-of.ts';

/** What the server judges each host after. */
const LOOK_MILLISECONDS = 300_000;
export const DAY_MILLISECONDS = 86_400_000;
const SHELL_DEADLINE_MILLISECONDS = 60_000;

/** This machine, as a collector reads it that asks Docker for sizes. */
export async function lookAtMachine(): Promise<Pick<FindingInput, 'snapshot'> & { inventory: Inventory }> {
  const memory = newCollectMemory();
  const options = { roots: DEFAULT_ROOTS, dockerSockets: [], dockerSizes: true, memory };
  const { layout } = await collect(options);
  const inventory = memory.dockerSizes.fill(await collectInventory(options, layout));
  return { snapshot: await collect(options), inventory };
}

/** All but the one on what a collector that runs as a service may not read, as `doctor` asks them. */
const ASKED = RULES.filter(({ id }) => id !== 'probe-blind');

/** What the rules say of what lies in a folder, as plain data. */
function findingsIn(input: FindingInput, folder: string): { findings: Finding[]; cannotTell: CannotTell[] } {
  const { stores } = input.snapshot.layout;
  const keys = new Set(stores.filter(({ name }) => name.startsWith(`${folder}/`)).map(({ key }) => key));
  const { findings, cannotTell } = findAll(input, ASKED);
  const here = findings.filter(
    ({ storeKey, evidence }) => (storeKey !== null && keys.has(storeKey)) || JSON.stringify(evidence).includes(folder),
  );
  return { findings: JSON.parse(JSON.stringify(here)), cannotTell };
}

/**
 * The life of all that is found in a folder of this machine: looks, five minutes apart by their own clock, and what becomes of it
 * from one to the next. All that is there was there at the begin.
 */
export class FindingLife {
  readonly #folder: string;
  readonly #mountPoints: readonly string[];
  readonly #begin = Date.now();
  #now = this.#begin - LOOK_MILLISECONDS;
  readonly #kept = new Map<string, KeptFinding>();
  /** Changes that people were told of, each with its rule. */
  readonly told: string[] = [];

  constructor(folder: string, mountPoints: readonly string[]) {
    this.#folder = folder;
    this.#mountPoints = mountPoints;
  }

  /** What the next look finds. In the minutes before it the kernel would have written out what is waiting. */
  async look(after = LOOK_MILLISECONDS): Promise<Finding[]> {
    for (const mountPoint of this.#mountPoints) {
      expect(shell(shellLine('sync', '--file-system', mountPoint)).status).toBe(0);
    }
    this.#now += after;
    const input = { now: this.#now, facts: null, past: this.#past(), ...(await lookAtMachine()) };
    const { findings, cannotTell } = findingsIn(input, this.#folder);
    const readings = new Map(storeReadings(input.snapshot).map(({ store, read }) => [store.key, read]));
    const advanced = advanceFindings([...this.#kept.values()], {
      ...{ now: this.#now, findings, cannotTell, rules: new Set(ASKED.map(({ id }) => id)) },
      promiseOf: ({ rule, evidence }) => ruleOf(RULES, rule).promise?.(evidence) ?? null,
      readingOf: (storeKey, series) => readings.get(storeKey)?.(series) ?? null,
    });
    for (const one of advanced) this.#keep(one);
    return findings;
  }

  /** A first look has them as new, unless they are critical, and a second one opens all. */
  async begin(after = LOOK_MILLISECONDS): Promise<Finding[]> {
    const first = await this.look(after);
    expect(this.states).toEqual(
      first.map((one) => `${one.severity === 'critical' ? 'open' : 'new'} ${one.rule}`).sort(),
    );
    const second = await this.look();
    expect(this.states).toEqual(first.map(({ rule }) => `open ${rule}`).sort());
    expect(rulesOf(second)).toEqual(rulesOf(first));
    return second;
  }

  /** Looks that find it no more, until it is resolved, which is told once. */
  async endOf(rule: string): Promise<void> {
    for (let looks = 1; looks <= RESOLVE_AFTER_LOOKS; looks += 1) {
      expect(rulesFound(await this.look())).not.toContain(rule);
      expect(this.kept(rule)).toMatchObject({ state: 'open', missedLooks: looks });
    }
    expect(rulesFound(await this.look())).not.toContain(rule);
    expect(this.kept(rule).state).toBe('resolved');
    for (const change of ['opened', 'resolved']) {
      expect(this.told.filter((one) => one === `${change} ${rule}`)).toHaveLength(1);
    }
  }

  /** The end of the one that stands last: of all. */
  async end(): Promise<void> {
    const last = [...this.#kept.values()].findLast(({ state }) => state !== 'resolved');
    await this.endOf(last?.rule ?? '');
    expect(this.states).toEqual([...this.#kept.values()].map(({ rule }) => `resolved ${rule}`).sort());
    expect(await this.look()).toEqual([]);
  }

  /** `open dind-leftover` of each, resolved ones too. */
  get states(): string[] {
    return [...this.#kept.values()].map(({ state, rule }) => `${state} ${rule}`).sort();
  }

  kept(rule: string): KeptFinding {
    return only([...this.#kept.values()].filter((one) => one.rule === rule));
  }

  /** What came back of what was promised, as a share of it, lies between the two. */
  expectFreed(rule: string, { least, most }: FreedShare): void {
    const { promise, freedBytes } = this.kept(rule);
    const words = `${rule}: promised ${promise?.bytes} bytes of ${promise?.series}, freed ${freedBytes}`;
    expect(promise?.bytes, words).toBeGreaterThan(0);
    const share = (freedBytes ?? Number.NaN) / (promise?.bytes ?? Number.NaN);
    expect(share, words).toBeGreaterThanOrEqual(least);
    expect(share, words).toBeLessThanOrEqual(most);
  }

  /** A rule that does not know how much comes back, or whose remedy is not there for that. */
  expectNoPromise(rule: string): void {
    expect(this.kept(rule)).toMatchObject({ promise: null, freedBytes: null });
  }

  #keep({ finding, changes }: AdvancedFinding): void {
    this.#kept.set(`${finding.rule}\n${finding.subject}`, finding);
    this.told.push(...changes.map((change) => `${change} ${finding.rule}`));
  }

  #past(): FindingPast {
    return pastOf({
      firstSeenAt: () => this.#begin,
      stateSince: () => this.#begin,
      standing: (rule, subject) => {
        const kept = this.#kept.get(`${rule}\n${subject}`);
        if (kept === undefined || kept.state === 'resolved') return null;
        return { since: kept.standsSince, severity: kept.severity, evidence: kept.evidence };
      },
    });
  }
}

/** Of 1. */
export interface FreedShare {
  least: number;
  most: number;
}

const rulesFound = (findings: readonly Finding[]): string[] => findings.map(({ rule }) => rule);

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
