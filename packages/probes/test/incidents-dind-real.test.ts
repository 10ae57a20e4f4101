import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Docker, IMAGE, makeRootFileSystem, startDocker, startNestedDocker } from '../../../lab/src/docker.ts';
import { Lab } from '../../../lab/src/lab.ts';
import { run } from '../../../lab/src/programs.ts';
import { storeReadings } from '../../domain/src/findings/readings.ts';
import type { Finding, FindingPast } from '../../domain/src/findings/rule.ts';
import { only } from './incident-host.ts';
import {
  commandsOf,
  findingsIn,
  lookAtMachine,
  remedyOf,
  rulesOf,
  runAll,
  SEEN_YESTERDAY,
  theFinding,
} from './real-incident.ts';
import { describeReal } from './real-machine.ts';

const MIB = 1024 ** 2;
const FILE_SYSTEM_BYTES = 2 * 1024 * MIB;
const WRITTEN_MIB = 32;
const LAB_MILLISECONDS = 60_000;
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
  async function look(past: FindingPast | null): Promise<{ findings: Finding[]; usedMib: number }> {
    const input = await lookAtMachine(past);
    const { read } = only(storeReadings(input.snapshot).filter(({ store }) => store.name === mountPoint));
    return { findings: findingsIn(input, lab.folder), usedMib: (read('dataUsedBytes') ?? Number.NaN) / MIB };
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
      const first = await look(null);
      expect(rulesOf(first.findings)).toEqual(['warning dind-leftover']);
      const once = theFinding(first.findings, 'dind-leftover', volume);
      expect(once.evidence).toMatchObject({ ...evidence, isWhole: true, isConfirmed: false });
      expect(commandsOf(remedyOf(once)).filter(({ kind }) => kind !== 'look')).toEqual([]);
      const left = (await run('btrfs', 'subvolume', 'list', mountPoint)).split(volume).length - 1;

      const second = await look(SEEN_YESTERDAY);
      expect(rulesOf(second.findings)).toEqual(['warning dind-leftover']);
      const steps = remedyOf(theFinding(second.findings, 'dind-leftover', volume));
      expect(
        runAll(steps.filter(({ kind }) => kind === 'look'))
          .at(-1)
          ?.stdout.split(volume),
      ).toHaveLength(left + 1);
      runAll(steps.filter(({ kind }) => kind !== 'look'));
      expect(existsSync(data)).toBe(false);
      expect(await outer.docker('volume', 'ls', '--quiet')).not.toContain(volume);
      const after = await look(SEEN_YESTERDAY);
      expect(after.findings).toEqual([]);
      expect(second.usedMib - after.usedMib).toBeGreaterThan(WRITTEN_MIB - 1);
    },
    LAB_MILLISECONDS,
  );
});
