import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from './lab.ts';
import { findProgram, PATH, run } from './programs.ts';

const READY_DEADLINE_MILLISECONDS = 30_000;
const POLL_MILLISECONDS = 100;
/** dockerd waits 15 s for each container that it stops. */
const STOP_DEADLINE_MILLISECONDS = 60_000;
export const IMAGE = 'silt-lab/busybox';
const NO_NETWORK = ['--iptables=false', '--ip6tables=false', '--bridge=none'];

export interface DockerRequest {
  name: string;
  dataRoot: string;
  driver: 'btrfs' | 'overlay2';
  /** Further arguments of dockerd. */
  args?: readonly string[];
}

/** A Docker daemon of the lab's own, and its client. */
export interface Docker {
  pid: number;
  socket: string;
  dataRoot: string;
  /** What the client printed, without the newline at its end. */
  docker: (...parameters: string[]) => Promise<string>;
}

/** Started, and ready: it answers and has the lab's image. */
export async function startDocker(lab: Lab, request: DockerRequest): Promise<Docker> {
  const daemon = spawnDaemon(lab, request);
  const { name, dataRoot } = request;
  const socket = socketOf(lab, name);
  lab.onClose(() => stop(daemon));
  await untilItAnswers(socket, daemon, logOf(lab, name));
  const client = clientOf(socket);
  // dockerd would wait for each of them, and PID 1 of a container takes no SIGTERM.
  lab.onClose(async () => {
    const running = await client('ps', '--quiet');
    if (running !== '') await client('kill', ...running.split('\n'));
  });
  await client('import', rootFileSystem(lab), IMAGE);
  return { pid: pidOf(daemon), socket, dataRoot, docker: client };
}

/** Started, and left to itself: a second one on a data root that is in use never gets ready. */
export function startDoomedDocker(lab: Lab, request: DockerRequest): { pid: number; socket: string } {
  const daemon = spawnDaemon(lab, request);
  lab.onClose(() => stop(daemon));
  return { pid: pidOf(daemon), socket: socketOf(lab, request.name) };
}

const clientOf =
  (socket: string): Docker['docker'] =>
  async (...parameters) =>
    (await run('docker', '-H', `unix://${socket}`, ...parameters)).replace(/\n$/, '');

const socketOf = (lab: Lab, name: string): string => lab.path(name, 'docker.sock');
const logOf = (lab: Lab, name: string): string => lab.path(name, 'dockerd.log');

function spawnDaemon(lab: Lab, { name, dataRoot, driver, args = [] }: DockerRequest): ChildProcess {
  mkdirSync(lab.path(name), { recursive: true });
  const log = openSync(logOf(lab, name), 'a');
  const parameters = [
    ...['--data-root', dataRoot, '--exec-root', lab.path(name, 'exec'), '--pidfile', lab.path(name, 'docker.pid')],
    ...['-H', `unix://${socketOf(lab, name)}`, '--storage-driver', driver, ...NO_NETWORK],
    ...['--add-runtime', `lab=${runtime(lab)}`, '--default-runtime', 'lab', ...args],
  ];
  const env = { PATH: `${PATH}:${join(process.execPath, '..')}`, LC_ALL: 'C' };
  return spawn('dockerd', parameters, { stdio: ['ignore', log, log], env });
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('dockerd was not started');
  return pid;
}

async function stop(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = once(daemon, 'exit');
  daemon.kill('SIGTERM');
  const late = setTimeout(() => daemon.kill('SIGKILL'), STOP_DEADLINE_MILLISECONDS);
  await ended;
  clearTimeout(late);
}

async function untilItAnswers(socket: string, daemon: ChildProcess | null, logFile: string | null): Promise<void> {
  const deadline = performance.now() + READY_DEADLINE_MILLISECONDS;
  for (;;) {
    const answer = await clientOf(socket)('version', '--format', '{{.Server.Version}}').catch((error: Error) => error);
    if (!(answer instanceof Error)) return;
    if (performance.now() > deadline || (daemon !== null && daemon.exitCode !== null)) {
      const log = logFile === null ? '' : `\n${readFileSync(logFile, 'utf8').slice(-2_000)}`;
      throw new Error(`dockerd at ${socket} does not get ready: ${answer.message}${log}`);
    }
    await sleep(POLL_MILLISECONDS);
  }
}

