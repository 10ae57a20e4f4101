import { execFileSync } from 'node:child_process';
import type { Inventory } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { btrfsOrphanLayer } from '../../domain/src/findings/btrfs-orphan-layer/rule.ts';
import { btrfsZombieMount } from '../../domain/src/findings/btrfs-zombie-mount/rule.ts';
import { dindLeftover } from '../../domain/src/findings/dind-leftover/rule.ts';
import { overlayOrphan } from '../../domain/src/findings/overlay-orphan/rule.ts';
import { kernel } from './faked-kernel.ts';
import {
  BTRFS_DAEMON,
  commands,
  DAY,
  daemonOf,
  destructive,
  EXT_DAEMON,
  found,
  HOUR,
  inputOf,
  layersOf,
  missing,
  ORPHAN,
  putKilled,
} from './findings-docker-host.ts';
import { fixture } from './fixture.ts';
import { IncidentHost, only } from './incident-host.ts';
import * as hosts from './incident-hosts.ts';

vi.mock('node:fs/promises', async (original) => (await import('./faked-kernel.ts')).withFakedKernel(original));

const MIB = 1024 ** 2;
let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
  kernel.factsOf = (path) => host.factsOf(path);
});
afterEach(() => host.remove());

describe('dind-leftover', () => {
  const { LEFT_VOLUME, HALF_VOLUME, BTRFS_ROOT } = hosts;

  test('half removed, seen for a day: the read-only subvolume is made writable and deleted, then the volume', async () => {
    await hosts.putDindStep(host, 4);
    const finding = only(found(dindLeftover, inputOf(await host.look(), { age: DAY })));
    expect(finding.evidence).toEqual(dindLeftover.example);
    expect(finding).toMatchObject({ subject: BTRFS_DAEMON, severity: 'warning' });
    const path = `${BTRFS_ROOT}/volumes/${HALF_VOLUME}/_data/btrfs/ro-backup`;
    expect(commands(dindLeftover, finding.evidence).slice(-4)).toEqual([
      `btrfs property set -ts ${path} ro false`,
      `btrfs subvolume delete ${path}`,
      `docker -H unix:///srv/lab/run/b/docker.sock volume rm -- ${HALF_VOLUME}`,
      `btrfs filesystem sync ${BTRFS_ROOT} && btrfs subvolume sync ${BTRFS_ROOT} && btrfs filesystem sync ${BTRFS_ROOT}`,
    ]);
  });

  test('of a removed container: its five subvolumes by their own names, none made writable that is', async () => {
    await hosts.putDindStep(host, 3);
    const { evidence } = only(found(dindLeftover, inputOf(await host.look(), { age: DAY })));
    expect(evidence).toMatchObject({ counts: { volumes: 1, layers: 5, subvolumes: 5, readOnly: 0, halfRemoved: 0 } });
    expect(evidence).toMatchObject({ volumes: [{ volume: LEFT_VOLUME, isHalfRemoved: false, isWhole: true }] });
    const [deletion, removal] = destructive(dindLeftover, evidence);
    const listed = fixture('layers/btrfs-3-subvolume-list.txt')
      .split('\n')
      .flatMap((row) => row.split(' path docker/')[1] ?? [])
      .filter((path) => path.startsWith(`volumes/${LEFT_VOLUME}/`));
    expect(deletion?.split(' ').slice(3)).toEqual(listed.map((path) => `${BTRFS_ROOT}/${path}`).sort());
    expect(removal).toContain(`volume rm -- ${LEFT_VOLUME}`);
    expect(commands(dindLeftover, evidence).join()).not.toContain('property');
  });

  test('a subvolume in another one is deleted before it (edit: one of the five moved into another)', async () => {
    await hosts.putDindStep(host, 3);
    const edit = (inventory: Inventory): void => {
      const inside = only(inventory.btrfs).subvolumes?.filter(({ path }) => path.includes(LEFT_VOLUME)) ?? [];
      const [first, second] = inside;
      if (first === undefined || second === undefined) throw new Error('no subvolumes');
      const leftover = only(layersOf(inventory).leftovers);
      leftover.nestedSubvolumes = leftover.nestedSubvolumes.filter((path) => !second.path.endsWith(path));
      Object.assign(second, { path: `${first.path}/var/lib/nested`, parentId: first.id });
    };
    const { evidence } = only(found(dindLeftover, inputOf(await host.look(), { age: DAY, edit })));
    const words = destructive(dindLeftover, evidence)[0]?.split(' ').slice(3) ?? [];
    expect(words).toHaveLength(5);
    expect(words[0]).toMatch(/\/var\/lib\/nested$/);
  });

  test.each([
    ['of the quota groups, since Docker counts an inode number once', 300, 500],
    ['of Docker, which has what lies beside the subvolumes too', 700, 700],
  ])(
    'what comes back is the larger size: %s (edit: sizes of five subvolumes and their volume)',
    async (_, told, most) => {
      await hosts.putDindStep(host, 3);
      const edit = (inventory: Inventory): void => {
        const system = only(inventory.btrfs);
        system.quota = { mode: 'qgroup', isInconsistent: false };
        for (const one of system.subvolumes?.filter(({ path }) => path.includes(LEFT_VOLUME)) ?? []) {
          Object.assign(one, { parentUuid: null, referencedBytes: 100 * MIB, exclusiveBytes: 100 * MIB });
        }
        const volumes = inventory.docker?.daemons.flatMap((daemon) => daemon.volumes ?? []) ?? [];
        only(volumes.filter(({ name }) => name === LEFT_VOLUME)).sizeBytes = told * MIB;
      };
      const { evidence } = only(found(dindLeftover, inputOf(await host.look(), { age: DAY, edit })));
      expect(dindLeftover.promise?.(evidence)).toEqual({ bytes: most * MIB, series: 'dataUsedBytes', rises: false });
    },
  );

  test.each([
    ['a single look', undefined],
    ['an hour', HOUR],
    ['never before', null],
  ] as const)('after %s it is told, and nothing is to be deleted', async (_, age) => {
    await hosts.putDindStep(host, 4);
    const input = inputOf(await host.look(), age === undefined ? {} : { age });
    const { evidence } = only(found(dindLeftover, input));
    expect(evidence).toMatchObject({ counts: { confirmed: 0 }, volumes: [{ isConfirmed: false }] });
    expect(destructive(dindLeftover, evidence)).toEqual([]);
  });

  test.each([
    ['its container was removed an hour ago', { stateAge: HOUR }],
    ['since when nothing uses it is not known', { stateAge: null }],
    ['something used it by its path until an hour ago', { standingAge: HOUR }],
    ['it was not found before', { standingAge: null }],
  ])('a volume of years is not to be deleted: %s', async (_, ages) => {
    await hosts.putDindStep(host, 4);
    const { evidence } = only(found(dindLeftover, inputOf(await host.look(), { age: 1000 * DAY, ...ages })));
    expect(evidence).toMatchObject({ counts: { confirmed: 0 }, volumes: [{ isConfirmed: false }] });
    expect(destructive(dindLeftover, evidence)).toEqual([]);
    expect(dindLeftover.promise?.(evidence)).toBeNull();
  });

  test('while its container is there, running or not, it is none', async () => {
    await hosts.putDindStep(host, 2);
    const input = inputOf(await host.look(), { age: DAY });
    expect(only(input.inventory?.dataRoots).layers.leftovers).toHaveLength(1);
    expect(dindLeftover.check(input)).toEqual({ findings: [], cannotTell: [] });
  });

  test('while a container binds a folder in the volume it is none (edit: one mount of a container)', async () => {
    await hosts.putDindStep(host, 3);
    const edit = (inventory: Inventory): void => {
      const source = `${BTRFS_ROOT}/volumes/${LEFT_VOLUME}/_data`;
      const bind = { type: 'bind', name: null, source, destination: '/x', readOnly: true, propagation: 'rprivate' };
      daemonOf(inventory).containers?.[0]?.mounts.push(bind);
    };
    expect(found(dindLeftover, inputOf(await host.look(), { age: DAY, edit }))).toEqual([]);
  });

  test('cannot tell: volumes, or the data root, were not read (edits of one field)', async () => {
    await hosts.putDindStep(host, 3);
    const look = await host.look();
    const noVolumes = inputOf(look, {
      age: DAY,
      edit: (inventory) => Object.assign(daemonOf(inventory), { volumes: null }),
    });
    expect(dindLeftover.check(noVolumes)).toEqual({
      findings: [],
      cannotTell: [{ subject: BTRFS_DAEMON, missing: 'docker-socket' }],
    });
    const noLeftovers = inputOf(look, { edit: (inventory) => Object.assign(layersOf(inventory), { leftovers: null }) });
    expect(missing(dindLeftover, noLeftovers)).toEqual([{ subject: BTRFS_DAEMON, missing: 'data-root' }]);
  });

  test('where the list of subvolumes was not read, those that were seen are told, and that there may be others', async () => {
    await hosts.putDindStep(host, 4);
    const edit = (inventory: Inventory) => Object.assign(only(inventory.btrfs), { subvolumes: null });
    const { evidence } = only(found(dindLeftover, inputOf(await host.look(), { age: DAY, edit })));
    expect(evidence).toMatchObject({ volumes: [{ isWhole: false, subvolumes: [{ isReadOnly: null }] }] });
    expect(commands(dindLeftover, evidence).join('\n')).toContain('ro-backup ro false\nbtrfs subvolume delete');
  });
});

