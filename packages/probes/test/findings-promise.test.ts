import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { jsonBytes, MAX_EVIDENCE_BYTES } from '../../domain/src/findings/evidence-size.ts';
import type { Evidence, FindingPast } from '../../domain/src/findings/rule.ts';
import { findAll, RULES } from '../../domain/src/findings/rules.ts';
import { MAX_SUBJECTS } from '../../domain/src/findings/subjects.ts';
import { kernel } from './faked-kernel.ts';
import { ruleOf } from './findings-checks.ts';
import { DAY, putKilled } from './findings-docker-host.ts';
import { lookAtDocker, lookAtLvm } from './findings-thin-look.ts';
import { IncidentHost, type Look, only } from './incident-host.ts';
import * as hosts from './incident-hosts.ts';
import { pastOf, standingOf } from './past-of.ts';

vi.mock('node:fs/promises', async (original) => (await import('./faked-kernel.ts')).withFakedKernel(original));

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
  kernel.factsOf = (path) => host.factsOf(path);
});
afterEach(() => host.remove());

const CAPTURES: Record<string, () => Promise<Look>> = {
  'btrfs with 72 samples of its exhaustion': async () => {
    await hosts.putExhaustionSample(host, 66);
    return host.look();
  },
  'a nested daemon': () => hosts.putDindStep(host, 2).then(() => host.look()),
  'its container removed': () => hosts.putDindStep(host, 3).then(() => host.look()),
  'its volume half removed': () => hosts.putDindStep(host, 4).then(() => host.look()),
  'a killed daemon': () => putKilled(host).then(() => host.look()),
  'leaked mounts': () => hosts.putOverlayLeak(host).then(() => host.look()),
  'MountFlags with live-restore': () => hosts.putMountFlags(host).then(() => host.look()),
  'a pool that is full': () => lookAtDocker(host, 'B15-fill'),
  'a pool of LVM': () => lookAtLvm(host),
  'a loop file': async () => {
    hosts.putLoopSample(host, 9);
    return host.look();
  },
};
const names = Object.keys(CAPTURES);
const lookAt = (name: string): Promise<Look> => CAPTURES[name]?.() ?? Promise.reject(new Error(name));

/** All was there, as it is, years ago. */
const LONG_PAST: FindingPast = pastOf({
  ...{ firstSeenAt: () => 0, stateSince: () => 0, standing: standingOf('dind-leftover', { severity: 'notice' }) },
});

/** Of a first look, and of one long after. */
function findingsOf({ snapshot, inventory }: Look) {
  const now = Date.parse(inventory.takenAt) + 2 * DAY;
  return [null, LONG_PAST].flatMap((past) => findAll({ now, facts: null, snapshot, inventory, past }).findings);
}

describe('promises', () => {
  test.each(names)('%s: each is of a reading that its store has', async (name) => {
    const look = await lookAt(name);
    for (const { rule, storeKey, evidence } of findingsOf(look)) {
      const promised = ruleOf(RULES, rule).promise?.(evidence) ?? null;
      if (promised === null) continue;
      expect(promised.bytes, rule).toBeGreaterThan(0);
      expect(look.snapshot.layout.entries, rule).toContainEqual({ storeKey, series: promised.series });
    }
  });

  test.each([
    // 2,653,945,856 B of data chunks − 155,652,096 B in them, one copy of each.
    ['btrfs-unallocated-low', {}, { bytes: 2_498_293_760, series: 'unallocatedBytes', rises: true }],
    // The one file of 100 MiB.
    ['fd-pin', {}, { bytes: 104_857_600, series: 'usedBytes', rises: false }],
    // The file takes 222,691,328 B for 13,107,200 B in the pool.
    ['dm-no-discard', {}, { bytes: 209_584_128, series: 'backingAllocatedBytes', rises: false }],
    // 357,716,992 B − 22,216,704 B.
    ['dm-backing-fs', {}, { bytes: 335_500_288, series: 'backingAllocatedBytes', rises: false }],
    ['dm-backing-fs', { containerMounts: [], hostMounts: [] }, null],
    // Nobody has asked Docker how much the container of the capture has written.
    ['mount-leak', {}, null],
    ['overlay-orphan', {}, null],
    ['btrfs-zombie-mount', {}, null],
  ] as const)('%s with %o', (id, change, promised) => {
    const { example, promise } = ruleOf(RULES, id);
    expect(promise?.({ ...example, ...change })).toEqual(promised);
  });

  test('with two copies of each byte, packing gives back twice as much of the devices', () => {
    const { example, promise } = ruleOf(RULES, 'btrfs-unallocated-low');
    expect(promise?.({ ...example, dataCopies: 2 })?.bytes).toBe(4_996_587_520);
  });
});

