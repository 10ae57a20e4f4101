import type { Inventory } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { buildCacheUnbounded } from '../../domain/src/findings/build-cache-unbounded/rule.ts';
import { logUnbounded } from '../../domain/src/findings/log-unbounded/rule.ts';
import { volumesAnonymousGrowing } from '../../domain/src/findings/volumes-anonymous-growing/rule.ts';
import { kernel } from './faked-kernel.ts';
import {
  BTRFS_DAEMON,
  DAY,
  daemonOf,
  destructive,
  EXT_DAEMON,
  found,
  HOUR,
  inputOf,
  putKilled,
} from './findings-docker-host.ts';
import { fixture } from './fixture.ts';
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

describe('volumes-anonymous-growing', () => {
  const NOW = Date.parse('2026-11-23T00:00:00Z');
  /** So many copies of the nested daemon's volume, with another first digit, that no container uses. */
  const copies = (count: number) => (inventory: Inventory) => {
    const volumes = daemonOf(inventory).volumes ?? [];
    const volume = only(volumes.filter(({ name }) => name === hosts.LEFT_VOLUME));
    for (const digit of [...'0123567'].slice(0, count)) {
      volumes.push({ ...volume, name: `${digit}${volume.name.slice(1)}`, references: 0, usedBy: [] });
    }
    inventory.takenAt = new Date(NOW).toISOString();
  };

  test('seven made within a week that nothing uses (edit), with the container that has one now', async () => {
    await hosts.putDindStep(host, 2);
    const finding = only(found(volumesAnonymousGrowing, inputOf(await host.look(), { age: DAY, edit: copies(7) })));
    expect(finding).toMatchObject({ subject: BTRFS_DAEMON, evidence: volumesAnonymousGrowing.example });
    const lines = destructive(volumesAnonymousGrowing, finding.evidence);
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain('prune');
    expect(lines.join()).not.toContain(hosts.LEFT_VOLUME);
  });

  test.each([
    ['six are', { age: DAY, edit: copies(6) }],
    ['they were not there a day ago', { age: HOUR, edit: copies(7) }],
    ['they were made more than a week ago', { age: DAY, edit: copies(7), later: 7 * DAY }],
    ['they are in use', { age: DAY, edit: () => {} }],
  ])('no growth: %s', async (_, options) => {
    await hosts.putDindStep(host, 2);
    expect(found(volumesAnonymousGrowing, inputOf(await host.look(), options))).toEqual([]);
  });

  test('what a container used until an hour ago has been there for years, and is not to be deleted', async () => {
    await hosts.putDindStep(host, 2);
    const options = { age: 1000 * DAY, stateAge: HOUR, edit: copies(7) };
    expect(found(volumesAnonymousGrowing, inputOf(await host.look(), options))).toEqual([]);
    // Since when is not known: no proof either.
    const unknown = { age: 1000 * DAY, stateAge: null, edit: copies(7) };
    expect(found(volumesAnonymousGrowing, inputOf(await host.look(), unknown))).toEqual([]);
  });

  test('one whose folder a container uses by its path is in use, whatever Docker counts (edit: a bind of it)', async () => {
    await hosts.putDindStep(host, 2);
    const edit = (inventory: Inventory): void => {
      copies(7)(inventory);
      const { containers, volumes, dataRoot } = daemonOf(inventory);
      const name = volumes?.find((one) => one.name.startsWith('0'))?.name;
      const source = `${dataRoot}/volumes/${name}/_data`;
      containers?.[0]?.mounts.push({ ...{ type: 'bind', name: null, source }, destination: '/data' } as never);
    };
    expect(found(volumesAnonymousGrowing, inputOf(await host.look(), { age: DAY, edit }))).toEqual([]);
  });

  test('it stays until it is fewer than six, and promises what its lines delete (edit: 10 MiB in each)', async () => {
    await hosts.putDindStep(host, 2);
    const look = await host.look();
    const sized = (count: number) => (inventory: Inventory) => {
      copies(count)(inventory);
      for (const volume of daemonOf(inventory).volumes ?? []) volume.sizeBytes = 10 * 1024 ** 2;
    };
    const standing = standingOf('volumes-anonymous-growing', { severity: 'notice' });
    const asked = (count: number) => {
      const input = inputOf(look, { age: DAY, edit: sized(count) });
      return found(volumesAnonymousGrowing, { ...input, past: input.past && { ...input.past, standing } });
    };
    expect([asked(6).length, asked(5).length]).toEqual([1, 0]);
    // 6 × 10 MiB = 62,914,560 B, of the data of a btrfs.
    expect(volumesAnonymousGrowing.promise?.(only(asked(6)).evidence)).toEqual({
      ...{ bytes: 62_914_560, series: 'dataUsedBytes', rises: false },
    });
  });

  test('cannot tell: volumes were not read (edit of one field)', async () => {
    await hosts.putDindStep(host, 2);
    const edit = (inventory: Inventory) => Object.assign(daemonOf(inventory), { volumes: null });
    expect(volumesAnonymousGrowing.check(inputOf(await host.look(), { age: DAY, edit }))).toEqual({
      ...{ findings: [], cannotTell: [{ subject: BTRFS_DAEMON, missing: 'docker-socket' }] },
    });
  });
});