describe('btrfs-orphan-layer', () => {
  test('a killed import, after a day: its records and mounts are looked at again, then it goes by its own name', async () => {
    await putKilled(host);
    const finding = only(found(btrfsOrphanLayer, inputOf(await host.look(), { age: DAY, later: 25 * HOUR })));
    expect(finding).toMatchObject({ subject: BTRFS_DAEMON, severity: 'warning', evidence: btrfsOrphanLayer.example });
    const lines = commands(btrfsOrphanLayer, finding.evidence);
    const place = lines.findIndex((line) => line?.startsWith('btrfs subvolume delete'));
    expect(lines[place]).toBe(`btrfs subvolume delete ${hosts.BTRFS_ROOT}/btrfs/subvolumes/${ORPHAN}`);
    expect(lines.slice(0, place).filter((line) => line?.includes(`-e ${ORPHAN}`))).toHaveLength(2);
    expect(destructive(btrfsOrphanLayer, finding.evidence)).toHaveLength(1);
  });

  test('the re-check prints the record of a layer that has one, and nothing for the orphan', async () => {
    await putKilled(host);
    const look = await host.look();
    const { evidence } = only(found(btrfsOrphanLayer, inputOf(look, { age: DAY, later: 25 * HOUR })));
    const line = commands(btrfsOrphanLayer, evidence).find((one) => one?.startsWith('grep -rlF')) ?? '';
    const here = line.replace(hosts.BTRFS_ROOT, `${host.hostRoot}${hosts.BTRFS_ROOT}`);
    const print = (text: string) => execFileSync('bash', ['-c', `${text} || true`], { encoding: 'utf8' });
    expect(print(here)).toBe('');
    const named = look.inventory.dataRoots[0]?.layers.layers?.[0]?.cacheId ?? '';
    expect(print(here.replace(ORPHAN, named))).toMatch(/cache-id\n$/);
  });

  test('a write-set that was written to within a day may be an import that runs: cannot tell', async () => {
    await putKilled(host);
    const input = inputOf(await host.look(), { age: DAY, later: 23 * HOUR });
    const answer = { findings: [], cannotTell: [{ subject: BTRFS_DAEMON, missing: 'second-look' }] };
    expect(btrfsOrphanLayer.check(input)).toEqual(answer);
  });

  test('seen for less than a day, or while it is imported at a single look: cannot tell', async () => {
    await putKilled(host);
    const look = await host.look();
    for (const options of [{ age: DAY - 1, later: 25 * HOUR }, { age: null, later: 25 * HOUR }, {}]) {
      const { findings, cannotTell } = btrfsOrphanLayer.check(inputOf(look, options));
      expect([findings.length, cannotTell[0]?.missing]).toEqual([0, 'second-look']);
    }
  });

  test('an entry that was something else until an hour ago is not told, however long it has been there', async () => {
    await putKilled(host);
    const look = await host.look();
    for (const stateAge of [HOUR, null]) {
      const input = inputOf(look, { age: 1000 * DAY, stateAge, later: 25 * HOUR });
      const answer = { findings: [], cannotTell: [{ subject: BTRFS_DAEMON, missing: 'second-look' }] };
      expect(btrfsOrphanLayer.check(input)).toEqual(answer);
      expect(btrfsZombieMount.check(input)).toEqual(answer);
    }
  });

  test('its promise is what quota groups say that it holds, and nothing before it is confirmed (edit: 5 MiB)', () => {
    const evidence = { ...btrfsOrphanLayer.example, bytes: 5 * 1024 ** 2 };
    const promised = { bytes: 5_242_880, series: 'dataUsedBytes', rises: false };
    for (const rule of [btrfsOrphanLayer, btrfsZombieMount]) {
      expect(rule.promise?.({ ...rule.example, bytes: evidence.bytes }), rule.id).toEqual(promised);
      expect(rule.promise?.({ ...rule.example, bytes: evidence.bytes, isConfirmed: false }), rule.id).toBeNull();
      expect(rule.promise?.(rule.example), rule.id).toBeNull();
    }
  });

  test('without a write-set a single look tells it, and nothing is to be deleted (edit of its class)', async () => {
    await putKilled(host);
    const edit = (inventory: Inventory): void => {
      const entry = layersOf(inventory).entries?.find(({ name }) => name === ORPHAN);
      Object.assign(entry ?? {}, { class: 'candidate-orphan' });
    };
    const { severity, evidence } = only(found(btrfsOrphanLayer, inputOf(await host.look(), { edit })));
    expect(severity).toBe('notice');
    expect(destructive(btrfsOrphanLayer, evidence)).toEqual([]);
  });

  test('one that is mounted somewhere is not told (edit: a mount of its name)', async () => {
    await putKilled(host);
    const edit = (inventory: Inventory): void => {
      const layer = { kind: 'btrfs', mountId: ORPHAN } as never;
      inventory.mounts?.namespaces[0]?.layerMounts?.push(layer);
    };
    expect(found(btrfsOrphanLayer, inputOf(await host.look(), { age: DAY, later: 25 * HOUR, edit }))).toEqual([]);
  });

  test('of a daemon in order there is none, and of a data root whose records were not all read none is told', async () => {
    await hosts.putDindStep(host, 3);
    const look = await host.look();
    expect(btrfsOrphanLayer.check(inputOf(look, { age: DAY }))).toEqual({ findings: [], cannotTell: [] });
    const edit = (inventory: Inventory) => Object.assign(layersOf(inventory), { hasAllRecords: false });
    expect(missing(btrfsOrphanLayer, inputOf(look, { age: DAY, edit }))).toEqual([
      { subject: BTRFS_DAEMON, missing: 'data-root' },
    ]);
  });
});

