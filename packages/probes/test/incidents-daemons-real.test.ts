import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DockerRequest, makeRootFileSystem, startDocker, startDoomedDocker } from '../../../lab/src/docker.ts';
import { Lab } from '../../../lab/src/lab.ts';
import { PATH } from '../../../lab/src/programs.ts';
import type { RemedyStep } from '../../domain/src/findings/rule.ts';
import { only } from './incident-host.ts';
import { commandsOf, FindingLife, remedyOf, rulesOf, runAll, shell, theFinding } from './real-incident.ts';
import { describeReal } from './real-machine.ts';

const FILE_SYSTEM_BYTES = 1024 ** 3;
const PORT = 23_756;
const PLAIN_PORT = 2_375;
const POLL_MILLISECONDS = 50;
const DEADLINE_MILLISECONDS = 40_000;
const TEST_MILLISECONDS = 120_000;
const PROGRAMS = [
  ...['mkfs.ext4', 'mount', 'umount', 'dockerd', 'docker', 'containerd', 'runc', 'busybox', 'bash'],
  ...['curl', 'ss', 'ip', 'nsenter', 'unshare'],
];

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + DEADLINE_MILLISECONDS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error('it did not come to be so');
    await sleep(POLL_MILLISECONDS);
  }
}
const hasEnded = (pid: number): boolean => !existsSync(`/proc/${pid}`);
const ofKind = (steps: readonly RemedyStep[], kind: RemedyStep['kind']) => steps.filter((step) => step.kind === kind);

/** Incident 3. */
describeReal('Docker daemons of this machine', { loopDevices: true, fileSystem: 'overlay', programs: PROGRAMS }, () => {
  let lab: Lab;
  let mountPoint = '';
  beforeEach(async () => {
    lab = new Lab();
    await makeRootFileSystem(lab);
    mountPoint = await lab.mountLoopFile({ name: 'the store', type: 'ext4', bytes: FILE_SYSTEM_BYTES });
  });
  afterEach(() => lab.close(), TEST_MILLISECONDS);

  const request = (name: string, folder: string, ...args: string[]): DockerRequest => ({
    ...{ name, dataRoot: join(mountPoint, folder), driver: 'overlay2', args: ['--log-opt', 'max-size=10m', ...args] },
  });
  const isAnswering = (socket: string) => shell(`docker -H unix://${socket} version`).status === 0;

  test(
    'two on one data root are found, and parted by stopping the second one',
    async () => {
      const first = await startDocker(lab, request('first', 'docker'));
      const second = startDoomedDocker(lab, request('second', 'docker'));
      // It gives up after 15 s.
      await until(() => existsSync(lab.path('second', 'docker.pid')));
      const life = new FindingLife(lab.folder, [mountPoint]);
      const found = await life.begin();
      expect(rulesOf(found)).toEqual(['critical two-daemons-one-root']);
      const finding = theFinding(found, 'two-daemons-one-root', first.dataRoot);
      expect(finding.evidence).toMatchObject({ daemons: [{ pid: first.pid }, { pid: second.pid }] });
      const steps = remedyOf(finding);
      const containerd = Number(readFileSync(lab.path('second/exec/containerd/containerd.pid'), 'utf8'));
      const [numbers, process] = runAll(steps.filter(({ kind }) => kind === 'look' || kind === 'run'));
      const [one, other] = numbers?.stdout.split('\n').map((row) => row.split(' ')[0]) ?? [];
      expect(one).toBe(other);
      expect(process?.stdout).toContain('dockerd');
      await until(() => hasEnded(second.pid));
      // Its containerd ends with it. Until PID 1 has reaped that, a daemon takes it for one that runs.
      await until(() => hasEnded(containerd));
      // "A folder of its own", and "Start it again the way it was started".
      const own = await startDocker(lab, request('second', 'second-docker'));
      const [answer] = runAll(ofKind(steps, 'expect'));
      expect(answer?.stdout).toBe(`${first.dataRoot}\n${own.dataRoot}\n`);
      await life.end();
      life.expectNoPromise('two-daemons-one-root');
    },
    TEST_MILLISECONDS,
  );

  test(
    'one that listens on plain TCP of the host is found, and closed by starting it without',
    async () => {
      const open = startDoomedDocker(lab, request('docker', 'docker', '-H', `tcp://127.0.0.1:${PORT}`));
      await until(() => isAnswering(open.socket));
      const life = new FindingLife(lab.folder, [mountPoint]);
      const found = await life.begin();
      expect(rulesOf(found)).toEqual(['notice docker-tcp-plain']);
      const finding = theFinding(found, 'docker-tcp-plain', open.socket);
      expect(finding.evidence).toMatchObject({ pid: open.pid, port: PORT, wasTried: true });
      const steps = remedyOf(finding);
      const [ping, connected] = runAll(ofKind(steps, 'look'));
      expect([ping?.stdout, connected?.stdout]).toEqual(['OK', expect.stringContaining('LISTEN')]);
      // "Take -H tcp://… out of the command line", and "Start it anew with that setting".
      process.kill(open.pid);
      await until(() => hasEnded(open.pid));
      const closed = await startDocker(lab, request('docker', 'docker'));
      const { line } = only(commandsOf(ofKind(steps, 'expect')));
      // "The daemon has a new process id: put it in."
      const after = shell(line.replace(String(open.pid), String(closed.pid)));
      expect(after).toMatchObject({ status: 0, stdout: expect.not.stringContaining('LISTEN') });
      await life.end();
      life.expectNoPromise('docker-tcp-plain');
    },
    TEST_MILLISECONDS,
  );

  test(
    'one that listens on every address of another network is found, and its own commands show that it answers',
    async () => {
      const { dataRoot } = request('far', 'docker');
      mkdirSync(lab.path('far'));
      const socket = lab.path('far', 'docker.sock');
      const words = [
        ...['dockerd', '--data-root', dataRoot, '--exec-root', lab.path('far/exec'), '--pidfile', lab.path('far/pid')],
        ...['-H', `unix://${socket}`, '-H', `tcp://0.0.0.0:${PLAIN_PORT}`, '--storage-driver', 'overlay2'],
        ...['--iptables=false', '--ip6tables=false', '--bridge=none', '--log-opt', 'max-size=10m', '--tls=false'],
      ];
      const script = 'ip link set lo up && exec "$0" "$@"';
      const daemon = spawn('unshare', ['--net', 'sh', '-c', script, ...words], { env: { PATH }, stdio: 'ignore' });
      const stop = async () => {
        const ended = once(daemon, 'exit');
        if (daemon.exitCode === null && daemon.kill()) await ended;
      };
      lab.onClose(stop);
      await until(() => isAnswering(socket));
      const life = new FindingLife(lab.folder, [mountPoint]);
      const found = await life.begin();
      expect(rulesOf(found)).toEqual(['warning docker-tcp-plain']);
      const finding = theFinding(found, 'docker-tcp-plain', socket);
      expect(finding.evidence).toMatchObject({ pid: daemon.pid, port: PLAIN_PORT, wasTried: false, isLoopback: false });
      const [ping] = runAll(ofKind(remedyOf(finding), 'look'));
      expect(ping?.stdout).toBe('OK');
      await stop();
      await life.end();
      life.expectNoPromise('docker-tcp-plain');
    },
    TEST_MILLISECONDS,
  );
});