describe('evidence fits its limit', () => {
  const expectSmall = (found: readonly { rule: string; evidence: Evidence }[]): void => {
    for (const { rule, evidence } of found) expect(jsonBytes(evidence), rule).toBeLessThanOrEqual(MAX_EVIDENCE_BYTES);
  };

  test.each(names)('%s', async (name) => expectSmall(findingsOf(await lookAt(name))));

  /** The subvolumes of the capture with copies beside each, of long names. */
  const multiply = (look: Look, of: string, count: number): void => {
    const system = only(look.inventory.btrfs);
    const ones = (system.subvolumes ?? []).filter(({ path }) => path.includes(of));
    expect(ones.length).toBeGreaterThan(0);
    for (let place = 0; place < count; place += 1) {
      const one = ones[place % ones.length];
      if (one === undefined) continue;
      const path = `${one.path}/${'x'.repeat(200)}/${place}`;
      system.subvolumes?.push({ ...one, path, id: 100_000 + place, uuid: `${place}`, parentUuid: null });
    }
  };

  test('5,000 subvolumes in one volume: the deepest are listed, and how many are not', async () => {
    await hosts.putDindStep(host, 3);
    const look = await host.look();
    multiply(look, hosts.LEFT_VOLUME, 5_000);
    const found = findingsOf(look);
    expectSmall(found);
    const { evidence } = found.filter(({ rule }) => rule === 'dind-leftover')[1] ?? only([]);
    const { volumes, counts } = evidence as {
      volumes: { subvolumes: object[]; leftOutCount: number }[];
      counts: { subvolumes: number };
    };
    const { subvolumes, leftOutCount } = only(volumes);
    expect(subvolumes.length).toBeGreaterThan(100);
    expect([subvolumes.length + leftOutCount, counts.subvolumes]).toEqual([5_005, 5_005]);
    const notes = ruleOf(RULES, 'dind-leftover')
      .remedy(evidence)
      .map(({ note }) => note.en);
    expect(notes.join()).toContain(`${leftOutCount} more subvolumes`);
  });

  test('5,000 subvolumes in the layers of a killed daemon: no finding is larger, and none is lost', async () => {
    await putKilled(host);
    const look = await host.look();
    multiply(look, '/subvolumes/', 5_000);
    const found = findingsOf(look);
    expectSmall(found);
    const zombies = found.filter(({ rule }) => rule === 'btrfs-zombie-mount')[1]?.evidence ?? only([]);
    const { records, leftOutCount } = zombies as { records: { leftOutCount: number }[]; leftOutCount: number };
    expect(records.length + leftOutCount).toBe(11);
    expect(records.length).toBeGreaterThan(0);
  });

  test('1,000 holders of leaked mounts are told by the first 200, and those that stand are among them', async () => {
    await hosts.putOverlayLeak(host);
    const look = await host.look();
    const leak = only(look.inventory.leaks);
    const holder = (place: number) => {
      const unit = `z${String(place).padStart(4, '0')}.service`;
      return { pid: place, name: 'sleep', owner: { unit, containerId: null, podUid: null } };
    };
    const [one] = leak.places;
    if (one === undefined) throw new Error('no place');
    leak.places = Array.from({ length: 1_000 }, (_, place) => ({
      ...{ ...one, namespace: `${place}`, holders: [holder(place)] },
    }));
    const { snapshot, inventory } = look;
    const standing: FindingPast['standing'] = (_, subject) =>
      subject === 'z0999.service' ? { since: 0, severity: 'notice', evidence: {} } : null;
    const input = { now: 0, facts: null, snapshot, inventory, past: pastOf({ standing }) };
    const { findings } = findAll(input, [ruleOf(RULES, 'mount-leak')]);
    expect(findings.map(({ subject }) => subject).slice(0, 3)).toEqual([
      'z0999.service',
      'z0000.service',
      'z0001.service',
    ]);
    expect(findings).toHaveLength(MAX_SUBJECTS);
    expect(findings[0]?.evidence).toMatchObject({ leftOutSubjects: 800, counts: { heldByOthers: 1 } });
    expect(ruleOf(RULES, 'mount-leak').text.en.seen(findings[0]?.evidence ?? {})).toContain('800 more holders');
  });
});