/** A tar of busybox, with the links that let a container use programs of the host when /usr is bound into it. */
function rootFileSystem(lab: Lab): string {
  return lab.path('busybox.tar');
}

/** Makes what containers are run from; once a lab. */
export async function makeRootFileSystem(lab: Lab): Promise<void> {
  const busybox = findProgram('busybox');
  if (busybox === null) throw new Error('busybox is not there');
  const root = lab.path('busybox');
  for (const folder of ['bin', 'etc', 'usr', 'proc', 'sys', 'dev', 'tmp', 'run', 'var/lib', 'var/run', 'root']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  cpSync(busybox, join(root, 'bin/busybox'));
  for (const applet of (await run(busybox, '--list')).trim().split('\n')) {
    if (applet !== 'busybox') symlinkSync('busybox', join(root, 'bin', applet));
  }
  for (const folder of ['lib', 'lib64', 'sbin']) symlinkSync(`usr/${folder}`, join(root, folder));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await run('tar', '-C', root, '-cf', rootFileSystem(lab), '.');
}

/** runc, but for capabilities that this machine itself lacks, without which a privileged container does not start. */
function runtime(lab: Lab): string {
  const bounding = /^CapBnd:\t([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 'f'.repeat(16);
  const runc = findProgram('runc') ?? 'runc';
  return lab.write('runc-of-lab', runtimeScript(runc, bounding), 0o755);
}

const runtimeScript = (runc: string, bounding: string): string => `#!/usr/bin/env node
const { readFileSync, writeFileSync } = require('node:fs');
const { spawnSync } = require('node:child_process');
const args = process.argv.slice(2);
const SYS_RESOURCE = 24n;
const lacks = (0x${bounding}n & (1n << SYS_RESOURCE)) === 0n;
const strip = (capabilities) => {
  for (const set of Object.keys(capabilities ?? {})) {
    capabilities[set] = (capabilities[set] ?? []).filter((name) => name !== 'CAP_SYS_RESOURCE');
  }
};
const edit = (file, of) => {
  const config = JSON.parse(readFileSync(file, 'utf8'));
  strip(of(config)?.capabilities);
  writeFileSync(file, JSON.stringify(config));
};
const after = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : null);
if (lacks && (args.includes('create') || args.includes('run'))) {
  edit((after('--bundle') ?? '.') + '/config.json', (config) => config.process);
}
if (lacks && args.includes('exec') && after('--process') !== null) edit(after('--process'), (config) => config);
process.exitCode = spawnSync('${runc}', args, { stdio: 'inherit' }).status ?? 1;
`;

export interface NestedDocker extends Docker {
  containerId: string;
  /** The anonymous volume that its data root is. */
  volume: string;
}

/** Docker in a privileged container, its data root an anonymous volume, as CI runners have it. */
export async function startNestedDocker(
  outer: Docker,
  { name, driver }: { name: string; driver: 'btrfs' | 'overlay2' },
  imageTar: string,
): Promise<NestedDocker> {
  const containerId = await outer.docker(
    ...['run', '--detach', '--name', name, '--privileged', '--network', 'none', '--volume', '/usr:/usr:ro'],
    ...['--volume', '/var/lib/docker', '--env', 'PATH=/usr/sbin:/usr/bin:/bin', IMAGE],
    ...['dockerd', '--storage-driver', driver, ...NO_NETWORK],
    ...['-H', 'unix:///var/run/docker.sock', '-H', 'tcp://127.0.0.1:2375'],
  );
  const inspect = (format: string) => outer.docker('inspect', '--format', format, name);
  const pid = Number(await inspect('{{.State.Pid}}'));
  const volume = await inspect('{{range .Mounts}}{{if eq .Destination "/var/lib/docker"}}{{.Name}}{{end}}{{end}}');
  const socket = `/proc/${pid}/root/var/run/docker.sock`;
  await untilItAnswers(socket, null, null).catch(async (error: Error) => {
    throw new Error(`${error.message}\n${(await outer.docker('logs', '--tail', '20', name)).slice(-2_000)}`);
  });
  const client = clientOf(socket);
  await client('import', imageTar, IMAGE);
  return { pid, socket, dataRoot: '/var/lib/docker', docker: client, containerId, volume };
}
