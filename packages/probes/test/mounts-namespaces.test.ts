import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { findDoubleUpperDirs, findMountLeaks, type MountInventory } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HangGuard } from '../src/hang-guard.ts';
import { readProcesses } from '../src/mounts/processes.ts';
import { readMountNamespaces } from '../src/mounts/read-mount-namespaces.ts';
import { capture, captureBytes, FakeProc } from './mounts-fake-proc.ts';

/** Process ids of actors.txt; 31754 is the host of the lab, and its daemon's is not captured. */
const ACTORS = { host: 31_754, dockerd: 31_784, private: 835, slave: 836, private_fd: 837 };
const NAMESPACES = { host: '4026532177', dockerd: '4026532177', private: '1001', slave: '1002', private_fd: '1003' };
const [O1, O4, O5] = [
  { container: 'ce26b0af7dc9ed2021ce69c1a7f3c831701292222422240159ff102257de5767', mount: '152aacaacde9' },
  { container: '9d3bf377a96d3c7e747c7dc0711ac025314b69c7acf7d5a186cd367da35b0361', mount: '857e215fd8ad' },
  { container: '2ff03fe89a5ab2329652f8d9a14d6e6da98a5c8a781d3f616127a6ebead77195', mount: '9ad426de8ec5' },
];
const UPPER = '/srv/lab/mnt/ext/docker/overlay2/9ad426de8ec53482a1e8044107d7ea5bd8ea1111b9c24595471cdd8bc7c9f51e/diff';

/** Of the daemon's records and its API while o5 could not be removed. */
const layout = JSON.parse(capture('overlay-leak/layout.json')) as {
  layerdb: { mounts: Record<string, { 'mount-id': string }> };
};
const mountOwners = new Map(Object.entries(layout.layerdb.mounts).map(([id, entry]) => [entry['mount-id'], id]));
const containers = JSON.parse(capture('overlay-leak/containers.json')) as { Id: string; State: string }[];
const running = new Set(containers.filter(({ State }) => State === 'running').map(({ Id }) => Id));

/** For tests that make thousands of files. */
const SLOW_MILLISECONDS = 30_000;

let proc: FakeProc;
beforeEach(() => {
  proc = new FakeProc();
});
afterEach(() => proc.remove());

async function read(dataRoots: string[] = []) {
  const processes = await readProcesses(proc.roots);
  expect(processes.problems).toEqual([]);
  return readMountNamespaces(proc.roots, { guard: new HangGuard(), processes: processes.value, dataRoots });
}

function putActors(stage: string, actors: (keyof typeof ACTORS)[]): void {
  for (const actor of actors) {
    proc.put(ACTORS[actor], {
      name: actor === 'dockerd' ? 'dockerd' : 'sleep',
      mountNamespace: NAMESPACES[actor],
      mountinfo: captureBytes(`overlay-leak/${stage}.${actor}.txt`),
      cgroup: actor === 'dockerd' ? '0::/system.slice/docker.service\n' : '0::/system.slice/backup.service\n',
      ...(actor === 'dockerd' ? { arguments: ['dockerd', '--data-root', '/srv/lab/mnt/ext/docker'] } : {}),
    });
  }
}

const ALL = ['host', 'dockerd', 'private', 'slave', 'private_fd'] as const;
const layersOf = ({ namespaces }: MountInventory) =>
  namespaces.map(({ inode, layerMounts }) => [inode, layerMounts?.length ?? null]);

