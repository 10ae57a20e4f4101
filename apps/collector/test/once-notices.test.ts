import type { DockerDaemon, FilePin, MountedLayer, MountLeak, Store } from '@silt/domain';
import { expect, test } from 'vitest';
import type { HostSeen } from '../src/once/host-view.ts';
import { type LabHost, labHost, shown } from './once-host.ts';

const MIB = 1024 ** 2;

/** What was noticed, a sentence each, unwrapped. */
function noticed(seen: HostSeen): string[] {
  const [, block = ''] = /\nNoticed\n([\s\S]*?)\n\n/.exec(shown(seen)) ?? [];
  return block
    .replace(/\n {2}/g, ' ')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^! /, ''));
}

function hostOf(name: LabHost) {
  const seen = labHost(name);
  const [daemon] = seen.inventory.docker?.daemons ?? [];
  const [dataRoot] = seen.inventory.dataRoots;
  const store = seen.snapshot.layout.stores.find(({ loop }) => loop !== null);
  if (daemon === undefined || dataRoot === undefined || store === undefined) throw new Error(`${name} lacks a part`);
  return { seen, daemon, dataRoot, store };
}

function put(seen: HostSeen, { key }: Store, series: string, value: number | null): void {
  const { layout, readings } = seen.snapshot;
  readings[layout.entries.findIndex((entry) => entry.storeKey === key && entry.series === series)] = value;
}

test('nothing to notice is no heading', () => {
  expect(shown(labHost('btrfs'))).not.toContain('Noticed');
});

test('a leaked mount is told with where it is and who keeps it', () => {
  const { seen } = hostOf('leaked-mount');
  expect(noticed(seen)[0]).toMatch(
    /^The layer of container leaky \(exited\) is still mounted at \/tmp\/silt-lab-\w+\/held, in a mount namespace besides the host’s, kept by sleep \(process \d+\)\. No unmount on the host reaches it\.$/,
  );
  const leak = seen.inventory.leaks?.[0] as MountLeak;
  const [place] = leak.places;
  if (place === undefined) throw new Error('one is captured');
  const owner = { unit: 'backup.service', containerId: null, podUid: null };
  const holders = [{ pid: 7, name: 'restic', owner }, ...place.holders];
  Object.assign(leak, {
    reason: 'container unknown',
    containerId: null,
    mountId: 'a'.repeat(64),
    reachedByUnmount: true,
  });
  leak.places = [{ ...place, isHost: true }];
  expect(noticed(seen)[0]).toMatch(
    /^Layer aaaaaaaaaaaa of no known container is still mounted at \S+, on the host, kept by /,
  );
  leak.places = [
    place,
    { ...place, namespace: '4', holders, holderCount: 17 },
    { ...place, namespace: '4', holders, holderCount: 17 },
  ];
  expect(noticed(seen)[0]).toMatch(
    / in 2 mount namespaces, kept by sleep \(process \d+\), restic \(process 7 of backup\.service\), sleep \(process \d+\) and 15 more\.$/,
  );
});

test('of 141 leaks, 8 are told and the others counted', () => {
  const { seen } = hostOf('leaked-mount');
  const leak = seen.inventory.leaks?.[0] as MountLeak;
  seen.inventory.leaks = Array.from({ length: 141 }, () => leak);
  expect(noticed(seen)[8]).toBe('There are 133 more layers that are still mounted.');
});

test('a pinned file is told with what it takes', () => {
  const { seen } = hostOf('leaked-mount');
  expect(noticed(seen)[1]).toMatch(
    /^The deleted file \/pinned-file still takes 4\.00 MiB of a layer that is mounted nowhere: held open by sleep \(process \d+\)\.$/,
  );
  const pins = seen.inventory.mounts?.pins as FilePin[];
  Object.assign(pins[0] as FilePin, { holderCount: 3 });
  expect(noticed(seen)[1]).toMatch(/sleep \(process \d+\) and 2 more\.$/);
});

test('a folder that two overlays write to is told', () => {
  const { seen } = hostOf('leaked-mount');
  const namespaces = seen.inventory.mounts?.namespaces ?? [];
  const layer = namespaces.flatMap(({ layerMounts }) => layerMounts ?? [])[0] as MountedLayer;
  namespaces[2]?.layerMounts?.push({ ...layer, device: '0:99' });
  expect(noticed(seen)).toContainEqual(
    expect.stringMatching(
      /^\S+…\S*\/diff takes the writes of 2 overlays at once, which can spoil it; kept by sleep \(process \d+\) and sleep \(process \d+\)\.$/,
    ),
  );
});

test('shims in another mount namespace than their daemon are counted', () => {
  const { seen } = hostOf('leaked-mount');
  const shim = { pid: 1, id: null, containerdNamespace: 'moby', mountNamespace: '2', sameAsDaemon: false };
  const daemon = seen.inventory.mounts?.daemons[0];
  daemon?.shims.push(shim, { ...shim, sameAsDaemon: null }, { ...shim, sameAsDaemon: true });
  expect(noticed(seen)).toContain(`1 shim of dockerd (process ${daemon?.pid}) is in another mount namespace than it.`);
  daemon?.shims.push(shim);
  expect(noticed(seen)).toContain(
    `2 shims of dockerd (process ${daemon?.pid}) are in another mount namespace than it.`,
  );
});