describe('btrfs-zombie-mount', () => {
  test('records of containers that are gone, after a day: moved aside before the layers are deleted', async () => {
    await putKilled(host);
    const { evidence } = only(found(btrfsZombieMount, inputOf(await host.look(), { age: DAY })));
    const { records } = evidence as typeof btrfsZombieMount.example & { records: object[] };
    const [first] = (btrfsZombieMount.example as { records?: object[] }).records ?? [];
    expect(records).toHaveLength(11);
    expect(records[0]).toEqual({ ...first, recordedAt: expect.any(String) });
    const lines = commands(btrfsZombieMount, evidence).map((line) => line ?? '');
    const last = (start: string) => lines.findLastIndex((line) => line.startsWith(start));
    const deletion = lines.findIndex((line) => line.startsWith('btrfs subvolume delete'));
    expect(last('mv -- ')).toBeLessThan(deletion);
    expect(lines.filter((line) => line.startsWith('btrfs subvolume delete'))).toHaveLength(11);
    expect(lines.every((line) => !line.startsWith('btrfs subvolume delete') || line.endsWith('-init'))).toBe(true);
  });

  test('one that Docker lists is none (edit: the container in the list)', async () => {
    await putKilled(host);
    const look = await host.look();
    const id = only(look.inventory.dataRoots).layers.zombies?.find(({ holds }) => holds.length > 0)?.containerId ?? '';
    const edit = (inventory: Inventory): void => {
      daemonOf(inventory).containers?.push({ id, names: [], mounts: [], details: null, state: 'created' } as never);
    };
    const { evidence } = only(found(btrfsZombieMount, inputOf(look, { age: DAY, edit })));
    expect(evidence.records).toHaveLength(10);
    expect(JSON.stringify(evidence)).not.toContain(id);
  });

  test('a day has not passed, or containers were not read: cannot tell', async () => {
    await putKilled(host);
    const look = await host.look();
    expect(btrfsZombieMount.check(inputOf(look, { age: HOUR }))).toEqual({
      ...{ findings: [], cannotTell: [{ subject: BTRFS_DAEMON, missing: 'second-look' }] },
    });
    const edit = (inventory: Inventory) => Object.assign(layersOf(inventory), { zombies: null });
    expect(missing(btrfsZombieMount, inputOf(look, { edit }))).toEqual([
      { subject: BTRFS_DAEMON, missing: 'data-root' },
    ]);
    expect(destructive(btrfsZombieMount, only(found(btrfsZombieMount, inputOf(look))).evidence)).toEqual([]);
  });

  test('a container that was removed as it should be leaves none', async () => {
    await hosts.putDindStep(host, 3);
    expect(btrfsZombieMount.check(inputOf(await host.look(), { age: DAY }))).toEqual({ findings: [], cannotTell: [] });
  });
});