describe('incident 2, a mount that a private namespace kept', () => {
  test('running: four containers are seen from each of four namespaces, and how each can be unmounted', async () => {
    putActors('0-running', [...ALL]);
    const { value, problems } = await read();
    expect(problems).toEqual([]);
    expect(layersOf(value)).toEqual([
      ['1001', 4],
      ['1002', 4],
      ['1003', 4],
      ['4026532177', 4],
    ]);
    const first = value.namespaces.map(({ layerMounts }) => layerMounts?.[0]);
    expect(first.map((mount) => [mount?.propagation.sharedGroup, mount?.propagation.masterGroup])).toEqual([
      [null, null],
      [null, 27],
      [null, null],
      [27, null],
    ]);
    expect(first[3]).toEqual({
      ...{ kind: 'overlay', id: 76, device: '0:43', lowerCount: 4 },
      mountId: '152aacaacde9092a92856be49d123d5e8c3001f387977f755fc72c5175876aa8',
      upperDir: expect.stringMatching(/\/overlay2\/152aacaacde9[0-9a-f]{52}\/diff$/),
      mountPoint: expect.stringMatching(/\/overlay2\/152aacaacde9[0-9a-f]{52}\/merged$/),
      propagation: { sharedGroup: 27, masterGroup: null, fromGroup: null, unbindable: false },
    });
    expect(findMountLeaks(value, { mountOwners, running, wholeRoots: [] })).toEqual([]);
  });

  test.each(['1-stopped', '3-o3-removed'])('%s: this kernel detached them all, and nothing is left', async (stage) => {
    putActors(stage, [...ALL]);
    const { value } = await read();
    expect(layersOf(value).map(([, count]) => count)).toEqual([0, 0, 0, 0]);
    expect(value.namespaces.map(({ mountCount }) => mountCount)).toEqual([28, 24, 28, 24]);
    expect(findMountLeaks(value, { mountOwners, running: new Set(), wholeRoots: ['/srv/lab/mnt/ext/docker'] })).toEqual(
      [],
    );
  });

  test('leaked: o5, whose removal failed, is held by the private namespace alone, out of reach', async () => {
    putActors('leaked', ['host', 'dockerd', 'private', 'slave']);
    const { value } = await read();
    expect(layersOf(value)).toEqual([
      ['1001', 3],
      ['1002', 2],
      ['4026532177', 2],
    ]);
    const leaks = findMountLeaks(value, { mountOwners, running, wholeRoots: ['/srv/lab/mnt/ext/docker'] });
    expect(leaks).toEqual([
      {
        ...{ kind: 'overlay', mountId: UPPER.split('/').at(-2), upperDir: UPPER, containerId: O5?.container },
        ...{ reason: 'container not running', reachedByUnmount: false },
        places: [
          {
            ...{ namespace: '1001', isHost: null, device: '0:69', reachedByUnmount: false, holderCount: 1 },
            mountPoint: UPPER.replace(/diff$/, 'merged'),
            holders: [{ pid: 835, name: 'sleep', owner: { unit: 'backup.service', containerId: null, podUid: null } }],
          },
        ],
      },
    ]);
  });

  test('leaked, its records gone: it is of no known container, if every daemon was asked', async () => {
    putActors('leaked', ['host', 'private']);
    const { value } = await read();
    const left = new Map([...mountOwners].filter(([, id]) => id !== O5?.container));
    const leaks = findMountLeaks(value, { mountOwners: left, running, wholeRoots: ['/srv/lab/mnt/ext/docker'] });
    expect(leaks).toMatchObject([{ upperDir: UPPER, containerId: null, reason: 'container unknown' }]);
    expect(findMountLeaks(value, { mountOwners: left, running, wholeRoots: [] })).toEqual([]);
  });

  test('states not read are no leak and no lack of one', async () => {
    putActors('leaked', ['host', 'private']);
    const { value } = await read();
    expect(findMountLeaks(value, { mountOwners, running: null, wholeRoots: ['/srv/lab/mnt/ext/docker'] })).toBeNull();
  });

  test('a stopped container is told with every place, the host too, and reached only if all are', async () => {
    putActors('leaked', ['host', 'slave', 'private']);
    const { value } = await read();
    const told = (set: Set<string>) =>
      findMountLeaks(value, { mountOwners, running: set, wholeRoots: ['/srv/lab/mnt/ext/docker'] })?.map((leak) => [
        leak.mountId.slice(0, 12),
        leak.reachedByUnmount,
        ...leak.places.map(({ namespace }) => namespace),
      ]);
    expect(told(new Set([O4?.container ?? '', O5?.container ?? '']))).toEqual([
      [O1?.mount, false, '1001', '1002', '4026532177'],
    ]);
    proc.end(835);
    const { value: after } = await read();
    const stopped = { mountOwners, running: new Set([O4?.container ?? '']), wholeRoots: ['/srv/lab/mnt/ext/docker'] };
    expect(findMountLeaks(after, stopped)).toMatchObject([{ reachedByUnmount: true, places: [{}, {}] }]);
  });

  test('the mount of the data root passes unmounts on, as seen by its daemon and by the host', async () => {
    putActors('leaked', ['dockerd', 'slave']);
    proc.put(1, { name: 'systemd', mountNamespace: '1002', mountinfo: capture('overlay-leak/leaked.slave.txt') });
    const { value } = await read(['/srv/lab/mnt/ext/docker', '/var/lib/containerd']);
    const group = { fromGroup: null, unbindable: false };
    expect(value.pathPropagation).toEqual([
      {
        ...{ path: '/srv/lab/mnt/ext/docker', namespace: '1002', isHost: true, daemonPids: [] },
        ...{ mountPoint: '/srv/lab/mnt/ext', propagation: { ...group, sharedGroup: null, masterGroup: 25 } },
      },
      {
        ...{ path: '/var/lib/containerd', namespace: '1002', isHost: true, daemonPids: [] },
        ...{ mountPoint: '/', propagation: { ...group, sharedGroup: null, masterGroup: 2 } },
      },
      {
        ...{ path: '/srv/lab/mnt/ext/docker', namespace: '4026532177', isHost: false, daemonPids: [31_784] },
        ...{ mountPoint: '/srv/lab/mnt/ext', propagation: { ...group, sharedGroup: 25, masterGroup: null } },
      },
      {
        ...{ path: '/var/lib/containerd', namespace: '4026532177', isHost: false, daemonPids: [31_784] },
        ...{ mountPoint: '/', propagation: { ...group, sharedGroup: 2, masterGroup: null } },
      },
    ]);
  });

  test("a nested daemon's own namespace is not asked for the host's paths", async () => {
    proc.put(31_784, {
      ...{ name: 'dockerd', mountNamespace: '1002', cgroup: `0::/docker/${O1?.container}\n`, arguments: ['dockerd'] },
      mountinfo: capture('overlay-leak/leaked.slave.txt'),
    });
    expect((await read(['/var/lib/docker'])).value.pathPropagation).toEqual([]);
  });
});

