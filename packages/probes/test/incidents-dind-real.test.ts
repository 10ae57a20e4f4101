import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { itemRunOf } from '@silt/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Docker, IMAGE, makeRootFileSystem, startDocker, startNestedDocker } from '../../../lab/src/docker.ts';
import { Lab } from '../../../lab/src/lab.ts';
import { run } from '../../../lab/src/programs.ts';
import { only } from './incident-host.ts';
import {
  commandsOf,
  DAY_MILLISECONDS,
  FindingLife,
  lookAtMachine,
  remedyOf,
  rulesOf,
  runAll,
  theFinding,
} from './real-incident.ts';
import { describeReal } from './real-machine.ts';

const MIB = 1024 ** 2;
const FILE_SYSTEM_BYTES = 2 * 1024 * MIB;
const WRITTEN_MIB = 32;
const LAB_MILLISECONDS = 90_000;
/** Docker and quota groups count names and metadata too, and the daemon's own records shrink as well. */
const FREED_SHARE = { least: 0.9, most: 1.05 };
const PROGRAMS = ['mkfs.btrfs', 'btrfs', 'mount', 'umount', 'dockerd', 'docker', 'containerd', 'runc', 'busybox'];

/** Incident 1. */
describeReal('docker-in-docker on btrfs', { loopDevices: true, fileSystem: 'btrfs', programs: PROGRAMS }, () => {
  let lab: Lab;
  let mountPoint = '';
  let outer: Docker;
  beforeAll(async () => {
    lab = new Lab();
    await makeRootFileSystem(lab);
    mountPoint = await lab.mountLoopFile({ name: 'sto re', type: 'btrfs', bytes: FILE_SYSTEM_BYTES });
    const options = { name: 'docker', dataRoot: join(mountPoint, 'docker'), driver: 'btrfs' as const };
    // Without it nobody knows how much comes back.
    await run('btrfs', 'quota', 'enable', mountPoint);
    outer = await startDocker(lab, { ...options, args: ['--log-opt', 'max-size=10m'] });
  }, LAB_MILLISECONDS);
  afterAll(() => lab.close(), LAB_MILLISECONDS);

  /** A nested daemon with a container, a backup of it and a nested one of its own; then its container is removed without -v. */
  async function leaveBehind(): Promise<{ volume: string; data: string }> {
    const nested = await startNestedDocker(outer, { name: 'ci', driver: 'btrfs' }, lab.path('busybox.tar'));
    await nested.docker(
      'run',
      '--name',
      'job',
      '--network',
      'none',
      IMAGE,
      'dd',
      'if=/dev/zero',
      'of=/built',
      'bs=1M',
      `count=${WRITTEN_MIB}`,
    );
    const { volume } = nested;
    const data = join(outer.dataRoot, 'volumes', volume, '_data');
    const layers = join(data, 'btrfs/subvolumes');
    const layer = only(
      (await run('ls', layers))
        .trim()
        .split('\n')
        .filter((one) => one.endsWith('-init')),
    ).replace('-init', '');
    mkdirSync(join(layers, layer, 'srv/deep er'), { recursive: true });
    await run('btrfs', 'subvolume', 'create', join(layers, layer, 'srv/deep er/in it'));
    await run('btrfs', 'subvolume', 'snapshot', '-r', join(layers, layer), join(data, 'btrfs/ro backup'));
    await run('btrfs', 'property', 'set', '-ts', join(layers, layer), 'ro', 'true');
    await outer.docker('rm', '--force', 'ci');
    await run('sync', '--file-system', mountPoint);
    return { volume, data };
  }
  /** Docker's size of a volume has the subvolumes in it, which are counted for themselves. */
  async function expectCountedOnce(volume: string): Promise<void> {
    const { inventory, snapshot } = await lookAtMachine();
    const { items } = itemRunOf(inventory, snapshot);
    const [own, left] = (['volume', 'leftover'] as const).map((kind) =>
      only(items.filter((one) => one.kind === kind && one.name === volume)),
    );
    const [size, inside] = [own?.sizeBytes ?? Number.NaN, left?.leastBytes ?? Number.NaN];
    expect(inside).toBeGreaterThan(0);
    expect(size).toBeGreaterThan(inside);
    expect(own).toMatchObject({ counted: true, mostBytes: size - inside });
  }
  /** Docker itself cannot: it gives up at a read-only subvolume, with half of the volume gone. */
  async function removeInVain(volume: string): Promise<void> {
    await expect(outer.docker('volume', 'rm', volume)).rejects.toThrow('read-only file system');
  }
  const leave = async (): Promise<void> => {};

  test.each([
    ['as its container left it', leave, { isHalfRemoved: false, subvolumes: { length: 5 } }],
    ['half removed by docker volume rm', removeInVain, { isHalfRemoved: true, subvolumes: { length: 3 } }],
  ])(
    'the volume of a nested daemon, %s, is deleted by its own commands after a day',
    async (_, before, evidence) => {
      const { volume, data } = await leaveBehind();
      await before(volume);
      await expectCountedOnce(volume);
      const life = new FindingLife(lab.folder, [mountPoint]);
      const found = await life.begin();
      expect(rulesOf(found)).toEqual(['notice dind-leftover']);
      const once = theFinding(found, 'dind-leftover', volume);
      expect(once.evidence).toMatchObject({ volumes: [{ ...evidence, isWhole: true, isConfirmed: false }] });
      expect(commandsOf(remedyOf(once)).filter(({ kind }) => kind !== 'look')).toEqual([]);
      expect(life.kept('dind-leftover').promise).toBeNull();
      const left = (await run('btrfs', 'subvolume', 'list', mountPoint)).split(volume).length - 1;

      const aDayLater = await life.look(DAY_MILLISECONDS);
      expect(rulesOf(aDayLater)).toEqual(['notice dind-leftover']);
      const steps = remedyOf(theFinding(aDayLater, 'dind-leftover', volume));
      expect(
        runAll(steps.filter(({ kind }) => kind === 'look'))
          .at(-1)
          ?.stdout.split(volume),
      ).toHaveLength(left + 1);
      runAll(steps.filter(({ kind }) => kind !== 'look'));
      expect(existsSync(data)).toBe(false);
      expect(await outer.docker('volume', 'ls', '--quiet')).not.toContain(volume);
      await life.end();
      life.expectFreed('dind-leftover', FREED_SHARE);
    },
    LAB_MILLISECONDS,
  );
});
