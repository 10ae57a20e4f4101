import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Inventory, Snapshot } from '@silt/domain';
import { expect } from 'vitest';
import {
  type CannotTell,
  type Evidence,
  type Finding,
  type FindingInput,
  LANGUAGES,
  type Language,
  type Rule,
} from '../../domain/src/findings/rule.ts';
import { findAll } from '../../domain/src/findings/rules.ts';
import type { Look } from './incident-host.ts';

/** A single look at a host, as `doctor` has it. */
export const inputOf = (look: Look): FindingInput => ({
  ...{ now: Date.parse(look.inventory.takenAt), facts: null, past: null },
  ...{ snapshot: look.snapshot, inventory: look.inventory },
});

export interface Answered {
  findings: Finding[];
  cannotTell: CannotTell[];
}

/** What one rule says of a look. */
export function answerOf(rules: readonly Rule[], id: string, look: Look): Answered {
  const rule = ruleOf(rules, id);
  return findAll(inputOf(look), [rule]);
}

export function ruleOf(rules: readonly Rule[], id: string): Rule {
  const rule = rules.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`no rule: ${id}`);
  return rule;
}

/** What tests ask of some rules, by their ids. */
export const asking = (rules: readonly Rule[]) => {
  const exampleOf = (id: string): Rule['example'] => ruleOf(rules, id).example;
  return {
    ask: (id: string, look: Look): Answered => answerOf(rules, id, look),
    exampleOf,
    /** Of the remedy of some evidence; of the example where none is given. */
    commandsOf: (id: string, evidence = exampleOf(id)): (string | null)[] =>
      ruleOf(rules, id)
        .remedy(evidence)
        .map(({ command }) => command),
  };
};

/** All that a remedy says beside its commands, in both languages. */
export const notesOf = (rule: Rule, evidence: Evidence): string =>
  rule
    .remedy(evidence)
    .map(({ note }) => `${note.en} ${note['zh-CN']}`)
    .join('\n');

export function wordsOf(rule: Rule, evidence: Evidence, language: Language = 'en'): { title: string; seen: string } {
  const { title, seen } = rule.text[language];
  return { title: title(evidence), seen: seen(evidence) };
}

/** A copy of a look with something edited; the caller names what and why. */
export function edited(look: Look, edit: (look: Look) => void): Look {
  const copy = structuredClone(look);
  edit(copy);
  return copy;
}

/** Both languages say something of each, and each command line is one that a shell reads. */
export function checkWords(rule: Rule, evidence: Evidence): void {
  for (const language of LANGUAGES) {
    const { name, title, seen, why } = rule.text[language];
    // What it is about is named, whatever its name.
    expect(title(hostile(evidence) as Evidence), `${rule.id} ${language}`).toContain('touch MARK');
    for (const text of [name, title(evidence), seen(evidence), why(evidence)]) {
      expect(text.trim(), `${rule.id} ${language}`).not.toBe('');
      expect(text, `${rule.id} ${language}`).not.toMatch(/undefined|\[object|NaN/);
    }
  }
  for (const { note, command, kind } of rule.remedy(evidence)) {
    for (const language of LANGUAGES) {
      expect(note[language].trim(), rule.id).not.toBe('');
      expect(note[language], rule.id).not.toMatch(/undefined|\[object|NaN/);
    }
    if (command !== null && kind !== 'edit') expect(readByShell(command), command).toBe('');
  }
}

/** What `bash -n` complains of. */
function readByShell(command: string): string {
  return spawnSync('bash', ['-n', '-c', command], { encoding: 'utf8' }).stderr;
}

/** Stands for a name of a host that means harm. */
export const HOSTILE = '-x $(touch MARK) `touch MARK`; \'a\' "b" \\ \n&& c * |x';

/** The same for the other way of quoting: without a control character. */
const ON_ONE_LINE = HOSTILE.replace('\n', '');

/** Ids are hex digits by their makers' rules and by the probes': what a name can be is any other text. */
const PLAIN_ID = /^(?:[0-9a-f]{12,}|\d+(?::\d+)?|docker|exec|-H)$/;
const WORDS_OF_RULES = new Set([
  'layer',
  'anonymous volume',
  'silent',
  'restarts',
  'slave',
  'private',
  'overlay',
  'running',
  'removing',
  'not known',
]);

/** The same evidence with hostile names: paths stay absolute, sockets stay URLs. */
export function hostile(value: unknown, word = HOSTILE): unknown {
  if (Array.isArray(value)) return value.map((one) => hostile(one, word));
  if (typeof value === 'string') {
    if (PLAIN_ID.test(value) || WORDS_OF_RULES.has(value)) return value;
    return value.startsWith('/') || value.startsWith('unix://') ? `${value}/${word}` : `${word}.service`;
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hostile(one, word)]));
}

