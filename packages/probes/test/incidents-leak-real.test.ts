import { existsSync, mkdirSync, statfsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Docker, IMAGE, makeRootFileSystem, startDocker } from '../../../lab/src/docker.ts';
import { Lab } from '../../../lab/src/lab.ts';
import { startInPrivateNamespace } from '../../../lab/src/private-namespace.ts';
import type { RemedyStep } from '../../domain/src/findings/rule.ts';
import { shellLine } from '../../domain/src/findings/shell-quote.ts';
import { only } from './incident-host.ts';
import { commandsOf, FindingLife, remedyOf, rulesOf, runAll, shell, theFinding } from './real-incident.ts';
import { describeReal } from './real-machine.ts';

const MIB = 1024 ** 2;
const FILE_SYSTEM_BYTES = 1024 * MIB;
const WRITTEN_MIB = 64;
const LIFE_SECONDS = '600';
const TEST_MILLISECONDS = 90_000;
const PROGRAMS = [
  'mkfs.ext4',
  'mount',
  'umount',
  'dockerd',
  'docker',
  'containerd',
  'runc',
  'busybox',
  'nsenter',
  'unshare',
  'bash',
];

/**
 * Incident 2. Docker removes the mount point with the unmount, and a kernel since 3.18 detaches by that what is mounted there in
 * any namespace: what stays is a bind of it to another place. So no removal hangs here; a capture of incident 2 has that.
 */
describeReal(
  'overlay2 of a Docker daemon of this machine',
  { loopDevices: true, fileSystem: 'overlay', programs: PROGRAMS },
  () => {
    let lab: Lab;
    let mountPoint = '';
    let daemon: Docker;
    beforeEach(async () => {
      lab = new Lab();
      await makeRootFileSystem(lab);
      mountPoint = await lab.mountLoopFile({ name: 'the store', type: 'ext4', bytes: FILE_SYSTEM_BYTES });
      const options = { name: 'docker', dataRoot: join(mountPoint, 'docker'), driver: 'overlay2' as const };
      daemon = await startDocker(lab, { ...options, args: ['--log-opt', 'max-size=10m'] });
    }, TEST_MILLISECONDS);
    afterEach(() => lab.close(), TEST_MILLISECONDS);

    const start = (name: string, ...options: string[]) =>
      daemon.docker('run', '--detach', '--name', name, '--network', 'none', ...options);
    /** A container that has written something; its mount. */
    async function startLeaky(): Promise<string> {
      await start('leaky', IMAGE, 'sleep', LIFE_SECONDS);
      await daemon.docker('exec', 'leaky', 'dd', 'if=/dev/zero', 'of=/written', 'bs=1M', `count=${WRITTEN_MIB}`);
      return daemon.docker('inspect', '--format', '{{.GraphDriver.Data.MergedDir}}', 'leaky');
    }
    function usedMib(): number {
      expect(shell(shellLine('sync', '--file-system', mountPoint)).status).toBe(0);
      const { blocks, bfree, bsize } = statfsSync(mountPoint);
      return ((blocks - bfree) * bsize) / MIB;
    }
    /** All that must be typed before the layer is mounted nowhere. */
    const release = (steps: readonly RemedyStep[]) => steps.filter(({ kind }) => kind !== 'expect');
    const afterwards = (steps: readonly RemedyStep[]) =>
      shell(only(commandsOf(steps.filter(({ kind }) => kind === 'expect'))).line);
    const NOTHING = { stdout: '', stderr: '' };

    test(
      'whose mount a process keeps: the space of the removed container comes back by unmounting it there',
      async () => {
        const merged = await startLeaky();
        const held = lab.path('he ld');
        mkdirSync(held);
        const bind = shellLine('mount', '--bind', merged, held);
        const holder = await startInPrivateNamespace(lab, `${bind} && touch ${lab.path('ready')}`);
        const life = new FindingLife(lab.folder, [mountPoint]);
        expect(await life.look()).toEqual([]);
        await daemon.docker('kill', 'leaky');
        const killed = await life.begin();
        expect(rulesOf(killed)).toEqual(['notice mount-leak']);
        theFinding(killed, 'mount-leak', 'leaky');

        const before = usedMib();
        await daemon.docker('rm', 'leaky');
        expect(existsSync(merged)).toBe(false);
        expect(before - usedMib()).toBeLessThan(1);
        const removed = await life.look();
        expect(rulesOf(removed)).toEqual(['warning mount-leak']);
        const finding = theFinding(removed, 'mount-leak', basename(dirname(merged)).slice(0, 12));
        expect(finding.evidence).toMatchObject({ holder: { pid: holder }, mounts: [{ mountPoints: [held] }] });
        expect(life.told).toEqual(['opened mount-leak', 'worse mount-leak']);
        const steps = remedyOf(finding);
        runAll(release(steps));
        expect(afterwards(steps)).toMatchObject(NOTHING);
        await life.end();
        // Of a container that is gone nobody tells how much it had written, and of a stopped one nothing comes back.
        life.expectNoPromise('mount-leak');
        expect(before - usedMib()).toBeGreaterThan(WRITTEN_MIB - 1);
      },
      TEST_MILLISECONDS,
    );

    test(
      'whose mount another container keeps: it is restarted, and lets go',
      async () => {
        const merged = await startLeaky();
        // PID 1 of a container takes no SIGTERM.
        const options = ['--stop-timeout', '1', '--privileged', '--volume', `${dirname(dirname(merged))}:/layers`];
        const bind = `mount --bind /layers/${basename(dirname(merged))}/merged /held`;
        const script = `mkdir -p /held; ${bind}; touch /ready; exec sleep ${LIFE_SECONDS}`;
        await start('monitor', ...options, IMAGE, 'sh', '-c', script);
        await daemon.docker('exec', 'monitor', 'sh', '-c', 'until test -e /ready; do usleep 50000; done');
        const life = new FindingLife(lab.folder, [mountPoint]);
        expect(await life.look()).toEqual([]);
        await daemon.docker('kill', 'leaky');
        const killed = await life.begin();
        expect(rulesOf(killed)).toEqual(['notice mount-leak']);
        const finding = theFinding(killed, 'mount-leak', 'leaky');
        expect(finding.evidence).toMatchObject({ holder: { container: { name: 'monitor' } } });
        const steps = remedyOf(finding);
        runAll(release(steps));
        expect(afterwards(steps)).toMatchObject(NOTHING);
        await life.end();
        // Of a container that is gone nobody tells how much it had written, and of a stopped one nothing comes back.
        life.expectNoPromise('mount-leak');
      },
      TEST_MILLISECONDS,
    );
  },
);