describe('incident 2, MountFlags=slave with live-restore', () => {
  /** `3476 dockerd mnt=mnt:[4026532485] overlay=0 start=468403` */
  const ROW = /^(?:(host) )?(\d+) (\S+)? ?mnt=mnt:\[(\d+)\].* ?(?:start=(\d+))?$/;
  const ENGINE = '/srv/lab/run/x/exec/containerd';
  const [, ownLine = ''] = /^in container ns:\n(.*)$/m.exec(capture('mountflags/after-restart-evidence.txt')) ?? [];

  function put(file: string): void {
    const rows = capture(file).trim().split('\n');
    for (const row of rows) {
      const [, , pid, name = 'sleep', inode = ''] = ROW.exec(row) ?? [];
      // The socket is that of dockerd.log; the form of the arguments that of a captured list of processes.
      const words = {
        dockerd: ['dockerd', '--exec-root', '/srv/lab/run/x/exec'],
        containerd: ['containerd', '--config', `${ENGINE}/containerd.toml`, '--log-level', 'info'],
        'containerd-shim': [
          ...['/usr/bin/containerd-shim-runc-v2', '-namespace', 'moby', '-id', O1?.container ?? ''],
          ...['-address', `${ENGINE}/containerd.sock`],
        ],
      }[name];
      const mountinfo = name === 'dockerd' || name === 'containerd' ? 'dockerd-after' : 'shim';
      proc.put(Number(pid), {
        ...{ name, mountNamespace: inode, parentPid: name === 'containerd' ? Number(/\d+/.exec(row)) - 11 : 1 },
        ...(words === undefined ? {} : { arguments: words }),
        mountinfo: name === 'sleep' ? `${ownLine}\n` : capture(`mountflags/mountinfo.${mountinfo}.txt`),
        cgroup: '9:name=systemd:/\n',
      });
    }
  }

  test.each([
    ['before its restart, dockerd and its shims share a namespace', 'ns-before-restart', true],
    ['after it, they do not', 'ns-after-restart', false],
  ])('%s', async (_, file, sameAsDaemon) => {
    put(`mountflags/${file}.txt`);
    const { value } = await read();
    const shim = { id: O1?.container, containerdNamespace: 'moby', mountNamespace: '4026532333', sameAsDaemon };
    const shims = [
      { ...shim, pid: 3_287 },
      { ...shim, pid: 3_353 },
    ];
    const mountNamespace = sameAsDaemon ? '4026532333' : '4026532485';
    expect(value.daemons).toMatchObject([
      { name: 'dockerd', mountNamespace, shims },
      { name: 'containerd', mountNamespace, shims },
    ]);
  });

  test('the running container is mounted in its own namespace alone, at /', async () => {
    put('mountflags/ns-after-restart.txt');
    const { value } = await read();
    const mountId = '54d43f48ac5d56febdd623657544f33906a3329533a5c226ea515896cf868954';
    const places = value.namespaces.flatMap(({ inode, layerMounts }) =>
      (layerMounts ?? []).flatMap((mount) => (mount.mountId === mountId ? [[inode, mount.mountPoint]] : [])),
    );
    expect(places).toContainEqual(['4026532410', '/']);
    expect(places.map(([inode]) => inode)).not.toContain('4026532485');
    expect(places.map(([inode]) => inode)).not.toContain('4026532333');
  });
});

