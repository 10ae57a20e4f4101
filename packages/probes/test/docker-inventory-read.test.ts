import { renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HangGuard } from '../src/hang-guard.ts';
import { capturedAnswers, FakeDockerHost } from './fake-docker.ts';
import { fixture } from './fixture.ts';

const SOCKET = '/var/run/docker.sock';
const CONTAINER = 'dcb9c9545526ce2658e94afd1c5dd7fe1351ebdade08950d66753578cf455402';
const OVERLAY_ROOT = '/srv/lab/mnt/ext/docker';
const nested = { unit: null, containerId: CONTAINER, podUid: null };
const captured = (name: string): string => fixture(`docker-inventory/dind-tcp2375/nested-dockerd.${name}`);

let host: FakeDockerHost;
beforeEach(() => {
  host = new FakeDockerHost();
});
afterEach(() => host.remove());

const oneDaemon = async (options: Parameters<FakeDockerHost['read']>[0] = {}) => {
  const { value, problems } = await host.read(options);
  expect(value.daemons).toHaveLength(1);
  const [daemon] = value.daemons;
  if (daemon === undefined) throw new Error('none');
  return { daemon, problems };
};

describe('finding daemons', () => {
  test('a host without any has none and no problem', async () => {
    expect(await host.read()).toEqual({ value: { daemons: [], containerds: [] }, problems: [] });
  });

  test('by a socket alone, whatever paths lead to it', async () => {
    await host.listen(`host${SOCKET}`, capturedAnswers('overlay2-1-normal'));
    host.link('host/run', 'var/run');
    host.link('host/srv/d.sock', '/var/run/docker.sock');
    const { daemon, problems } = await oneDaemon({ sockets: ['/srv/d.sock'] });
    expect(daemon).toMatchObject({ key: `docker:${SOCKET}`, state: 'answers', pid: null, dataRoot: OVERLAY_ROOT });
    expect(daemon).toMatchObject({ dataRootIdentity: null, listeners: null, buildCacheGc: null });
    expect(problems).toEqual([]);
  });

  test('by process and socket together, with the key of the fast beat', async () => {
    await host.listen(`host${SOCKET}`, capturedAnswers('overlay2-1-normal'));
    host.link('host/run/docker.sock', '../var/run/docker.sock');
    host.run({ pid: 40, arguments: ['dockerd', '-H', 'unix:///run/docker.sock'] });
    const { daemon } = await oneDaemon();
    expect(daemon).toMatchObject({ key: `docker:${SOCKET}`, socket: SOCKET, pid: 40, state: 'answers' });
  });

  test('a nested one within its container, although /var/run is a link that our own root would follow', async () => {
    await host.listen(`host${SOCKET}`, capturedAnswers('overlay2-1-normal'));
    await host.listen('inner/run/docker.sock', capturedAnswers('btrfs-2-dind-running'));
    host.link('inner/var/run', '/run');
    host.run({ pid: 40 });
    host.run({ pid: 50, owner: nested, arguments: captured('cmdline').split('\0') }, 'inner');
    const { value, problems } = await host.read();
    expect(value.daemons.map(({ key, storageDriver }) => [key, storageDriver])).toEqual([
      [`docker:${SOCKET}`, 'overlay2'],
      [`docker:${CONTAINER}:${SOCKET}`, 'btrfs'],
    ]);
    expect(value.daemons[1]).toMatchObject({ nestedInContainerId: CONTAINER, pid: 50, socket: SOCKET });
    expect(problems).toEqual([]);
  });

  test('one that does not answer, one whose socket is not there, one without any', async () => {
    await host.listen('host/a.sock', { '/version': 500 });
    host.run({ pid: 40, arguments: ['dockerd', '-H', 'unix:///a.sock'] });
    host.run({ pid: 41, owner: nested, arguments: ['dockerd', '--data-root=/d'] }, 'inner');
    host.run({ pid: 42, arguments: ['dockerd', '-H', 'tcp://127.0.0.1:2375'] });
    const { value, problems } = await host.read();
    expect(value.daemons.map(({ key, state, stateReason }) => [key, state, stateReason])).toEqual([
      ['docker:/a.sock', 'does not answer', expect.stringMatching(/^\/a\.sock: \/(version|info) answered (500|404)$/)],
      [`docker:${CONTAINER}:${SOCKET}`, 'no socket', `${SOCKET}: not there`],
      ['docker:/var/lib/docker@42', 'no socket', 'it listens on no socket of the file system'],
    ]);
    expect(value.daemons[1]).toMatchObject({ dataRoot: '/d', containers: null, images: null, version: null });
    expect(problems).toEqual([{ status: 'failed', text: value.daemons[0]?.stateReason }]);
  });

  test('two processes that name one socket are two daemons, the older has it', async () => {
    await host.listen(`host${SOCKET}`, capturedAnswers('overlay2-1-normal'));
    host.run({ pid: 60, startTicks: 900, arguments: ['dockerd', '--data-root', '/d'] });
    host.run({ pid: 61, startTicks: 800 });
    const { value } = await host.read();
    expect(value.daemons.map(({ key, pid, stateReason }) => [key, pid, stateReason])).toEqual([
      [`docker:${SOCKET}`, 61, null],
      ['docker:/d@60', 60, `${SOCKET} is another daemon's`],
    ]);
  });

  test('a child of a daemon that is about to become another program is none', async () => {
    host.run({ pid: 40 });
    host.run({ pid: 41, parentPid: 40 });
    await oneDaemon();
  });

  test('a socket that nothing listens on, and a file that is no socket, are told', async () => {
    const server = createServer();
    host.makeFolder('host/var/run');
    await new Promise<void>((resolve) => server.listen(join(host.folder, 'host/gone.sock'), resolve));
    host.put('host/file.sock', '');
    await host.listen('host/other.sock', { '/version': '[]', '/info': '{}' });
    server.on('connection', (connection) => connection.destroy());
    const { value, problems } = await host.read({ sockets: ['/gone.sock', '/file.sock', '/none.sock', '/other.sock'] });
    server.close();
    expect(value.daemons.map(({ key, state }) => [key, state])).toEqual([
      ['docker:/gone.sock', 'does not answer'],
      ['docker:/other.sock', 'does not answer'],
    ]);
    expect(problems.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        '/file.sock: no socket',
        '/none.sock: not there',
        '/other.sock: the answer to /version is no JSON object',
      ]),
    );
    expect(problems).toHaveLength(4);
  });

  test('a socket below a path that is too long to reach it is told', async () => {
    const long = `/${'a'.repeat(90)}`;
    host.run({ pid: 40, arguments: ['dockerd', '-H', `unix://${long}/d.sock`] });
    await host.listen('host/d.sock', capturedAnswers('overlay2-1-normal'));
    host.makeFolder(`host${long}`);
    renameSync(join(host.folder, 'host/d.sock'), join(host.folder, `host${long}/d.sock`));
    expect((await oneDaemon()).daemon).toMatchObject({
      state: 'does not answer',
      stateReason: `${long}/d.sock: the path of its socket is longer than 107 bytes`,
    });
  });

  test('a rootless one has its socket in the folder of its user (not seen)', async () => {
    host.run({ pid: 40, arguments: ['dockerd', '--rootless'] });
    const { uid } = statSync(join(host.folder, 'proc/40'));
    await host.listen(`host/run/user/${uid}/docker.sock`, capturedAnswers('overlay2-1-normal'));
    expect((await oneDaemon()).daemon).toMatchObject({ key: `docker:/run/user/${uid}/docker.sock`, state: 'answers' });
  });
});