test('two daemons on one data root are named by their processes', () => {
  const pids = labHost('two-daemons').inventory.docker?.daemons.map(({ pid }) => pid) ?? [];
  expect(noticed(labHost('two-daemons'))).toEqual([
    expect.stringMatching(
      new RegExp(`^2 Docker daemons share the data root \\S+: process ${pids[0]} and process ${pids[1]}\\.$`),
    ),
  ]);
});

test('layers without a record, writable ones without a container and records without a layer are counted', () => {
  const { seen, dataRoot } = hostOf('docker-btrfs-nested');
  const { layers } = dataRoot;
  Object.assign(dataRoot, { path: '/var/lib/docker' });
  Object.assign(layers.entryCounts ?? {}, { 'candidate-orphan': 1 });
  const [mount] = layers.mounts ?? [];
  if (mount === undefined) throw new Error('some are captured');
  layers.zombies = [{ ...mount, holds: [] }];
  const record = { name: 'a', kind: 'layer', ownerId: 'b' } as const;
  layers.dangling = [
    { ...record, isOfZombie: true },
    { ...record, isOfZombie: null },
  ];
  expect(noticed(seen).slice(0, 3)).toEqual([
    '1 layer in /var/lib/docker is in no record of Docker; if the same is seen a day later, it is orphaned.',
    '1 writable layer in /var/lib/docker has lost the container.',
    '1 record in /var/lib/docker names a layer that is not there.',
  ]);
});

test('leftovers in a volume that no container uses are told with the least they hold', () => {
  const { seen, dataRoot, daemon } = hostOf('docker-btrfs-left-behind');
  Object.assign(dataRoot, { path: '/var/lib/docker' });
  const sentence = (size: string) =>
    `1 volume in /var/lib/docker that no container uses holds what a nested Docker left: 3 layers, 3 subvolumes, ${size}.`;
  // Exclusive bytes of the three: 48, 64 and 64 KiB.
  expect(noticed(seen)).toEqual([sentence('176.0 KiB at the least')]);
  const volume = daemon.volumes?.find(({ references }) => references === 0);
  if (volume === undefined) throw new Error('one is captured');
  volume.sizeBytes = 2 * MIB;
  expect(noticed(seen)).toEqual([sentence('2.00 MiB at the least')]);
  Object.assign(seen.inventory.btrfs?.[0]?.quota ?? {}, { isInconsistent: true });
  volume.sizeBytes = null;
  expect(noticed(seen)).toEqual([sentence('bytes not read')]);
  volume.references = null;
  expect(noticed(seen)).toEqual([]);
});

test('listeners that answer plainly, logs without a limit, slave mounts with live-restore and network data roots', () => {
  const { seen, daemon } = hostOf('docker-overlay2-sizes');
  const inner = seen.inventory.docker?.daemons[1] as DockerDaemon;
  Object.assign(daemon, { pid: 5, mountFlags: 'slave', liveRestore: true, dataRoot: '/data' });
  Object.assign(inner, {
    pid: 6,
    listeners: [
      { address: '::', port: 2375, isPlain: true },
      { address: '::1', port: 7946, isPlain: false },
    ],
  });
  if (daemon.dataRootMount !== null) {
    Object.assign(daemon.dataRootMount, { type: 'nfs4', source: 'filer:/export', isNetwork: true });
  }
  expect(noticed(seen)).toEqual([
    'Docker (process 5) has MountFlags=slave with live-restore: started anew, it does not see the mounts of containers that kept running.',
    'Docker (process 5) keeps its data root /data on a network file system: nfs4 of filer:/export.',
    'Docker in container dind (process 6) answers without TLS at [::]:2375.',
    '1 container of Docker in container dind (process 6) writes a json-file log without a limit of size.',
  ]);
  Object.assign(daemon, { mountFlags: 'shared' });
  expect(noticed(seen).filter((line) => line.includes('MountFlags'))).toEqual([]);
});

test('a loop file that may grow beyond the room beneath is told, and one that just fits is not', () => {
  const { seen, store } = hostOf('leaked-mount');
  const outer = seen.snapshot.layout.stores.find(({ key }) => key === store.loop?.outerStoreKey) as Store;
  // A file of 1 GiB with 24 MiB of it allocated: 1,000 MiB more.
  put(seen, store, 'backingAllocatedBytes', 24 * MIB);
  put(seen, outer, 'capacityBytes', 2_000 * MIB);
  put(seen, outer, 'usedBytes', 1_000 * MIB);
  const grown = () => noticed(seen).filter((line) => line.includes('loop file'));
  expect(grown()).toEqual([]);
  put(seen, outer, 'usedBytes', 1_500 * MIB);
  expect(grown()).toEqual([
    expect.stringMatching(
      /^ext4 \S+ counts on more than there is: its loop file \S+ may grow by 1000 MiB, and ext4 \/ has 500\.0 MiB left\.$/,
    ),
  ]);
  put(seen, outer, 'usedBytes', null);
  expect(grown()).toEqual([]);
  if (store.loop !== null) store.loop.deleted = true;
  expect(grown()).toEqual([expect.stringMatching(/^ext4 \S+ lies on a loop file that is deleted: \S+\.$/)]);
});
