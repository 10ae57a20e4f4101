import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Docker, makeRootFileSystem, startDocker } from '../../../lab/src/docker.ts';
import { Lab } from '../../../lab/src/lab.ts';
import { run } from '../../../lab/src/programs.ts';
import type { RemedyStep } from '../../domain/src/findings/rule.ts';
import { only } from './incident-host.ts';
import {
  commandsOf,
  DAY_MILLISECONDS,
  FindingLife,
  remedyOf,
  rulesOf,
  runAll,
  shell,
  theFinding,
} from './real-incident.ts';
import { describeReal } from './real-machine.ts';

const MIB = 1024 ** 2;
const FILE_SYSTEM_BYTES = 1024 * MIB;
const WRITTEN_BYTES = 48 * MIB;
const ORPHAN = 'd452e1237fd45791579ec35d18832be8e095222d4f6e0b0faf2a76ddbe3db8a6';
const LAB_MILLISECONDS = 90_000;
/** The quota groups count metadata too. */
const FREED_SHARE = { least: 0.9, most: 1.05 };
const PROGRAMS = ['mkfs.btrfs', 'btrfs', 'mount', 'umount', 'dockerd', 'docker', 'containerd', 'runc', 'busybox'];

/** What incident 1 leaves beside volumes. */
describeReal('layers of a daemon on btrfs', { loopDevices: true, fileSystem: 'btrfs', programs: PROGRAMS }, () => {
  let lab: Lab;
  let mountPoint = '';
  let daemon: Docker;
  beforeAll(async () => {
    lab = new Lab();
    await makeRootFileSystem(lab);
    mountPoint = await lab.mountLoopFile({ name: 'sto re', type: 'btrfs', bytes: FILE_SYSTEM_BYTES });
    // Without it nobody knows how much comes back.
    await run('btrfs', 'quota', 'enable', mountPoint);
    const options = { name: 'docker', dataRoot: join(mountPoint, 'docker'), driver: 'btrfs' as const };
    daemon = await startDocker(lab, { ...options, args: ['--log-opt', 'max-size=10m'] });
  }, LAB_MILLISECONDS);
  afterAll(() => lab.close(), LAB_MILLISECONDS);

  test(
    'one that no record knows, made from an image as a build that was killed leaves it, is deleted after a day',
    async () => {
      const layers = join(daemon.dataRoot, 'btrfs/subvolumes');
      const image = only((await run('ls', layers)).trim().split('\n'));
      await run('btrfs', 'subvolume', 'snapshot', join(layers, image), join(layers, ORPHAN));
      writeFileSync(join(layers, ORPHAN, 'built'), Buffer.alloc(WRITTEN_BYTES, 'x'));
      await run('btrfs', 'subvolume', 'create', join(layers, ORPHAN, 'in it'));
      const life = new FindingLife(lab.folder, [mountPoint]);
      expect(await life.look()).toEqual([]);
      const found = await life.begin(DAY_MILLISECONDS);
      expect(rulesOf(found)).toEqual(['notice btrfs-orphan-layer']);
      const steps = remedyOf(theFinding(found, 'btrfs-orphan-layer', daemon.dataRoot));
      const isGrep = ({ command }: RemedyStep) => command?.startsWith('grep ') === true;
      const greps = commandsOf(steps.filter(isGrep)).map(({ line }) => shell(line));
      // No record and no process has it.
      expect(greps.map(({ stdout }) => stdout)).toEqual(['', '']);
      runAll(steps.filter((step) => !isGrep(step)));
      expect(existsSync(join(layers, ORPHAN))).toBe(false);
      expect(existsSync(join(layers, image))).toBe(true);
      await life.end();
      life.expectFreed('btrfs-orphan-layer', FREED_SHARE);
    },
    LAB_MILLISECONDS,
  );
});
