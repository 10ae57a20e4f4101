import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  isDaemonName,
  parseCgroup,
  parseDaemonArguments,
  parseNamespaceLink,
  parseProcessStat,
} from '../src/mounts/parse-process.ts';
import { readProcesses, readStart } from '../src/mounts/processes.ts';
import { FakeProc } from './mounts-fake-proc.ts';

const ID = 'c21d87e49acabb6e7762638dfd63d8f3a36cb5d615f331a1fb2ec8fd957b906e';
const INNER = '48669dd4b30789f6576b83cc801c9645db77483edcf3c03107ae915dd35c9000';
/** For tests that make thousands of files. */
const SLOW_MILLISECONDS = 30_000;
const UID = '2f6c8a3e-58d4-4b0e-9a52-0d7b3c2f1e60';

describe('stat of a process', () => {
  // Of proc_pid_stat(5): the fields of a real process of the lab's kernel.
  const tail = 'S 25454 7 7 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 1 0 468403 9000000 500 0 0';
  const parse = (name: string | Buffer) =>
    parseProcessStat(Buffer.concat([Buffer.from('25465 ('), Buffer.from(name), Buffer.from(`) ${tail}\n`)]));

  test('parent is field 4, flags field 9, start field 22', () => {
    expect(parse('containerd')).toEqual({
      parentPid: 25_454,
      startTicks: 468_403,
      name: 'containerd',
      isKernelThread: false,
    });
  });

  test.each(['a) S 1 2 (b', '((', ')', 'two words', 'a\nb', ''])('a name may be %j', (name) => {
    expect(parse(name)).toMatchObject({ name, parentPid: 25_454, startTicks: 468_403 });
  });

  test('bytes of a name that are no UTF-8 are replaced', () => {
    expect(parse(Buffer.from([0x61, 0xff, 0x62]))?.name).toBe('a\u{FFFD}b');
  });

  test('a kernel thread is told by its flag, not by its name', () => {
    expect(parseProcessStat(Buffer.from('2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 24 0 0'))).toEqual({
      ...{ parentPid: 0, startTicks: 24, name: 'kthreadd', isKernelThread: true },
    });
  });

  test.each(['', '\0\0\0', '1 (a', '1 a) S 1', '1 (a) S', '1 (a) S x 7 7 0 -1 4194560', ')('])('%j is none', (text) => {
    expect(parseProcessStat(Buffer.from(text))).toBeNull();
  });

  test('this very process is read as it is', () => {
    const stat = parseProcessStat(readFileSync('/proc/self/stat'));
    expect(stat).toMatchObject({ parentPid: process.ppid, isKernelThread: false });
    const startedSecondsAgo =
      Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) - (stat?.startTicks ?? 0) / 100;
    expect(Math.abs(startedSecondsAgo - process.uptime())).toBeLessThan(5);
  });
});

test('the link of a namespace is its inode', () => {
  expect(parseNamespaceLink('mnt:[4026531832]')).toBe('4026531832');
  expect(['', 'mnt:[]', '/etc', 'mnt:[40\n]'].map(parseNamespaceLink)).toEqual([null, null, null, null]);
});

test('daemons and shims by the name that the kernel cuts to 15 bytes', () => {
  const names = [
    'dockerd',
    'docker-containe',
    'containerd',
    'containerd-shim',
    'podman',
    'conmon',
    'crio',
    'buildkitd',
  ];
  expect(names.filter(isDaemonName)).toEqual(names);
  expect(['docker', 'docker-proxy', 'containerds', 'node', 'xcontainerd'].filter(isDaemonName)).toEqual([]);
});