describe('build-cache-unbounded', () => {
  const NOW = '2026-11-25T00:00:00.000Z';
  const GIB = 1024 ** 3;
  const lookWithCache = async (): Promise<Look> => {
    await putKilled(host, { '/system/df?verbose=1': fixture('layers/btrfs-6-system-df.json') });
    return host.look({ dockerSizes: true });
  };
  /** One record of 4 GiB that is new, one of 6 GiB that was made and used three weeks before; in truth 4 and 6 MiB. */
  const grown = (inventory: Inventory): void => {
    inventory.takenAt = NOW;
    for (const record of daemonOf(inventory).buildCache ?? []) {
      if (record.id.startsWith('jmvq')) record.sizeBytes = 4 * GIB;
      const then = '2026-11-01T00:00:00.000Z';
      if (record.id.startsWith('rkmf'))
        Object.assign(record, { sizeBytes: 6 * GIB, createdAt: then, lastUsedAt: then });
    }
  };
  const gc = (buildCacheGc: 'on' | 'off' | null) => (inventory: Inventory) => {
    grown(inventory);
    Object.assign(daemonOf(inventory), { buildCacheGc });
  };

  test('it grows by gigabytes in a week and keeps what nothing uses (edit of sizes and dates)', async () => {
    const finding = only(found(buildCacheUnbounded, inputOf(await lookWithCache(), { age: DAY, edit: grown })));
    expect(finding).toMatchObject({ subject: BTRFS_DAEMON, evidence: buildCacheUnbounded.example });
  });

  test('no finding of the captured cache, nor of one that is collected', async () => {
    const look = await lookWithCache();
    const captured = (inventory: Inventory) => Object.assign(inventory, { takenAt: NOW });
    expect(buildCacheUnbounded.check(inputOf(look, { age: DAY, edit: captured }))).toEqual({
      findings: [],
      cannotTell: [],
    });
    expect(buildCacheUnbounded.check(inputOf(look, { age: DAY, edit: gc('on') }))).toEqual({
      findings: [],
      cannotTell: [],
    });
    expect(found(buildCacheUnbounded, inputOf(look, { age: DAY, edit: gc('off') }))).toHaveLength(1);
    expect(found(buildCacheUnbounded, inputOf(look, { age: HOUR, edit: grown }))).toEqual([]);
  });

  test('what a build was using an hour ago is not stale, whatever its last use says', async () => {
    const input = (stateAge: number | null) => ({ age: 30 * DAY, stateAge, edit: grown });
    const look = await lookWithCache();
    expect(found(buildCacheUnbounded, inputOf(look, input(HOUR)))).toEqual([]);
    expect(found(buildCacheUnbounded, inputOf(look, input(null)))).toEqual([]);
    // 6 GiB = 6,442,450,944 B: what no build has used for a week.
    const { evidence } = only(found(buildCacheUnbounded, inputOf(look, input(DAY))));
    expect(buildCacheUnbounded.promise?.(evidence)).toEqual({
      ...{ bytes: 6_442_450_944, series: 'dataUsedBytes', rises: false },
    });
  });

  test('cannot tell: its configuration, or its cache, was not read', async () => {
    const look = await lookWithCache();
    const answer = (missing: string) => ({ findings: [], cannotTell: [{ subject: BTRFS_DAEMON, missing }] });
    expect(buildCacheUnbounded.check(inputOf(look, { age: DAY, edit: gc(null) }))).toEqual(answer('configuration'));
    const edit = (inventory: Inventory) => Object.assign(daemonOf(inventory), { buildCache: null });
    expect(buildCacheUnbounded.check(inputOf(look, { age: DAY, edit }))).toEqual(answer('docker-socket'));
  });
});

