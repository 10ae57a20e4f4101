import type { BlockDevice, Containerd, DockerContainer, DockerDaemon, Layout, Store } from '@silt/domain';
import { describe, expect, test } from 'vitest';
import type { HostSeen } from '../src/once/host-view.ts';
import { bareHost, type LabHost, labHost, linesOf, shown } from './once-host.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const NONE = { daemons: [], containerds: [] };

function hostWithDaemon(name: LabHost): { seen: HostSeen; daemon: DockerDaemon; containers: DockerContainer[] } {
  const seen = labHost(name);
  const daemon = seen.inventory.docker?.daemons[0];
  if (daemon?.containers == null) throw new Error(`no daemon on ${name}`);
  return { seen, daemon, containers: daemon.containers };
}

function oneOf<One>(all: readonly One[] | null | undefined): One {
  const [first] = all ?? [];
  if (first === undefined) throw new Error('there is none');
  return first;
}

const disk = (name: string, change: Partial<BlockDevice> = {}): BlockDevice => ({
  ...{ name, kind: 'disk', device: null, sizeBytes: GIB, below: [], holders: [], readOnly: false, rotational: null },
  ...{ removable: false, model: null, dm: null, md: null, loop: null, ...change },
});

/** An ext4 with its space read. */
const withStore = (device: string, change: Partial<Store> = {}): { layout: Layout; readings: number[] } => ({
  layout: {
    stores: [
      {
        ...{ key: 'mount:/srv', kind: 'filesystem', name: '/srv', fileSystemType: 'ext4', device, uuid: null },
        ...{ mountPoints: ['/srv'], options: [], readOnly: false, loop: null, btrfs: null, thinPool: null, ...change },
      },
    ],
    daemons: [],
    entries: [
      { storeKey: 'mount:/srv', series: 'usedBytes' },
      { storeKey: 'mount:/srv', series: 'capacityBytes' },
    ],
  },
  readings: [GIB / 2, GIB],
});

describe('not read, none and zero', () => {
  test('a host on which nothing was read says so', () => {
    const reports = [
      { probe: 'filesystems', status: 'failed', reason: 'No answer.', durationMilliseconds: 1 } as const,
    ];
    expect(linesOf(bareHost({ snapshot: { probes: reports } }))).toEqual([
      'The host’s name and system were not read.',
      'Read 2026-11-21 12:00:00 UTC, up 1 min',
      '',
      'No storage was read; the probes below say why.',
      'block devices: not read',
      'Docker and containerd: not read',
      '',
      'Probes',
      'failed       filesystems     1.0 ms  No answer.',
    ]);
  });

  test('a host that has nothing says that', () => {
    const reports = [{ probe: 'filesystems', status: 'ok', reason: null, durationMilliseconds: 1 } as const];
    const seen = bareHost({ snapshot: { probes: reports }, inventory: { devices: [], btrfs: [], docker: NONE } });
    expect(linesOf(seen).slice(3, 5)).toEqual(['There is no storage on this host.', 'Docker and containerd: none']);
  });

  test('a store whose numbers were not read keeps its place', () => {
    const { layout } = withStore('/dev/sda');
    expect(shown(bareHost({ snapshot: { layout, readings: [null, null] } }))).toContain('ext4 /srv  not read');
    expect(shown(bareHost({ snapshot: { layout, readings: [0, 0] } }))).toContain('ext4 /srv  0 B of 0 B');
    expect(shown(bareHost({ snapshot: { layout, readings: [MIB, null] } }))).toContain(
      '1.00 MiB of a size that was not read',
    );
  });

  test('contents of a daemon', () => {
    const { seen, daemon } = hostWithDaemon('two-daemons');
    expect(shown(seen)).toContain('no containers · 1 image, 1.89 MiB · no volumes · sizes and build cache not read');
    Object.assign(daemon, { containers: null, images: null, volumes: null, buildCache: [] });
    expect(shown(seen)).toContain('containers not read · images not read · volumes not read · no build cache');
    Object.assign(daemon, { images: [], buildCache: [{ sizeBytes: 0 }, { sizeBytes: null }] });
    expect(shown(seen)).toContain('no images · volumes not read · build cache 0 B of 1 of them');
  });

  test('subvolumes and quotas of a btrfs', () => {
    const seen = labHost('btrfs');
    const own = oneOf(seen.inventory.btrfs);
    Object.assign(own, { subvolumes: null, quota: null });
    expect(shown(seen)).toContain('unallocated 897.6 MiB · subvolumes not read · quotas not read');
    Object.assign(own, { subvolumes: [], quota: { mode: 'off', isInconsistent: null }, exclusiveOperation: 'balance' });
    Object.assign(own, { uncleaned: [{ id: 300, generation: 9 }], staleQgroups: [299] });
    expect(shown(seen)).toContain(
      'unallocated 897.6 MiB · no subvolumes · quotas off · 1 deleted, not yet cleaned\n           1 stale quota group · balance goes on',
    );
    seen.inventory.btrfs = null;
    expect(shown(seen)).toContain('unallocated 897.6 MiB · subvolumes not read');
  });

  test('bytes of containers: a column where some were read, and none where none was', () => {
    const { seen, containers } = hostWithDaemon('docker-overlay2-sizes');
    expect(shown(seen)).toContain('39.5 KiB written');
    oneOf(containers.filter(({ names }) => names[0] === 'runs')).writableBytes = null;
    expect(shown(seen)).toMatch(/● runs +running +not read +silt-lab/);
    expect(shown(seen)).toMatch(/○ stopped +created +0 B written +silt-lab/);
    for (const container of containers) container.writableBytes = null;
    expect(shown(seen)).toMatch(/● runs +running +silt-lab/);
  });
});

