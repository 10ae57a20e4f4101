import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FindingInput, LANGUAGES, type Rule } from '../../domain/src/findings/rule.ts';
import { findAll } from '../../domain/src/findings/rules.ts';
import { THIN_RULES } from '../../domain/src/findings/thin-rules.ts';
import { kernel } from './faked-kernel.ts';
import { inputOf, lookAtDocker, NOW, thinPastOf } from './findings-thin-look.ts';
import { IncidentHost } from './incident-host.ts';

vi.mock('node:fs/promises', async (original) => (await import('./faked-kernel.ts')).withFakedKernel(original));

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
  kernel.factsOf = (path) => host.factsOf(path);
});
afterEach(() => host.remove());

test('a host without thin pools and without Docker: no rule says a word', async () => {
  host.putMounts('27 1 254:0 / / rw - tmpfs t rw\n');
  expect(findAll(inputOf(await host.look(), thinPastOf()), THIN_RULES)).toEqual({ findings: [], cannotTell: [] });
});

/** All that may be null is; lists and names stay. */
function nullsOf(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => nullsOf(one, name));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, nullsOf(one, key)]));
  }
  const isKept = ['name', 'dmName', 'key', 'kind', 'storeKey', 'series', 'id', 'mountId', 'maker', 'state'].includes(
    name,
  );
  return isKept && typeof value === 'string' ? value : null;
}

test('where nothing was read no rule throws or finds anything', async () => {
  const look = await lookAtDocker(host, 'B15-fill');
  const { thinPool, loop } = { thinPool: null, loop: null };
  const stores = look.snapshot.layout.stores.map((store) => ({
    ...{ ...store, loop },
    thinPool:
      store.thinPool === null ? thinPool : (nullsOf({ ...store.thinPool, state: null }) as typeof store.thinPool),
  }));
  const snapshot = {
    ...look.snapshot,
    ...{ layout: { ...look.snapshot.layout, stores }, readings: look.snapshot.readings.map(() => null) },
  };
  const blank = Object.fromEntries(
    Object.entries(look.inventory).map(([name, value]) => [name, Array.isArray(value) ? value : null]),
  );
  const inventories = [null, nullsOf(look.inventory), { ...blank, devices: null, leaks: null, layerSpaces: null }];
  for (const inventory of inventories as FindingInput['inventory'][]) {
    for (const past of [null, thinPastOf()]) {
      const { findings } = findAll({ now: NOW, facts: null, snapshot, inventory, past }, THIN_RULES);
      expect(findings).toEqual([]);
    }
  }
});

const HOSTILE = `-rf $(touch /tmp/x) 'q" \`id\`;\\ é\n&|*`;
/** Each string of an evidence as hostile as it can be; words of a closed set stay. */
function hostileOf(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => hostileOf(one, name));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, hostileOf(one, key)]));
  }
  const isClosed = ['writes', 'discard', 'state'].includes(name);
  if (typeof value !== 'string' || isClosed) return value;
  const isPath = value.startsWith('/');
  return isPath ? `/${HOSTILE}` : HOSTILE;
}

describe.each(THIN_RULES)('$id', (rule) => {
  test('its lines are words for a shell, with the names as they are, and none that is an option', () => {
    const evidence = hostileOf(rule.example) as Rule['example'];
    const steps = rule.remedy(evidence).filter(({ kind, command }) => kind !== 'edit' && command !== null);
    const commands = steps.map(({ command }) => command ?? '');
    execFileSync('bash', ['-n', '-c', commands.join('\n')]);
    const lines = commands.map((command) => command.split(' | ')[0] ?? '');
    const script = lines.map((line) => `printf '%s\\0' ${line} ''`).join('\n');
    const words = execFileSync('bash', ['-f', '-c', script], { encoding: 'utf8' }).split('\0');
    for (const [place, word] of words.entries()) {
      if (!word.includes('touch')) continue;
      // Of a container's id, commands have the first twelve characters too.
      expect(word.includes(HOSTILE) || word.endsWith(HOSTILE.slice(0, 12)), word).toBe(true);
      if (word.startsWith('-')) expect(['--', '-e'], word).toContain(words[place - 1]);
    }
  });

  test('its texts name the subject, say something in each language, and have no gap', () => {
    const subject = String(rule.example.poolName ?? rule.example.containerName ?? rule.example.daemonKey);
    for (const language of LANGUAGES) {
      const { name, title, seen, why } = rule.text[language];
      expect(title(rule.example)).toContain(subject);
      const all = [name, title(rule.example), seen(rule.example), why(rule.example)];
      const notes = rule.remedy(rule.example).map(({ note }) => note[language]);
      for (const text of [...all, ...notes]) {
        expect(text.trim()).not.toBe('');
        expect(text).not.toMatch(/undefined|NaN|null|Infinity|\[object/);
      }
    }
  });

  test('whatever deletes is asked for after a look', () => {
    const steps = rule.remedy(rule.example);
    const destructive = steps.findIndex(({ isDestructive }) => isDestructive);
    if (destructive >= 0) {
      expect(steps.slice(0, destructive).some(({ kind }) => kind === 'look' || kind === 'precondition')).toBe(true);
    }
    expect(steps.at(-1)?.kind === 'expect' || steps.at(-2)?.kind === 'expect').toBe(true);
  });
});