type Snapshot = Record<string, { pids: number[]; comms: string[]; mountinfo: string }>;

describe('a busy host of 401 processes', () => {
  test(
    '76 namespaces, 1193 overlays of 28 upper folders, as counted by another reader',
    async () => {
      const host: Snapshot = JSON.parse(
        gunzipSync(captureBytes('400-processes-76-namespaces.json.gz')).toString('utf8'),
      );
      for (const [link, { pids, comms, mountinfo }] of Object.entries(host)) {
        const mountNamespace = /\d+/.exec(link)?.[0] ?? '';
        for (const [place, pid] of pids.entries()) {
          proc.put(pid, { name: comms[place % comms.length] ?? '', mountNamespace, mountinfo });
        }
      }
      const { value, problems } = await read();
      expect(problems).toEqual([]);
      expect(value.namespaces).toHaveLength(76);
      const layers = value.namespaces.flatMap(({ layerMounts }) => layerMounts ?? []);
      expect([layers.length, new Set(layers.map(({ upperDir }) => upperDir)).size]).toEqual([1_193, 28]);
      expect(value.namespaces.reduce((sum, { mountCount }) => sum + (mountCount ?? 0), 0)).toBe(4_244);
      expect(value.namespaces.reduce((sum, { holderCount }) => sum + holderCount, 0)).toBe(401);
      expect(value.namespaces.find(({ inode }) => inode === '4026531832')).toMatchObject({
        holderCount: 297,
        holders: expect.objectContaining({ length: 8 }),
      });
      expect(layers.filter(({ mountId }) => mountId === null)).toEqual([]);
      expect(findDoubleUpperDirs(value)).toEqual([]);
    },
    SLOW_MILLISECONDS,
  );
});

describe('one upper folder under two overlays', () => {
  test('is told with both devices (the device of one captured mount edited)', async () => {
    putActors('leaked', ['host']);
    const edited = capture('overlay-leak/leaked.private.txt').replace(' 0:43 ', ' 0:99 ');
    proc.put(835, { name: 'sleep', mountNamespace: '1001', mountinfo: edited });
    const doubles = findDoubleUpperDirs((await read()).value);
    expect(doubles).toHaveLength(1);
    expect(doubles[0]?.mountId?.slice(0, 12)).toBe(O1?.mount);
    expect(doubles[0]?.places.map(({ device, namespace }) => [device, namespace])).toEqual([
      ['0:99', '1001'],
      ['0:43', '4026532177'],
    ]);
  });

  const snapshot = (device: string) =>
    `90 46 ${device} / / rw - overlay overlay rw,lowerdir=/l,upperdir=/var/lib/containerd/snapshots/12/fs,workdir=/w\n`;
  test("containerd's numbers mean something within one namespace alone", async () => {
    proc.put(5, { name: 'a', mountNamespace: '1', mountinfo: snapshot('0:1') });
    proc.put(6, { name: 'a', mountNamespace: '2', mountinfo: snapshot('0:2') });
    expect(findDoubleUpperDirs((await read()).value)).toEqual([]);
    proc.put(7, { name: 'a', mountNamespace: '3', mountinfo: snapshot('0:2') + snapshot('0:3') });
    expect(findDoubleUpperDirs((await read()).value)).toMatchObject([
      { mountId: '12', places: [{ device: '0:2' }, { device: '0:3' }] },
    ]);
  });
});