describe('devices', () => {
  test('one that stands on two others is shown once, and named on the other', () => {
    const md = { level: 'raid1', state: 'clean', degradedDevices: 1, raidDevices: 2 };
    const devices = [
      disk('sda', { holders: ['md0'], rotational: true, model: 'WDC WD20EFRX' }),
      disk('sdb', { holders: ['md0'] }),
      disk('md0', { kind: 'md', below: ['sda', 'sdb'], md }),
    ];
    const seen = bareHost({ snapshot: withStore('/dev/md0'), inventory: { devices, docker: NONE } });
    expect(linesOf(seen).slice(3, 8)).toEqual([
      'sda  1.00 GiB  hard disk  WDC WD20EFRX',
      '└─ md0  1.00 GiB  raid1  clean  lacks 1 of 2',
      '   └─ ext4 /srv  █████░░░░░   50 %  512.0 MiB of 1.00 GiB',
      'sdb  1.00 GiB  disk',
      '└─ see md0',
    ]);
    expect(shown(seen)).toContain('! raid1 array md0 lacks 1 of 2 devices.');
  });

  test('a btrfs on two is shown once, with what it lacks', () => {
    const error = { write: 0, read: 0, flush: 0, corruption: 0, generation: 0 };
    const device = { sizeBytes: GIB, errors: error };
    const btrfs = {
      ...{ label: '', profiles: { data: ['raid1'], metadata: ['raid1'], system: ['raid1'] } },
      devices: [
        { id: 1, path: '/dev/sda', missing: false, ...device },
        { id: 2, path: '/dev/sdb', missing: false, ...device },
        { id: 3, path: null, missing: true, ...device },
      ],
    };
    const snapshot = withStore('/dev/sda', { kind: 'btrfs', fileSystemType: 'btrfs', btrfs });
    snapshot.layout.entries.push({ storeKey: 'mount:/srv', series: 'deviceErrors' });
    snapshot.readings.push(7);
    const seen = bareHost({ snapshot, inventory: { devices: [disk('sda'), disk('sdb')], docker: NONE } });
    expect(linesOf(seen).slice(3, 10)).toEqual([
      'sda  1.00 GiB  disk',
      '└─ btrfs /srv  █████░░░░░   50 %  512.0 MiB of 1.00 GiB',
      '     device 3 is missing',
      '     7 device errors',
      '     unallocated not read · subvolumes not read',
      'sdb  1.00 GiB  disk',
      '└─ see btrfs /srv',
    ]);
    expect(linesOf(seen).slice(-2)).toEqual([
      '! btrfs /srv misses device 3.',
      '! btrfs /srv has counted 7 errors of its devices.',
    ]);
  });

  test('those with nothing on them are named in one place, and empty drives are not', () => {
    const devices = [
      disk('sda'),
      disk('sr0', { sizeBytes: 0 }),
      disk('sdb', { sizeBytes: null }),
      disk('sda1', { kind: 'partition', below: ['sda'] }),
    ];
    expect(linesOf(bareHost({ inventory: { devices, docker: NONE } })).slice(3, 5)).toEqual([
      'disks without anything on them that was read',
      '  sda (1.00 GiB) · sdb',
    ]);
  });

  test('in a circle end', () => {
    const devices = [
      disk('dm-0', { kind: 'dm', holders: ['dm-1'], dm: { name: 'first', uuid: 'CRYPT-LUKS2', suspended: true } }),
      disk('dm-1', { kind: 'dm', below: ['dm-0'], holders: ['dm-0'] }),
    ];
    const seen = bareHost({ snapshot: withStore('/dev/mapper/first'), inventory: { devices, docker: NONE } });
    expect(linesOf(seen).slice(3, 5)).toEqual([
      'first  1.00 GiB  encrypted  suspended',
      '└─ ext4 /srv  █████░░░░░   50 %  512.0 MiB of 1.00 GiB',
    ]);
  });
});