/**
 * Runs each line of a remedy with programs that print their words and do nothing else, in an empty folder. Nothing of a name
 * may be run, and a word with a name in it comes out as it is.
 */
export function checkHostile(rule: Rule, evidence: Evidence): void {
  const folder = mkdtempSync(join(tmpdir(), 'silt-hostile-'));
  try {
    const remedies = [HOSTILE, ON_ONE_LINE].map((word) => ({
      word,
      steps: rule.remedy(hostile(evidence, word) as Evidence),
    }));
    for (const { word, command, kind } of remedies.flatMap(({ word, steps }) =>
      steps.map((step) => ({ word, ...step })),
    )) {
      if (command === null || kind === 'edit') continue;
      const { stdout, stderr, status } = spawnSync('bash', ['-c', `${PRINTERS}${command}`], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(stderr, command).toBe('');
      expect(status === 0 || status === 1, command).toBe(true);
      if (command.includes('MARK') && !command.includes('|')) expect(stdout, command).toContain(word);
      expect(readdirSync(folder), command).toEqual([]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const PROGRAMS = [
  ...[
    'docker',
    'systemctl',
    'nsenter',
    'kill',
    'grep',
    'stat',
    'ps',
    'findmnt',
    'df',
    'du',
    'rsync',
    'cp',
    'mkdir',
    'ls',
  ],
  ...[
    'btrfs',
    'kubectl',
    'crictl',
    'journalctl',
    'sysctl',
    'unshare',
    'modprobe',
    'readlink',
    'pgrep',
    'sed',
    'awk',
    'sort',
  ],
];
const PRINTERS = PROGRAMS.map((name) => `${name}() { printf '%s\\n' "$@"; }; `).join('');

const NULL_INVENTORY: Inventory = {
  ...{ takenAt: '2026-11-21T00:00:00Z', devices: null, btrfs: null, thin: null, docker: null, dataRoots: [] },
  ...{
    containerdRoots: [],
    mounts: null,
    leaks: null,
    layerSpaces: null,
    maxUserNamespaces: null,
    btrfsMaintenance: null,
    probes: [],
  },
};
const EMPTY_SNAPSHOT: Snapshot = {
  ...{ takenAt: '2026-11-21T00:00:00Z', bootId: 'b', uptimeMilliseconds: 1, readings: [], probes: [] },
  layout: { stores: [], daemons: [], entries: [] },
};

/** Sets every field below a list to null that is no key, as far as a value goes: what was not read at all. */
function nulled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nulled);
  if (value === null || typeof value !== 'object') return null;
  const keep = ['key', 'state', 'id', 'type', 'destination', 'pid', 'name', 'names', 'inode', 'path', 'kind'];
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, keep.includes(name) || Array.isArray(one) ? keptOf(one) : null]),
  );
}
const keptOf = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((one) => (typeof one === 'object' ? nulled(one) : one)) : value;

/** A rule given nothing, and one given things of which nothing was read, finds nothing and throws nothing. */
export function checkNulls(rules: readonly Rule[], looks: readonly Look[]): void {
  const [now, facts, past] = [Date.parse('2026-11-21T00:00:00Z'), null, null];
  for (const inventory of [null, NULL_INVENTORY]) {
    expect(findAll({ now, facts, past, snapshot: EMPTY_SNAPSHOT, inventory }, rules).findings).toEqual([]);
  }
  for (const { inventory } of looks) {
    const docker = nulled(inventory.docker) as Inventory['docker'];
    const input = { now, facts, past, snapshot: EMPTY_SNAPSHOT, inventory: { ...NULL_INVENTORY, docker } };
    expect(findAll(input, rules).findings).toEqual([]);
  }
}