describe('log-unbounded', () => {
  test('running containers that log to json-file without a bound, and the change of the configuration', async () => {
    await hosts.putOverlayLeak(host);
    const finding = only(found(logUnbounded, inputOf(await host.look())));
    expect(finding).toMatchObject({ subject: EXT_DAEMON, severity: 'notice', evidence: logUnbounded.example });
    const [edit] = logUnbounded.remedy(finding.evidence).filter(({ kind }) => kind === 'edit');
    expect(JSON.parse(edit?.command ?? '')).toMatchObject({ 'log-opts': { 'max-size': '100m' } });
  });

  test.each([
    ['with a bound', { logMaxSizeSet: true }],
    ['with a driver that has one of its own', { logDriver: 'local' }],
  ])('%s there is none (edit of one field of each container)', async (_, change) => {
    await hosts.putOverlayLeak(host);
    const edit = (inventory: Inventory): void => {
      for (const { details } of daemonOf(inventory).containers ?? []) Object.assign(details ?? {}, change);
    };
    expect(logUnbounded.check(inputOf(await host.look(), { edit }))).toEqual({ findings: [], cannotTell: [] });
  });

  test('a stopped container writes nothing (edit of their state); one that was not inspected cannot be told', async () => {
    await hosts.putOverlayLeak(host);
    const look = await host.look();
    const each = (change: object) => (inventory: Inventory) => {
      for (const container of daemonOf(inventory).containers ?? []) Object.assign(container, change);
    };
    expect(logUnbounded.check(inputOf(look, { edit: each({ state: 'exited' }) }))).toEqual({
      findings: [],
      cannotTell: [],
    });
    expect(logUnbounded.check(inputOf(look, { edit: each({ details: null }) }))).toEqual({
      ...{ findings: [], cannotTell: [{ subject: EXT_DAEMON, missing: 'docker-socket' }] },
    });
  });

  /** Edit: so many bytes in the logs of o4 and o1, which were not captured. */
  const logs = (o4: number | null, o1: number | null) => (inventory: Inventory) => {
    for (const { names, details } of daemonOf(inventory).containers ?? []) {
      if (details !== null && names[0] === 'o4') details.logBytes = o4;
      if (details !== null && names[0] === 'o1') details.logBytes = o1;
    }
  };
  const evidenceOf = (look: Look, edit: (inventory: Inventory) => void) =>
    only(found(logUnbounded, inputOf(look, { edit })));

  test('the biggest log comes first, and what they hold together is what making them anew gives back', async () => {
    await hosts.putOverlayLeak(host);
    const finding = evidenceOf(await host.look(), logs(50_000_000, 150_000_000));
    expect(finding).toMatchObject({
      severity: 'notice',
      evidence: {
        ...{ bytes: 200_000_000, bigCount: 1 },
        containers: [
          { name: 'o1', logBytes: 150_000_000 },
          { name: 'o4', logBytes: 50_000_000 },
        ],
      },
    });
    expect(logUnbounded.promise?.(finding.evidence)).toEqual({
      ...{ bytes: 200_000_000, series: 'usedBytes', rises: false },
    });
    expect(logUnbounded.text.en.seen(finding.evidence)).toBe(
      'They log with json-file and no max-size: o1 (143.1 MiB), o4 (47.7 MiB). 1 of the logs takes 100 MB or more.',
    );
  });

  test('a GiB of logs is a warning, which stays until a tenth less; a log that was not read counts for nothing', async () => {
    await hosts.putOverlayLeak(host);
    const look = await host.look();
    const severityOf = (bytes: number, past = null as ReturnType<typeof pastOf> | null) =>
      only(found(logUnbounded, { ...inputOf(look, { edit: logs(bytes, null) }), past })).severity;
    const standing = pastOf({ standing: standingOf('log-unbounded', { severity: 'warning' }) });
    expect(severityOf(1024 ** 3)).toBe('warning');
    expect(severityOf(1024 ** 3 - 1)).toBe('notice');
    // 966,367,641.6 B are nine tenths.
    expect(severityOf(966_367_642, standing)).toBe('warning');
    expect(severityOf(966_367_641, standing)).toBe('notice');
    expect(logUnbounded.promise?.(evidenceOf(look, logs(null, null)).evidence)).toBeNull();
  });
});
