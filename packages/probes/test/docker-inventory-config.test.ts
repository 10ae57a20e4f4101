import { describe, expect, test } from 'vitest';
import { parseContainerdArguments, parseDockerdArguments, socketPathsOf } from '../src/docker/daemon-arguments.ts';
import {
  EMPTY_CONFIG,
  orderDropIns,
  parseContainerdRoot,
  parseDaemonConfig,
  parseMountFlags,
} from '../src/docker/daemon-config.ts';
import { parseTcpTable } from '../src/docker/listeners.ts';
import { fixture } from './fixture.ts';

const captured = (name: string): string => fixture(`docker-inventory/dind-tcp2375/nested-dockerd.${name}`);

describe('arguments', () => {
  test('a nested daemon that listens on a socket and on TCP', () => {
    const args = parseDockerdArguments(captured('cmdline').split('\0'));
    expect(args).toEqual({
      hosts: ['unix:///var/run/docker.sock', 'tcp://0.0.0.0:2375'],
      dataRoot: null,
      configFile: null,
      rootless: false,
      logMaxSizeSet: false,
    });
    expect(socketPathsOf(args.hosts)).toEqual(['/var/run/docker.sock']);
  });

  test.each([
    [['-H', 'unix:///a', '-Hunix:///b', '-H=unix:///c', '--host=unix:///d', '--host', 'unix:///e'], 5],
    [['-H'], 0],
    [['-H='], 0],
    [Array.from({ length: 100 }, () => '-Hunix:///a'), 16],
  ])('hosts of %j: %i', (words, count) => {
    expect(parseDockerdArguments(words).hosts).toHaveLength(count);
  });

  test.each([
    [['--data-root', '/a'], '/a'],
    [['--data-root=/a', '--data-root=/b'], '/b'],
    [['-g', '/old'], '/old'],
    [['--graph=/old'], '/old'],
    [['--data-rooted', '/a'], null],
    [['--exec-root', '--data-root=/a'], '/a'],
  ])('data root of %j: %s', (words, root) => {
    expect(parseDockerdArguments(words).dataRoot).toBe(root);
  });

  test('the other flags', () => {
    const words = ['dockerd', '--config-file=/etc/d.json', '--rootless', '--log-opt', 'max-size=10m', '-D'];
    expect(parseDockerdArguments(words)).toMatchObject({
      configFile: '/etc/d.json',
      rootless: true,
      logMaxSizeSet: true,
    });
    expect(parseDockerdArguments(['--rootless=false', '--log-opt=max-file=3'])).toMatchObject({
      rootless: false,
      logMaxSizeSet: false,
    });
  });

  test.each([
    [[], ['/var/run/docker.sock']],
    [['fd://'], ['/var/run/docker.sock']],
    [['unix://'], ['/var/run/docker.sock']],
    [['tcp://0.0.0.0:2375'], []],
    [['unix://relative', 'unix:///a\0b', 'unix:///x'], ['/x']],
  ])('sockets of %j: %j', (hosts, paths) => {
    expect(socketPathsOf(hosts)).toEqual(paths);
  });

  test('containerd', () => {
    expect(parseContainerdArguments(['containerd', '-c', '/k3s/config.toml', '--root', '/k3s/containerd'])).toEqual({
      root: '/k3s/containerd',
      configFile: '/k3s/config.toml',
    });
    expect(parseContainerdArguments(['containerd', '--config', '/run/docker/containerd/containerd.toml'])).toEqual({
      root: null,
      configFile: '/run/docker/containerd/containerd.toml',
    });
  });
});

describe('daemon.json', () => {
  test('what it sets', () => {
    const text = `{
      "data-root": "/mnt/docker", "live-restore": true, "hosts": ["unix:///a", 7],
      "log-driver": "json-file", "log-opts": {"max-size": "10m"},
      "builder": {"gc": {"enabled": true, "defaultKeepStorage": "20GB"}}
    }`;
    expect(parseDaemonConfig(text)).toEqual({
      hosts: ['unix:///a'],
      dataRoot: '/mnt/docker',
      liveRestore: true,
      logMaxSizeSet: true,
      buildCacheGc: true,
    });
    expect(parseDaemonConfig('{"graph":"/old","builder":{"gc":{"enabled":false}}}')).toMatchObject({
      dataRoot: '/old',
      buildCacheGc: false,
    });
  });

  test('what it does not set is not false', () => {
    expect(parseDaemonConfig('\u{FEFF}{}')).toEqual(EMPTY_CONFIG);
    expect(parseDaemonConfig(' \n')).toEqual(EMPTY_CONFIG);
    const wrong = {
      'data-root': 7,
      'live-restore': 'yes',
      'log-opts': ['max-size'],
      builder: { gc: true },
      hosts: 'x',
    };
    expect(parseDaemonConfig(JSON.stringify(wrong))).toEqual(EMPTY_CONFIG);
  });

  test.each(['// a comment\n{}', '{"data-root": "/a",}', '[]', '\0', '{'])('%j is told', (text) => {
    expect(parseDaemonConfig(text)).toBeNull();
  });
});