describe('containers', () => {
  test('running ones first, then by bytes falling, then by name; too many are counted', () => {
    const { seen, daemon, containers } = hostWithDaemon('docker-overlay2-sizes');
    const [first, second, third] = containers;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three are captured');
    const make = (name: string, state: string, writableBytes: number | null): DockerContainer => ({
      ...{ ...second, id: name, names: [name], state, writableBytes },
    });
    const nested = oneOf(containers.filter(({ names }) => names[0] === 'dind'));
    daemon.containers = [
      ...Array.from({ length: 140 }, (_, place) => make(`idle-${place}`, 'exited', place)),
      ...[
        make('b', 'running', 5),
        make('a', 'running', 5),
        make('big', 'exited', GIB),
        make('unread', 'running', null),
      ],
      // Never left out: a daemon runs in it.
      { ...nested, state: 'exited', writableBytes: 0 },
    ];
    const names = [...shown(seen).matchAll(/[├└]─ [●○] (\S+)/g)].map(([, name]) => name);
    expect(names).toEqual([
      'a',
      'b',
      'unread',
      'big',
      ...Array.from({ length: 8 }, (_, place) => `idle-${139 - place}`),
      'dind',
      'inner',
    ]);
    expect(shown(seen)).toContain('├─ and 132 more containers');
  });

  test('of a pod are named as the pod does', () => {
    const { seen, containers } = hostWithDaemon('docker-overlay2-sizes');
    const runs = oneOf(containers.filter(({ names }) => names[0] === 'runs'));
    Object.assign(runs, { composeProject: null, names: ['k8s_coredns_coredns-5d78_kube-system_0'] });
    Object.assign(runs, { podName: 'coredns-5d78', podNamespace: 'kube-system', podContainer: 'coredns' });
    expect(shown(seen)).toMatch(/● coredns +running .* pod kube-system\/coredns-5d78\n/);
  });

  test('whose image lost its tag show the beginning of its id', () => {
    const { seen, containers } = hostWithDaemon('docker-overlay2-sizes');
    for (const container of containers) container.image = `sha256:${'c'.repeat(64)}`;
    expect(shown(seen)).toMatch(/written +cccccccccccc +compose/);
  });

  test('on devicemapper have the fill of their own file system', () => {
    const { seen } = hostWithDaemon('docker-overlay2-sizes');
    const mountId = seen.inventory.dataRoots[0]?.layers.mounts?.[0]?.mountId ?? '';
    seen.inventory.layerSpaces = [
      {
        ...{ mountId, mountPoint: '/mnt', device: '253:5', usedBytes: 96 * MIB, capacityBytes: 100 * MIB },
        inodes: { used: 1, capacity: 4 },
      },
    ];
    expect(shown(seen)).toMatch(/its file system +█{10} +96 % +96\.0 MiB of 100\.0 MiB {2}inodes 25 %/);
  });
});