describe('files of a daemon', () => {
  test('its data root is known by device and inode, through links of its own root, and by its mount', async () => {
    host.run({ pid: 50, owner: nested, arguments: ['dockerd', '--data-root', '/data'] }, 'inner');
    host.link('inner/data', '/var/lib/docker');
    host.makeFolder('inner/var/lib/docker');
    host.put('proc/50/mountinfo', captured('mountinfo'));
    const { daemon } = await oneDaemon();
    const { dev, ino } = statSync(join(host.folder, 'inner/var/lib/docker'));
    expect(daemon.dataRootIdentity).toEqual({ device: dev, inode: String(ino) });
    expect(daemon.dataRootMount).toEqual({
      type: 'ext4',
      source: '/dev/loop1',
      mountPoint: '/var/lib/docker',
      device: '7:1',
      isNetwork: false,
    });
  });

  test.each([
    ['nfs4', true],
    ['fuse.sshfs', true],
    ['fuseblk', false],
    ['btrfs', false],
  ])('a data root on %s: network %s (edit of the type; not seen)', async (type, isNetwork) => {
    host.run({ pid: 50 });
    host.put('proc/50/mountinfo', captured('mountinfo').replaceAll(' ext4 /dev/loop1', ` ${type} /dev/loop1`));
    expect((await oneDaemon()).daemon.dataRootMount).toMatchObject({ type, isNetwork });
  });

  test('daemon.json: data root, logs, garbage collection, live-restore', async () => {
    host.run({ pid: 40 });
    const config = { 'data-root': '/d', 'log-opts': { 'max-size': '1m' }, builder: { gc: { enabled: true } } };
    host.put('host/etc/docker/daemon.json', JSON.stringify({ ...config, 'live-restore': true }));
    const { daemon, problems } = await oneDaemon();
    expect(daemon).toMatchObject({ dataRoot: '/d', logMaxSizeSet: true, buildCacheGc: 'on', liveRestore: true });
    expect(problems).toEqual([]);
  });

  test('without daemon.json nothing is set, which is another thing than not read', async () => {
    host.run({ pid: 40, arguments: ['dockerd', '--log-opt', 'max-size=1m'] });
    host.run({ pid: 41, arguments: ['dockerd', '--config-file=/bad.json', '-H', 'unix:///b.sock'] });
    host.put('host/bad.json', '// comment\n{}');
    const { value, problems } = await host.read();
    expect(value.daemons).toMatchObject([
      { logMaxSizeSet: true, buildCacheGc: 'not set' },
      { logMaxSizeSet: null, buildCacheGc: null, liveRestore: null },
    ]);
    expect(problems).toEqual([{ status: 'failed', text: '/bad.json of process 41: no JSON object' }]);
  });

  test.each([
    ['a folder', (path: string) => host.makeFolder(path), 'no regular file'],
    ['a file beyond all reason', (path: string) => host.put(path, ' '.repeat(300_000)), 'longer than'],
    ['a ring of links', (path: string) => host.link(path, '/etc/docker/daemon.json'), 'too many links'],
  ])('daemon.json that is %s is told', async (_, make, part) => {
    host.run({ pid: 40 });
    make('host/etc/docker/daemon.json');
    const { problems } = await oneDaemon();
    expect(problems.map(({ text }) => text)).toEqual([expect.stringContaining(part)]);
  });

  test('MountFlags of its unit, with the drop-ins', async () => {
    host.run({ pid: 40, owner: { unit: 'docker.service', containerId: null, podUid: null } });
    expect((await oneDaemon()).daemon.mountFlags).toBeNull();
    host.put('host/lib/systemd/system/docker.service', '[Service]\nMountFlags=slave\n');
    expect((await oneDaemon()).daemon.mountFlags).toBe('slave');
    host.put('host/etc/systemd/system/docker.service.d/10-x.conf', '[Service]\nMountFlags=\n');
    expect((await oneDaemon()).daemon).toMatchObject({ unit: 'docker.service', mountFlags: '' });
  });

  test.each(['../../evil.service', 'a/b.service', 'docker.socket'])('%s is no unit to read', async (unit) => {
    host.run({ pid: 40, owner: { unit, containerId: null, podUid: null } });
    expect((await oneDaemon()).daemon.mountFlags).toBeNull();
  });

  test('listeners are the sockets of its own descriptors', async () => {
    host.run({ pid: 50, owner: nested }, 'inner');
    host.put('proc/50/net/tcp', captured('net_tcp'));
    host.put('proc/50/net/tcp6', captured('net_tcp6'));
    host.makeFolder('proc/50/fd');
    expect((await oneDaemon()).daemon.listeners).toEqual([]);
    const links = captured('fd-sockets.txt').trim().split('\n');
    for (const line of links) {
      const [, descriptor = '', target = ''] = / (\d+) -> (.*)$/.exec(line) ?? [];
      host.link(`proc/50/fd/${descriptor}`, target);
    }
    expect((await oneDaemon()).daemon.listeners).toEqual([{ address: '::', port: 2375, isPlain: null }]);
  });

  test('what a process that has gone had is not there, without a problem', async () => {
    host.run({ pid: 50 }, 'never/made');
    const { daemon, problems } = await oneDaemon();
    expect(daemon).toMatchObject({ dataRootIdentity: null, dataRootMount: null, listeners: [] });
    expect(problems).toEqual([]);
  });
});