test.each([
  ['version = 2\nroot = "/mnt/containerd"\n[plugins]\n', '/mnt/containerd'],
  ["  root='/mnt/a b' # here\n", '/mnt/a b'],
  ['root = "/a\\\\b\\"c"\n', '/a\\b"c'],
  ['#root = "/no"\n[plugins]\nroot = "/another"\n', null],
  ['rootless = "/no"\nstate = "/run"\n', null],
  ['root = \n', null],
  ['', null],
])('root of containerd.toml %j: %s', (text, root) => {
  expect(parseContainerdRoot(text)).toBe(root);
});

describe('MountFlags', () => {
  const UNIT = '[Unit]\nMountFlags=shared\n[Service]\nType=notify\nMountFlags=slave\n';

  test.each([
    [[UNIT], 'slave'],
    [[UNIT, '[Service]\nMountFlags=\n'], ''],
    [[UNIT, '[Service]\n MountFlags = shared \n'], 'shared'],
    [[UNIT, '[Service]\nMountFlags=\\\n private\n'], 'private'],
    [[UNIT, '[Install]\nMountFlags=shared\n'], 'slave'],
    [[UNIT, '[Service]\n#MountFlags=shared\n;MountFlags=shared\nMountFlagsX=shared\n'], 'slave'],
    [['[Service]\r\nMountFlags=slave\r\n'], 'slave'],
    [[''], ''],
    [['\0\0[[[Service]\nMountFlags=slave'], ''],
  ])('of %j: %j', (texts, flags) => {
    expect(parseMountFlags(texts)).toBe(flags);
  });

  test('drop-ins apply by name, and the strongest folder has a name for itself', () => {
    const folders = [
      { folder: '/etc/x.d', names: ['20-b.conf', 'notes.txt'] },
      { folder: '/lib/x.d', names: ['20-b.conf', '10-a.conf'] },
    ];
    expect(orderDropIns(folders)).toEqual(['/lib/x.d/10-a.conf', '/etc/x.d/20-b.conf']);
  });
});

describe('/proc/<pid>/net/tcp', () => {
  const HEAD = captured('net_tcp').split('\n')[0] ?? '';
  const row = (local: string, state = '0A', inode = '77'): string =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 100 0 0 10 0\n`;

  test('a nested daemon on all addresses of IPv6, and so of IPv4', () => {
    expect(parseTcpTable(captured('net_tcp6'))).toEqual({
      sockets: [{ address: '::', port: 2375, inode: '257679' }],
      done: false,
    });
    expect(parseTcpTable(captured('net_tcp'))).toEqual({ sockets: [], done: false });
  });

  test.each([
    ['0100007F:0947', 'LE', '127.0.0.1', 2375],
    ['7F000001:0947', 'BE', '127.0.0.1', 2375],
    ['1E64A8C0:0016', 'LE', '192.168.100.30', 22],
    ['00000000000000000000000001000000:0948', 'LE', '::1', 2376],
    ['B80D01200000000000000000EFBE0000:FFFF', 'LE', '2001:db8::beef', 65_535],
  ] as const)('address %s in %s is %s port %i', (local, order, address, port) => {
    // The last one's fourth word is 0000BEEF, as bytes 00 00 BE EF, written backwards.
    expect(parseTcpTable(`${HEAD}\n${row(local)}`, order).sockets).toEqual([{ address, port, inode: '77' }]);
  });

  test('the first row of another state ends it, and a cut line is no row', () => {
    const text = `${HEAD}\n${row('0100007F:0947')}${row('0100007F:0948', '01')}${row('0100007F:0949')}`;
    expect(parseTcpTable(text, 'LE')).toEqual({
      sockets: [{ address: '127.0.0.1', port: 2375, inode: '77' }],
      done: true,
    });
    expect(parseTcpTable(`${HEAD}\n${row('0100007F:0947').slice(0, -12)}`, 'LE').sockets).toEqual([]);
  });

  test.each(['', '\0\n\0\n', 'x\ny\n', `${HEAD}\n${row('0100007F0100007F:0947')}`, `${HEAD}\n${row('zz:1')}`])(
    '%j has no rows',
    (text) => {
      expect(parseTcpTable(text, 'LE')).toEqual({ sockets: [], done: false });
    },
  );
});