describe('arguments of a daemon', () => {
  const parse = (...words: string[]) => parseDaemonArguments('dockerd', words.map((word) => `${word}\0`).join(''));

  test('a shim as captured keeps all of it', () => {
    const words = ['/usr/bin/containerd-shim-runc-v2', '-namespace', 'moby', '-id', ID, '-address', '/run/c.sock'];
    expect(parse(...words)).toEqual(words);
  });

  test('where things are kept stays, in each form', () => {
    const words = [
      'dockerd',
      '--data-root',
      '/a',
      '--exec-root=/b',
      '-H',
      'fd://',
      '-Hunix:///c',
      '--storage-driver=btrfs',
    ];
    expect(parse(...words)).toEqual(words);
    const switches = ['dockerd', '--live-restore', '--tlsverify=false', '--rootless', '--log-opt', 'max-size=10m'];
    expect(parse(...switches)).toEqual(switches);
  });

  test('what may be a secret does not', () => {
    const secret = [
      '--http-proxy=http://u:hunter2@proxy',
      '--log-opt',
      'splunk-token=hunter2',
      '--log-opt=gelf=hunter2',
    ];
    const more = ['--label', 'key=hunter2', '-e', 'TOKEN=hunter2', 'hunter2', '--registry-mirror', 'https://hunter2'];
    expect(parse('dockerd', ...secret, ...more, '--live-restore')).toEqual(['dockerd', '--live-restore']);
  });

  test('of a program that has the words of others among its own, none is kept', () => {
    const words = ['podman', 'run', 'curl', '-H', 'Authorization: hunter2', '--host', 'hunter2'].join('\0');
    expect(parseDaemonArguments('podman', words)).toEqual(['podman']);
  });

  test('a flag at the end without its value, and nothing at all', () => {
    expect(parse('dockerd', '-H')).toEqual(['dockerd', '-H']);
    expect(parseDaemonArguments('dockerd', '')).toEqual(['']);
  });

  test('are limited in number and length', () => {
    const many = parse('dockerd', ...Array(500).fill(`-H${'x'.repeat(10_000)}`));
    expect(many).toHaveLength(65);
    expect(many[1]).toHaveLength(4_096);
  });
});

describe('who runs a process', () => {
  const scope = (name: string) => `0::/system.slice/${name}\n`;
  test.each([
    ['Docker, version 1', `9:name=systemd:/docker/${ID}\n4:memory:/docker/${ID}\n`, { containerId: ID }],
    ['Docker, version 1, memory alone', `9:name=systemd:/\n4:memory:/docker/${ID}\n0::/\n`, { containerId: ID }],
    ['Docker, version 2', scope(`docker-${ID}.scope`), { containerId: ID }],
    ['Podman', scope(`libpod-${ID}.scope/container`), { containerId: ID }],
    ['nested in Docker, the inner one', `0::/docker/${ID}/docker/${INNER}\n`, { containerId: INNER }],
    [
      'a unit in a container',
      `0::/docker/${ID}/system.slice/nginx.service\n`,
      { containerId: ID, unit: 'nginx.service' },
    ],
    ['a unit', scope('docker.service'), { unit: 'docker.service' }],
    ['a unit beside version 2', '5:memory:/x.service\n1:name=systemd:/system.slice/a.service\n', { unit: 'a.service' }],
    ["a user's unit", '0::/user.slice/user-1.slice/user@1.service/app.slice/b.service\n', { unit: 'b.service' }],
    ['a session', '0::/user.slice/user-1000.slice/session-3.scope\n', { unit: 'session-3.scope' }],
    [
      'what watches a container from outside',
      scope(`libpod-conmon-${ID}.scope`),
      { unit: `libpod-conmon-${ID}.scope` },
    ],
    ['Kubernetes, cgroupfs', `4:memory:/kubepods/burstable/pod${UID}/${ID}\n`, { containerId: ID, podUid: UID }],
    [
      'Kubernetes, systemd',
      `0::/kubepods.slice/kubepods-pod${UID.replaceAll('-', '_')}.slice/cri-containerd-${ID}.scope\n`,
      { containerId: ID, podUid: UID },
    ],
    [
      'Kubernetes, containerd without its systemd driver',
      `0::/system.slice/containerd.service/kubepods-besteffort-pod${UID.replaceAll('-', '_')}.slice:cri-containerd:${ID}\n`,
      { containerId: ID, podUid: UID, unit: 'containerd.service' },
    ],
    [
      'CRI-O',
      `0::/kubepods.slice/kubepods-pod${INNER.slice(0, 32)}.slice/crio-${ID}.scope\n`,
      {
        containerId: ID,
        podUid: INNER.slice(0, 32),
      },
    ],
    ['another namespace of cgroups', `0::/../../docker/${ID}\n`, { containerId: ID }],
    ['nobody', '9:name=systemd:/\n0::/\n', {}],
    ['63 digits are no container', `0::/docker/${ID.slice(1)}\n`, {}],
    ['garbage', `\0\0\n::\nx:y:z\n${'a'.repeat(100_000)}`, {}],
  ])('%s', (_, text, expected) => {
    expect(parseCgroup(text)).toEqual({ unit: null, containerId: null, podUid: null, ...expected });
  });
});

