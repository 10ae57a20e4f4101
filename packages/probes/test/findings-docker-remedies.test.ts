import { execFileSync } from 'node:child_process';
import type { Inventory } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { dindLeftover } from '../../domain/src/findings/dind-leftover/rule.ts';
import { DOCKER_RULES } from '../../domain/src/findings/docker-rules.ts';
import { overlayOrphan } from '../../domain/src/findings/overlay-orphan/rule.ts';
import { LANGUAGES, type Rule } from '../../domain/src/findings/rule.ts';
import { kernel } from './faked-kernel.ts';
import { DAY, inputOf, putKilled } from './findings-docker-host.ts';
import { fixture } from './fixture.ts';
import { IncidentHost } from './incident-host.ts';

vi.mock('node:fs/promises', async (original) => (await import('./faked-kernel.ts')).withFakedKernel(original));

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
  kernel.factsOf = (path) => host.factsOf(path);
});
afterEach(() => host.remove());

describe('all of them', () => {
  const EVIL = `/srv/it's a "$(touch /tmp/silt-evil)\`id\`;\n-rf *`;
  const NAME = `-v '$(id)' "x"\n$HOME`;

  /** The evidence with the data root, the socket, volumes and containers named by an enemy. Rules vouch for names of layers. */
  function hostile(evidence: unknown): unknown {
    if (typeof evidence === 'string') {
      if (evidence.startsWith('/srv/lab/')) return evidence.replace('/srv/lab', EVIL);
      // A subvolume in a volume.
      if (evidence.startsWith('btrfs/')) return `${evidence}/${NAME}`;
      return /^(651048|\d9b2f5|9d3bf3|ce26b0|o[14]$)/.test(evidence) ? `${NAME}${evidence}` : evidence;
    }
    if (Array.isArray(evidence)) return evidence.map(hostile);
    if (typeof evidence !== 'object' || evidence === null) return evidence;
    return Object.fromEntries(Object.entries(evidence).map(([key, value]) => [key, hostile(value)]));
  }

  /** The words that bash makes of a line: of both sides of a pipe, and of commands that follow each other, with what it would expand left as it stands. */
  function wordsOf(line: string): string[] {
    const out = execFileSync(
      'bash',
      ['-fc', `printf '%s\\0' ${line.replace(' | grep ', ' grep ').replaceAll(' && ', ' ')}`],
      {
        encoding: 'utf8',
      },
    );
    return out.split('\0').slice(0, -1);
  }

  test.each(DOCKER_RULES.map((rule) => [rule.id, rule] as const))(
    '%s: names of an enemy come out as they are',
    (_, rule) => {
      const steps = rule.remedy(hostile(rule.example) as Rule['example']).filter(({ kind }) => kind !== 'edit');
      const lines = steps.flatMap(({ command }) => command ?? []);
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) {
        execFileSync('bash', ['-n', '-c', line]);
        const words = wordsOf(line);
        for (const word of words.filter((one) => /touch|it's/.test(one))) expect(word).toContain(EVIL);
        for (const word of words.filter((one) => one.includes('$(id)'))) expect(word).toContain(NAME);
        expect(words.some((word) => word.includes('uid='))).toBe(false);
        // A name that begins with a hyphen comes behind `--`, or within a word that does not.
        const end = words.indexOf('--');
        for (const [place, word] of words.entries()) {
          if (word.startsWith(NAME)) expect(end >= 0 && end < place).toBe(true);
        }
      }
    },
  );

  test.each(DOCKER_RULES.map((rule) => [rule.id, rule] as const))(
    '%s: words in both languages, its subject in them',
    (_, rule) => {
      for (const language of LANGUAGES) {
        const { name, title, seen, why } = rule.text[language];
        for (const words of [name, title(rule.example), seen(rule.example), why(rule.example)]) {
          expect(words.trim()).not.toBe('');
          expect(words).not.toMatch(/undefined|null|NaN|\[object/);
        }
        const { place, volumes } = rule.example as { place?: { dataRoot: string }; volumes?: { volume?: string }[] };
        expect(title(rule.example)).toContain(volumes?.[0]?.volume ?? place?.dataRoot);
      }
      for (const { note } of rule.remedy(rule.example)) {
        for (const language of LANGUAGES) expect(note[language].trim()).not.toBe('');
      }
    },
  );

  test.each(DOCKER_RULES.map((rule) => [rule.id, rule] as const))(
    '%s: evidence is plain data, and the remedy deletes nothing before it has looked',
    (_, rule) => {
      expect(JSON.parse(JSON.stringify(rule.example))).toEqual(rule.example);
      const steps = rule.remedy(rule.example);
      const deletion = steps.findIndex(({ isDestructive }) => isDestructive);
      if (deletion >= 0) expect(steps.slice(0, deletion).some(({ kind }) => kind === 'look')).toBe(true);
    },
  );

  test('in a container, the way into it comes first; in a pod there is no docker to go by (edits of the place)', async () => {
    const { place } = dindLeftover.example as { place?: object };
    const at = (change: object) => ({ ...dindLeftover.example, place: { ...place, ...change } });
    const [first] = dindLeftover.remedy(at({ nestedInContainerId: 'abc' }));
    expect(first).toMatchObject({ kind: 'precondition', command: 'docker exec -it abc sh' });
    const [inPod] = dindLeftover.remedy(at({ nestedInContainerId: 'abc', isInPod: true }));
    expect(inPod).toMatchObject({ kind: 'precondition', command: null });
  });

  /** All that may be null of what the rules look at. */
  function unread(inventory: Inventory): void {
    Object.assign(inventory, { devices: null, btrfs: null, thin: null, mounts: null, leaks: null, layerSpaces: null });
    for (const daemon of inventory.docker?.daemons ?? []) {
      const kept = new Set(['key', 'state']);
      for (const field of Object.keys(daemon)) if (!kept.has(field)) Object.assign(daemon, { [field]: null });
    }
    for (const { layers } of inventory.dataRoots) {
      const nothing = { layers: null, mounts: null, writeSets: null, entries: null, entryCounts: null };
      Object.assign(layers, { ...nothing, zombies: null, dangling: null, leftovers: null, hasAllRecords: false });
    }
  }

  test('nothing was read: nothing is found, nothing is thrown', async () => {
    await putKilled(host);
    const look = await host.look();
    const whole = inputOf(look, { age: DAY });
    const noDocker = (inventory: Inventory) => Object.assign(inventory, { docker: null, dataRoots: [] });
    const inputs = [
      { ...whole, inventory: null },
      { ...whole, inventory: null, past: null },
      ...[unread, noDocker].flatMap((edit) => [inputOf(look, { edit }), inputOf(look, { age: DAY, edit })]),
    ];
    for (const input of inputs) {
      for (const rule of DOCKER_RULES) {
        expect(rule.check(input).findings).toEqual([]);
        // That nothing is known of the daemon is told, but by a rule of a driver that it does not have.
        const isOther = rule === overlayOrphan && (input.inventory?.dataRoots.length ?? 0) > 0;
        expect(rule.check(input).cannotTell.length > 0).toBe(!isOther);
      }
    }
  });

  test('a host without Docker: silence', async () => {
    host.putMounts(fixture('mounts/docker-btrfs.txt'));
    const input = inputOf(await host.look(), { age: DAY });
    for (const rule of DOCKER_RULES) expect(rule.check(input)).toEqual({ findings: [], cannotTell: [] });
  });
});
