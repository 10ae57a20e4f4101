import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DockerDaemon } from '@silt/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDockerInventory } from '../src/docker/read.ts';
import { HangGuard } from '../src/hang-guard.ts';
import { readProcesses } from '../src/mounts/processes.ts';
import { DEFAULT_ROOTS } from '../src/roots.ts';
import { describeReal, PATH, programPath } from './real-machine.ts';

const PORT = 23_755;
const START_MILLISECONDS = 30_000;
const PROGRAMS = ['dockerd', 'containerd', 'runc', 'busybox', 'tar'];

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describeReal('a Docker daemon of this machine', { programs: PROGRAMS }, () => {
  let folder = '';
  let daemon: ChildProcess | null = null;
  const socket = (): string => join(folder, 'docker.sock');

  /** What the test itself has the daemon do. */
  const call = (method: string, path: string, body: Buffer | object | null = null): Promise<string> =>
    new Promise((resolve, reject) => {
      const data = body === null || Buffer.isBuffer(body) ? body : JSON.stringify(body);
      const headers = {
        Host: 'docker',
        'Content-Type': Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json',
      };
      const sent = request({ socketPath: socket(), method, path, headers }, (response) => {
        let text = '';
        response.on('data', (part: Buffer) => {
          text += part.toString();
        });
        response.on('end', () => {
          if ((response.statusCode ?? 500) < 400) resolve(text);
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
        });
      });
      sent.on('error', reject);
      sent.end(data);
    });

  const importImage = async (): Promise<void> => {
    const root = join(folder, 'image');
    mkdirSync(join(root, 'bin'), { recursive: true });
    const busybox = realpathSync(programPath('busybox') ?? '');
    copyFileSync(busybox, join(root, 'bin/busybox'));
    linkSync(join(root, 'bin/busybox'), join(root, 'bin/sleep'));
    execFileSync('tar', ['-C', root, '-cf', join(folder, 'image.tar'), '.']);
    await call('POST', '/images/create?fromSrc=-&repo=silt-test&tag=1', readFileSync(join(folder, 'image.tar')));
  };

  const create = (name: string, mounts: object[]): Promise<string> =>
    call('POST', `/containers/create?name=${name}`, {
      Image: 'silt-test:1',
      Cmd: ['/bin/sleep', '600'],
      Env: ['TOKEN=secret'],
      Labels: { 'com.docker.compose.project': 'shop', password: 'secret' },
      HostConfig: {
        NetworkMode: 'none',
        Mounts: mounts,
        LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } },
      },
    });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'silt-dockerd-'));
    const options = [
      ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--storage-driver', 'vfs'],
      ...['--pidfile', join(folder, 'docker.pid'), '-H', `unix://${socket()}`, '-H', `tcp://127.0.0.1:${PORT}`],
      ...['--iptables=false', '--ip6tables=false', '--bridge=none'],
    ];
    daemon = spawn(programPath('dockerd') ?? '', options, { env: { ...process.env, PATH }, stdio: 'ignore' });
    const stopAt = performance.now() + START_MILLISECONDS;
    for (let up = false; !up; ) {
      if (performance.now() > stopAt || daemon.exitCode !== null) throw new Error('dockerd did not start');
      await wait(100);
      up = await call('GET', '/_ping').then(
        (text) => text === 'OK',
        () => false,
      );
    }
    await importImage();
    await call('POST', '/volumes/create', { Name: 'kept', Labels: { password: 'secret' } });
    await call('POST', '/volumes/create', { Name: 'unused' });
    await create('silt-running', [{ Type: 'volume', Source: 'kept', Target: '/kept' }]);
    await create('silt-stopped', [{ Type: 'volume', Source: 'kept', Target: '/kept', ReadOnly: true }]);
    await call('POST', '/containers/silt-running/start');
  }, 2 * START_MILLISECONDS);

  afterAll(async () => {
    await call('DELETE', '/containers/silt-running?force=1').catch(() => '');
    const ended = new Promise((resolve) => daemon?.once('exit', resolve));
    if (daemon !== null && daemon.exitCode === null) {
      daemon.kill('SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  }, START_MILLISECONDS);

  const inventory = async (sizes: 'ask' | 'leave') => {
    const { value: processes } = await readProcesses(DEFAULT_ROOTS);
    const options = {
      guard: new HangGuard(),
      processes,
      sockets: [],
      isSizesTurn: () => sizes === 'ask',
      memory: new Map(),
    };
    const { value, problems } = await readDockerInventory(DEFAULT_ROOTS, options);
    const own = value.daemons.filter(({ dataRoot }) => dataRoot === join(folder, 'data'));
    const containerd = value.containerds.find(({ daemonKey }) => daemonKey === `docker:${socket()}`);
    return { own, containerd, problems: problems.filter(({ text }) => text.includes(folder)) };
  };

  const theOne = (daemons: readonly DockerDaemon[]): DockerDaemon => {
    const [first, ...others] = daemons;
    if (first === undefined || others.length > 0) throw new Error(`${daemons.length} daemons`);
    return first;
  };

  test('is found by its process and its own socket, once, with its listener on plain TCP', async () => {
    const { own, problems } = await inventory('leave');
    const one = theOne(own);
    const { dev, ino } = statSync(join(folder, 'data'));
    expect(one).toMatchObject({
      key: `docker:${socket()}`,
      state: 'answers',
      pid: daemon?.pid,
      nestedInContainerId: null,
      storageDriver: 'vfs',
      dataRootIdentity: { device: dev, inode: String(ino) },
      dataRootMount: { isNetwork: false },
      liveRestore: false,
      rootless: false,
      listeners: [{ address: '127.0.0.1', port: PORT, isPlain: true }],
    });
    expect(problems).toEqual([]);
  });

  test('has its containers, volumes and images, and none of their secrets', async () => {
    const one = theOne((await inventory('leave')).own);
    const containers = one.containers?.toSorted((a, b) => (a.names[0] ?? '').localeCompare(b.names[0] ?? ''));
    expect(containers).toMatchObject([
      {
        names: ['silt-running'],
        state: 'running',
        composeProject: 'shop',
        mounts: [{ name: 'kept', readOnly: false }],
      },
      {
        names: ['silt-stopped'],
        state: 'created',
        composeProject: 'shop',
        mounts: [{ name: 'kept', readOnly: true }],
      },
    ]);
    expect(containers?.[0]?.details).toMatchObject({
      privileged: false,
      logDriver: 'json-file',
      logMaxSizeSet: true,
    });
    expect(containers?.[1]?.details).toMatchObject({ startedAt: null });
    const volumes = one.volumes?.map(({ name, references, anonymous }) => [name, references, anonymous]);
    expect(volumes?.toSorted()).toEqual([
      ['kept', 2, false],
      ['unused', 0, false],
    ]);
    expect(one.images).toMatchObject([{ tags: ['silt-test:1'], containers: 2 }]);
    expect(JSON.stringify(one)).not.toContain('secret');
  });

  test('has sizes when asked for them', async () => {
    const one = theOne((await inventory('ask')).own);
    expect(one.buildCache).toEqual([]);
    expect(one.volumes?.map(({ sizeBytes }) => sizeBytes)).toEqual([0, 0]);
    expect(one.containers?.map(({ rootFsBytes }) => rootFsBytes)).not.toContain(null);
  });

  test('started a containerd that keeps its data below its data root', async () => {
    const { containerd } = await inventory('leave');
    expect(containerd).toMatchObject({
      root: join(folder, 'data/containerd/daemon'),
      rootIdentity: { inode: expect.stringMatching(/^\d+$/) },
      hasMetadata: true,
    });
  });
});