describe('one pass over /proc', () => {
  let proc: FakeProc;
  beforeEach(() => {
    proc = new FakeProc();
  });
  afterEach(() => proc.remove());

  test('has every process but kernel threads, and more of daemons', async () => {
    proc.put(2, { name: 'kthreadd', parentPid: 0, flags: 0x20_8040, mountNamespace: '4026531832' });
    proc.put(25_454, {
      ...{ name: 'dockerd', mountNamespace: '4026531832', networkNamespace: '4026531833', startTicks: 7 },
      ...{
        arguments: ['dockerd', '--data-root', '/x', '--label', 'secret'],
        cgroup: '0::/system.slice/docker.service\n',
      },
    });
    proc.put(837, {
      name: 'sl) (e\nep',
      mountNamespace: '4026532407',
      arguments: ['sleep'],
      cgroup: '0::/a.service\n',
    });
    mkdirSync(join(proc.folder, 'self'));
    writeFileSync(join(proc.folder, 'uptime'), '');
    const { value, problems } = await readProcesses(proc.roots);
    expect(problems).toEqual([]);
    expect(value).toEqual([
      {
        ...{ pid: 837, parentPid: 1, startTicks: 468_403, name: 'sl) (e\nep', mountNamespace: '4026532407' },
        ...{ networkNamespace: null, arguments: null, owner: null },
      },
      {
        ...{ pid: 25_454, parentPid: 1, startTicks: 7, name: 'dockerd', mountNamespace: '4026531832' },
        ...{ networkNamespace: '4026531833', arguments: ['dockerd', '--data-root', '/x'] },
        owner: { unit: 'docker.service', containerId: null, podUid: null },
      },
    ]);
  });

  test('a process that ends while it is read is not told, and one without its files has nothing of them', async () => {
    mkdirSync(join(proc.folder, '77'));
    proc.put(78, { name: 'dockerd' });
    writeFileSync(join(proc.folder, '79'), '');
    proc.put(80, { name: 'containerd', arguments: [] });
    const { value, problems } = await readProcesses(proc.roots);
    expect(problems).toEqual([]);
    const nothing = { mountNamespace: null, networkNamespace: null, arguments: null, owner: null };
    expect(value).toMatchObject([
      { pid: 78, ...nothing },
      { pid: 80, ...nothing },
    ]);
  });

  test('a stat of garbage or of 100 MB is no process', async () => {
    proc.put(5, { name: 'sleep' });
    writeFileSync(join(proc.folder, '5/stat'), Buffer.alloc(100 * 1024 ** 2));
    expect(await readProcesses(proc.roots)).toEqual({ value: [], problems: [] });
  });

  test('no /proc is told', async () => {
    const { value, problems } = await readProcesses({ ...proc.roots, procRoot: join(proc.folder, 'none') });
    expect([value, problems]).toEqual([[], [{ status: 'unavailable', text: '/proc: not there' }]]);
  });

  test(
    'more processes than are read are counted',
    async () => {
      for (let pid = 1; pid <= 16_386; pid += 1) symlinkSync('gone', join(proc.folder, String(pid)));
      const { problems } = await readProcesses(proc.roots);
      expect(problems).toEqual([{ status: 'failed', text: '2 processes are more than are read' }]);
    },
    SLOW_MILLISECONDS,
  );

  test('a file longer than one chunk is read to its limit', async () => {
    const file = join(proc.folder, 'long');
    writeFileSync(file, Buffer.alloc(200_000, 'x'));
    expect((await readStart(file, 1_000_000)).length).toBe(200_000);
    expect((await readStart(file, 150_000)).length).toBe(150_000);
    expect((await readStart(file, 10)).length).toBe(10);
  });
});

describe.skipIf(process.getuid?.() !== 0)('without privilege (skipped unless root, who can give it up)', () => {
  test('what may not be read is counted once, and names the capability', async () => {
    const proc = new FakeProc();
    proc.put(837, { name: 'sleep', mountNamespace: '4026532407' });
    proc.put(838, { name: 'sleep', mountNamespace: '4026532407' });
    chmodSync(proc.folder, 0o755);
    chmodSync(join(proc.folder, '837/ns'), 0);
    chmodSync(join(proc.folder, '838/stat'), 0);
    process.seteuid?.(65_534);
    try {
      const { value, problems } = await readProcesses(proc.roots);
      expect(value).toMatchObject([{ pid: 837, name: 'sleep', mountNamespace: null }]);
      expect(problems).toEqual([
        { status: 'partly', text: 'stat of 1 processes: permission denied (hidepid of /proc)' },
        {
          status: 'unavailable',
          text: 'mount namespaces of 1 of 1 processes: permission denied (needs CAP_SYS_PTRACE)',
        },
      ]);
    } finally {
      process.seteuid?.(0);
      proc.remove();
    }
  });
});