describe('overlay-orphan', () => {
  const NAME = '798fb3cd20a8d0651b87cfed617a17f6ebfd22ae5a09f1939a8e69ba3497cfc4';
  const edit = (inventory: Inventory): void => {
    const entry = layersOf(inventory).entries?.find(({ name }) => name === NAME);
    Object.assign(entry ?? {}, { class: 'candidate-orphan', ownerId: null });
  };

  test('a layer that no record names (edit of its class), after a day: moved aside, verified, deleted', async () => {
    await hosts.putOverlayLeak(host);
    const finding = only(found(overlayOrphan, inputOf(await host.look(), { age: DAY, edit })));
    expect(finding).toMatchObject({ subject: EXT_DAEMON, evidence: overlayOrphan.example });
    const root = hosts.EXT_ROOT;
    const lines = commands(overlayOrphan, finding.evidence);
    expect(lines).toContain(`mv -- ${root}/overlay2/${NAME} ${root}/overlay2-aside/${NAME}`);
    expect(destructive(overlayOrphan, finding.evidence)).toEqual([`rm -rf -- ${root}/overlay2-aside/${NAME}`]);
  });

  test('every layer of a captured daemon has its record: none; and btrfs is for another rule', async () => {
    await hosts.putOverlayLeak(host);
    const input = inputOf(await host.look(), { age: DAY });
    expect(overlayOrphan.check(input)).toEqual({ findings: [], cannotTell: [] });
    expect(btrfsOrphanLayer.check(input)).toEqual({ findings: [], cannotTell: [] });
  });

  test('its entries were not read, or it was seen for less than a day: cannot tell', async () => {
    await hosts.putOverlayLeak(host);
    const look = await host.look();
    const unread = (inventory: Inventory) => Object.assign(layersOf(inventory), { entries: null });
    expect(missing(overlayOrphan, inputOf(look, { edit: unread }))).toEqual([
      { subject: EXT_DAEMON, missing: 'data-root' },
    ]);
    expect(missing(overlayOrphan, inputOf(look, { age: HOUR, edit }))).toEqual([
      { subject: EXT_DAEMON, missing: 'second-look' },
    ]);
  });
});