test('a right that is missing is told once for each kind, with what it would have told', async () => {
  class DenyingGuard extends HangGuard {
    override run<Value>(...[, subject, , call]: Parameters<HangGuard['run']>): Promise<Value> {
      if (!subject.includes('of process')) return call() as Promise<Value>;
      return Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES' }));
    }
  }
  host.run({ pid: 43, name: 'containerd' });
  for (const pid of [40, 41, 42]) {
    host.run({ pid, arguments: ['dockerd', '-H', `unix:///${pid}.sock`] });
    host.put(`proc/${pid}/net/tcp`, captured('net_tcp6'));
    host.put(`proc/${pid}/fd`, 'no folder');
  }
  const { value, problems } = await host.read({ guard: new DenyingGuard() });
  expect(value.daemons.map(({ dataRoot, buildCacheGc }) => dataRoot ?? buildCacheGc)).toEqual([null, null, null]);
  expect(value.containerds).toMatchObject([{ root: null, rootIdentity: null, hasMetadata: null }]);
  expect(problems).toEqual([
    {
      status: 'unavailable',
      text: 'the data root and daemon.json of 4 Docker or containerd processes: /proc/<pid>/root needs CAP_SYS_PTRACE',
    },
  ]);
});

describe('containerd', () => {
  test('that of a daemon, by its configuration, and one of its own', async () => {
    host.run({ pid: 40 });
    const config = ['containerd', '--config', '/run/containerd.toml', '--log-level', 'info'];
    host.run({ pid: 41, parentPid: 40, name: 'containerd', arguments: config });
    host.run({ pid: 42, name: 'containerd' });
    host.put('host/run/containerd.toml', 'root = "/d/containerd"\n[plugins]\n');
    host.put('host/d/containerd/io.containerd.metadata.v1.bolt/meta.db', '');
    host.makeFolder('host/var/lib/containerd');
    const { value, problems } = await host.read();
    const { dev, ino } = statSync(join(host.folder, 'host/d/containerd'));
    expect(value.containerds).toEqual([
      {
        key: 'containerd:/d/containerd@41',
        pid: 41,
        nestedInContainerId: null,
        podUid: null,
        daemonKey: `docker:${SOCKET}`,
        root: '/d/containerd',
        rootIdentity: { device: dev, inode: String(ino) },
        rootMount: null,
        hasMetadata: true,
      },
      expect.objectContaining({
        key: 'containerd:/var/lib/containerd@42',
        daemonKey: null,
        hasMetadata: false,
      }),
    ]);
    expect(problems).toEqual([]);
  });

  test('one whose root is not there was not read', async () => {
    host.run({ pid: 42, name: 'containerd', owner: { ...nested, podUid: 'p' } });
    const { value } = await host.read();
    expect(value.containerds).toMatchObject([
      { rootIdentity: null, hasMetadata: null, nestedInContainerId: CONTAINER, podUid: 'p' },
    ]);
  });
});

test('a second reading beside one that asks for sizes does not ask too', async () => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const answers = capturedAnswers('overlay2-1-normal');
  const usage = String(answers['/system/df?verbose=1']);
  let begun = (): void => {};
  const begins = new Promise<void>((resolve) => {
    begun = resolve;
  });
  await host.listen(`host${SOCKET}`, {
    ...answers,
    '/system/df?verbose=1': (_, response) => {
      begun();
      void opened.then(() => response.end(usage));
    },
  });
  const guard = new HangGuard();
  const first = oneDaemon({ isSizesTurn: () => true, guard });
  await begins;
  const second = await oneDaemon({ isSizesTurn: () => true, guard });
  expect(second.problems.map(({ text }) => text)).toEqual(['the sizes of Docker: an earlier call still hangs']);
  expect(second.daemon.buildCache).toBeNull();
  open();
  expect((await first).daemon.buildCache).toEqual([]);
  expect(host.asked.filter((path) => path.includes('/system/df'))).toHaveLength(1);
});