describe('daemons', () => {
  test('of Docker in containerd’s image store tell its snapshots', () => {
    const { seen } = hostWithDaemon('docker-overlay2-sizes');
    const root = oneOf(seen.inventory.containerdRoots);
    root.snapshotters = [{ name: 'overlayfs', snapshotCount: 1_330, otherCount: 0, hasMetadataDb: true }];
    expect(shown(seen)).toContain('in containerd snapshots: 1,330 of overlayfs');
  });

  test('a containerd without Docker stands on its store, with its snapshots', () => {
    const seen = labHost('docker-overlay2-sizes');
    const { docker, containerdRoots } = seen.inventory;
    const own = oneOf(docker?.containerds) as Containerd;
    seen.inventory.docker = { daemons: [], containerds: [{ ...own, daemonKey: null, root: '/var/lib/containerd' }] };
    const pattern = (words: string) =>
      new RegExp(`└─ containerd {2}in /var/lib/containerd {2}process \\d+\n +${words}\n`);
    expect(shown(seen)).toMatch(pattern('no snapshots'));
    const root = oneOf(containerdRoots);
    root.snapshotters = [
      { name: 'overlayfs', snapshotCount: 133, otherCount: 0, hasMetadataDb: true },
      { name: 'native', snapshotCount: 2, otherCount: 0, hasMetadataDb: true },
    ];
    expect(shown(seen)).toMatch(pattern('snapshots: 133 of overlayfs, 2 of native'));
    root.snapshotters = [{ name: 'overlayfs', snapshotCount: null, otherCount: null, hasMetadataDb: true }];
    expect(shown(seen)).toMatch(pattern('snapshots not read'));
  });

  test('a nested one whose container is unknown stands on its store', () => {
    const { seen, daemon } = hostWithDaemon('docker-overlay2-sizes');
    daemon.containers = null;
    expect(shown(seen)).toMatch(
      /├?└?─ Docker \S+ {2}overlay2 {2}in \/var\/lib\/docker {2}process \d+ {2}in container [0-9a-f]{12}\n/,
    );
  });

  test('a containerd without Docker in a container stands beneath it', () => {
    const { seen } = hostWithDaemon('docker-overlay2-sizes');
    for (const containerd of seen.inventory.docker?.containerds ?? []) containerd.daemonKey = null;
    expect(shown(seen)).toMatch(/│ {2}└─ containerd {2}in \/var\/lib\/docker\/containerd\/daemon {2}process \d+\n/);
    expect(shown(seen)).toMatch(/\n {9}└─ containerd {2}in \/tmp\/\S+ {2}process \d+\n/);
  });

  test('layers that no record names stand out', () => {
    const { seen } = hostWithDaemon('docker-overlay2-sizes');
    const layers = oneOf(seen.inventory.dataRoots).layers;
    if (layers.entryCounts !== null) layers.entryCounts['candidate-orphan'] = 594;
    expect(shown(seen)).toContain('layers: 1 of images, 3 of containers, 3 init, 594 that no record names');
    layers.entryCounts = null;
    expect(shown(seen)).toContain('layers not read');
  });
});

test('inodes that run out have a bar of their own', () => {
  const snapshot = withStore('/dev/sda');
  snapshot.layout.entries.push(
    { storeKey: 'mount:/srv', series: 'usedInodes' },
    { storeKey: 'mount:/srv', series: 'capacityInodes' },
  );
  const at = (used: number) =>
    linesOf(bareHost({ snapshot: { ...snapshot, readings: [...snapshot.readings, used, 100] } }));
  expect(at(12).slice(3, 4)).toEqual(['ext4 /srv  █████░░░░░   50 %  512.0 MiB of 1.00 GiB  inodes 12 %']);
  expect(at(99).slice(3, 5)).toEqual([
    'ext4 /srv  █████░░░░░   50 %  512.0 MiB of 1.00 GiB',
    '  inodes   ██████████   99 %         99 of 100',
  ]);
});