describe('bad luck and bad input', () => {
  const line = capture('overlay-leak/leaked.private.txt');
  const ok = { name: 'sleep', mountNamespace: '1001' };

  test('the next process of a namespace is asked when the first has ended', async () => {
    proc.put(5, ok);
    proc.put(6, { ...ok, mountinfo: '' });
    proc.put(7, { ...ok, mountinfo: line });
    const { value, problems } = await read();
    expect(value.namespaces).toMatchObject([{ holderCount: 3, layerMounts: { length: 3 } }]);
    expect(problems).toEqual([]);
  });

  test('one that nobody lets read is not one without mounts', async () => {
    proc.put(5, ok);
    const { value, problems } = await read(['/']);
    expect(value.namespaces).toMatchObject([{ mountCount: null, layerMounts: null }]);
    expect(value.pathPropagation).toEqual([]);
    expect(problems.map(({ text }) => text)).toEqual([
      'mountinfo of 1 mount namespaces: no process of theirs let it be read',
    ]);
  });

  test('a file of 100 MB is read to its limit, keeps its whole lines, and its mounts are not counted', async () => {
    proc.put(5, { ...ok, mountinfo: line });
    truncateSync(join(proc.folder, '5/mountinfo'), 100 * 1024 ** 2);
    const { value, problems } = await read();
    expect(value.namespaces).toMatchObject([{ mountCount: null, layerMounts: { length: 3 } }]);
    expect(problems.map(({ text }) => text)).toEqual(['mountinfo of 1 mount namespaces: longer than is read']);
  });

  test('many lines of it do not hang either', async () => {
    proc.put(5, { ...ok, mountinfo: line.repeat(5_000) });
    const { value, problems } = await read();
    const [namespace] = value.namespaces;
    expect(namespace?.layerMounts?.length).toBeGreaterThan(10_000);
    expect(problems.map(({ text }) => text)).toEqual(['mountinfo of 1 mount namespaces: longer than is read']);
  });

  test('more layers than are kept are counted', async () => {
    const layer = line.split('\n').find((one) => one.includes(' - overlay ')) ?? '';
    proc.put(5, { ...ok, mountinfo: `${layer}\n`.repeat(16_390) });
    const { value, problems } = await read();
    expect(value.namespaces).toMatchObject([{ mountCount: 16_390, layerMounts: { length: 16_384 } }]);
    expect(problems.map(({ text }) => text)).toEqual(['6 mounts of layers are more than are kept']);
  });

  test(
    'more namespaces than are read are counted, and the host is among those that are',
    async () => {
      for (let pid = 10; pid < 1_040; pid += 1) {
        proc.put(pid, { name: 'sleep', mountNamespace: String(pid), mountinfo: '1 0 0:1 / / rw - proc proc rw\n' });
      }
      proc.put(9_999, { name: 'dockerd', mountNamespace: '9999', mountinfo: line });
      const { value, problems } = await read();
      expect(value.namespaces).toHaveLength(1_024);
      expect(value.namespaces.at(-1)).toMatchObject({ inode: '9999', layerMounts: { length: 3 } });
      expect(problems.map(({ text }) => text)).toEqual(['7 mount namespaces are more than are read']);
    },
    SLOW_MILLISECONDS,
  );

  test('NUL, bytes that are no UTF-8 and cut lines are counted, and the rest stays', async () => {
    const bad = Buffer.from([0, 0xff, 0x0a, 0x20, 0x0a]);
    const cut = line.slice(0, line.indexOf(' - overlay ') + 11);
    proc.put(5, { ...ok, mountinfo: Buffer.concat([bad, Buffer.from(line), Buffer.from(cut)]) });
    const { value, problems } = await read();
    expect(value.namespaces).toMatchObject([{ layerMounts: { length: 3 } }]);
    expect(problems.map(({ text }) => text)).toEqual(['mountinfo of mount namespaces has 3 lines that cannot be read']);
  });

  test("process 1's namespace is the host's; where it cannot be seen the kernel's threads tell", async () => {
    const hosts = async () => (await read()).value.namespaces.map(({ inode, isHost }) => [inode, isHost]);
    proc.put(5, { ...ok, mountinfo: line });
    expect(await hosts()).toEqual([['1001', null]]);
    proc.put(2, { name: 'kthreadd', flags: 0x20_8040, mountNamespace: '1001' });
    expect(await hosts()).toEqual([['1001', true]]);
    proc.put(1, { name: 'systemd', mountNamespace: '7', mountinfo: line });
    expect(await hosts()).toEqual([
      ['7', true],
      ['1001', false],
    ]);
  });
});
