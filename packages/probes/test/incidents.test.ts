import { devicemapperMap, overcommitOf, sharedDataRoots } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BTRFS_UUID } from './fake-host.ts';
import { kernel } from './faked-kernel.ts';
import { IncidentHost, type Look, only, seriesOf } from './incident-host.ts';
import * as hosts from './incident-hosts.ts';

vi.mock('node:fs/promises', async (original) => (await import('./faked-kernel.ts')).withFakedKernel(original));

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
  kernel.factsOf = (path) => host.factsOf(path);
});
afterEach(() => host.remove());

const MIB = 1024 ** 2;
const KIB = 1024;
const BTRFS = `btrfs:${BTRFS_UUID}`;
const EXT = 'mount:/srv/lab/mnt/ext';
const daemonOf = ({ inventory }: Look, pid: number) => only(inventory.docker?.daemons.filter((one) => one.pid === pid));
const rootOf = ({ inventory }: Look, path: string) => only(inventory.dataRoots.filter((one) => one.path === path));
const notOk = ({ inventory: { probes } }: Look) =>
  probes.flatMap(({ probe, status, reason }) => (status === 'ok' ? [] : [[probe, status, reason]]));

/** Captures docker-btrfs-2, 3 and 4. */
describe('1. btrfs and docker-in-docker', () => {
  const { LEFT_VOLUME, HALF_VOLUME, BTRFS_ROOT, DOCKER_ON_BTRFS } = hosts;
  const DIND = '1b09a06ac14f77d6c75eb542129e96b20795f60c1d1bf7fabb768370ba9ddb6c';
  const NESTED = 25_683;

  /** Subvolumes that the file system has in a volume, by their paths in it. */
  const subvolumesIn = ({ inventory }: Look, volume: string) => {
    const folder = `docker/volumes/${volume}/_data/`;
    const inside = only(inventory.btrfs).subvolumes?.filter(({ path }) => path.startsWith(folder)) ?? [];
    return inside.map((one) => ({ ...one, path: one.path.slice(folder.length) }));
  };

  test('running: the nested daemon, its container, the volume that it fills, and the subvolumes in there', async () => {
    await hosts.putDindStep(host, 2);
    hosts.startNestedOnBtrfs(host, NESTED, DIND);
    const look = await host.look();
    const nested = daemonOf(look, NESTED);
    expect(nested).toMatchObject({ nestedInContainerId: DIND, state: 'no socket', dataRoot: '/var/lib/docker' });
    expect(nested.dataRootMount).toMatchObject({ type: 'btrfs', mountPoint: '/var/lib/docker', source: '/dev/loop0' });
    const outer = daemonOf(look, DOCKER_ON_BTRFS);
    const container = only(outer.containers?.filter(({ id }) => id === nested.nestedInContainerId));
    expect(container).toMatchObject({ names: ['dind1'], state: 'running', details: { privileged: true } });
    expect(container.mounts).toMatchObject([{ type: 'volume', name: LEFT_VOLUME, destination: nested.dataRoot }]);
    const volume = only(outer.volumes?.filter(({ name }) => name === LEFT_VOLUME));
    expect(volume).toMatchObject({ anonymous: true, references: 1, usedBy: [DIND] });
    expect(subvolumesIn(look, LEFT_VOLUME).map(({ id }) => id)).toEqual([287, 288, 289, 290, 291]);
    // The nested daemon does not answer: of its layers none is called leaked, and the host's own are known.
    expect(look.inventory.leaks).toEqual([]);
  });

  test('its container removed: five subvolumes in a volume that nothing uses, and none that Docker knows', async () => {
    await hosts.putDindStep(host, 3);
    const look = await host.look();
    const daemon = daemonOf(look, DOCKER_ON_BTRFS);
    expect(daemon.containers?.some(({ id }) => id === DIND)).toBe(false);
    const volume = only(daemon.volumes?.filter(({ name }) => name === LEFT_VOLUME));
    expect(volume).toMatchObject({ anonymous: true, references: 0, usedBy: [], driver: 'local' });
    const { layers, daemonKeys } = rootOf(look, BTRFS_ROOT);
    expect(daemonKeys).toEqual([daemon.key]);
    const leftover = only(layers.leftovers);
    expect(leftover).toMatchObject({ volume: volume.name, driverFolders: ['btrfs'], entryCount: 5 });
    expect(leftover.companions).toEqual(['image', 'containers', 'containerd']);
    const inside = subvolumesIn(look, LEFT_VOLUME);
    expect(inside.map(({ path }) => path).sort()).toEqual(leftover.nestedSubvolumes);
    expect(inside.map(({ id, readOnly }) => [id, readOnly])).toEqual(
      [287, 288, 289, 290, 291].map((id) => [id, false]),
    );
    // By its own records the daemon is in order: these subvolumes are in none of them.
    expect(layers).toMatchObject({ hasAllRecords: true, zombies: [], dangling: [] });
    expect(layers.entryCounts).toMatchObject({ layer: 4, container: 4, init: 4, 'candidate-orphan': 0, unknown: 0 });
    expect(only(look.inventory.btrfs)).toMatchObject({ uncleaned: [{ id: 285 }, { id: 286 }], storeKey: BTRFS });
    expect(look.snapshot.layout.daemons).toMatchObject([{ key: daemon.key, storeKey: BTRFS, storageDriver: 'btrfs' }]);
    expect(look.inventory.leaks).toEqual([]);
    expect(notOk(look)).toEqual([]);
  });

  test('its volume half removed: the read-only subvolume that stopped it is all that is left', async () => {
    await hosts.putDindStep(host, 4);
    const look = await host.look();
    const daemon = daemonOf(look, DOCKER_ON_BTRFS);
    expect(daemon.volumes?.some(({ name }) => name === LEFT_VOLUME)).toBe(false);
    const volume = only(daemon.volumes?.filter(({ name }) => name === HALF_VOLUME));
    expect(volume).toMatchObject({ anonymous: true, references: 0, usedBy: [] });
    const leftover = only(rootOf(look, BTRFS_ROOT).layers.leftovers);
    expect(leftover).toMatchObject({ volume: volume.name, companions: [], entryCount: 0 });
    expect(leftover.nestedSubvolumes).toEqual(['btrfs/ro-backup']);
    expect(subvolumesIn(look, HALF_VOLUME)).toMatchObject([{ id: 297, path: 'btrfs/ro-backup', readOnly: true }]);
    expect(only(look.inventory.btrfs).uncleaned).toHaveLength(12);
    expect(notOk(look)).toEqual([]);
  });
});

/** Captures incident2-overlay-leak and incident2-mountflags-slave-live-restore. */
describe('2. leaked overlay2 mounts', () => {
  const { EXT_ROOT, DOCKER_ON_EXT, XFS_ROOT } = hosts;
  const O5 = '2ff03fe89a5ab2329652f8d9a14d6e6da98a5c8a781d3f616127a6ebead77195';

  test('the container that cannot be removed, who holds its mount, and that no unmount reaches it', async () => {
    await hosts.putOverlayLeak(host);
    const look = await host.look();
    const { leaks, mounts } = look.inventory;
    const leak = only(leaks);
    expect(leak).toMatchObject({ kind: 'overlay', containerId: O5, reason: 'container not running' });
    expect(leak.reachedByUnmount).toBe(false);
    expect(leak.places).toEqual([
      {
        ...{ namespace: '1001', isHost: null, device: '0:69', reachedByUnmount: false, holderCount: 1 },
        mountPoint: `${EXT_ROOT}/overlay2/${leak.mountId}/merged`,
        holders: [{ pid: 835, name: 'sleep', owner: { unit: null, containerId: null, podUid: null } }],
      },
    ]);
    // Docker's view of the same container, and the folder that it could not remove.
    const daemon = daemonOf(look, DOCKER_ON_EXT);
    const container = only(daemon.containers?.filter(({ id }) => id === leak.containerId));
    expect(container).toMatchObject({ names: ['o5'], state: 'removing' });
    const entry = only(rootOf(look, EXT_ROOT).layers.entries?.filter(({ name }) => name === leak.mountId));
    expect(entry).toMatchObject({ class: 'container', ownerId: O5 });
    expect(leak.upperDir).toBe(`${EXT_ROOT}/overlay2/${entry.name}/diff`);
    // Where the daemon looks, it is no longer mounted, and unmounts go on to others from there.
    const own = only(mounts?.namespaces.filter(({ inode }) => inode === daemon.mountNamespace));
    expect(own.layerMounts?.map(({ mountId }) => mountId)).not.toContain(leak.mountId);
    const below = only(mounts?.pathPropagation.filter(({ path, daemonPids }) => path === EXT_ROOT && daemonPids[0]));
    expect(below).toMatchObject({ daemonPids: [DOCKER_ON_EXT], propagation: { sharedGroup: 25, masterGroup: null } });
    expect(look.snapshot.layout.daemons).toMatchObject([{ storeKey: EXT, liveRestore: true }]);
    expect(notOk(look)).toEqual([]);
  });

  test('MountFlags=slave with live-restore: shims in another namespace, the container mounted for itself alone', async () => {
    await hosts.putMountFlags(host);
    const look = await host.look();
    const daemon = daemonOf(look, 3_476);
    expect(daemon).toMatchObject({
      unit: 'docker.service',
      mountFlags: 'slave',
      liveRestore: true,
      dataRoot: XFS_ROOT,
    });
    const { daemons, namespaces } = look.inventory.mounts ?? {};
    const { shims, mountNamespace } = only(daemons?.filter(({ pid }) => pid === daemon.pid));
    expect(mountNamespace).toBe(daemon.mountNamespace);
    expect(shims.map((shim) => [shim.pid, shim.mountNamespace, shim.sameAsDaemon])).toEqual([
      [3_287, '4026532333', false],
      [3_353, '4026532333', false],
    ]);
    const places = namespaces?.flatMap(({ layerMounts, holders }) =>
      (layerMounts ?? [])
        .filter(({ upperDir }) => upperDir?.startsWith(XFS_ROOT))
        .map(({ mountPoint }) => [mountPoint, holders[0]?.name]),
    );
    // Both containers were given the line of one, the only one that was captured.
    expect(places).toEqual([
      ['/', 'sleep'],
      ['/', 'sleep'],
    ]);
    // Its list of containers was not captured, so that no mount can be called a leak.
    expect(look.inventory.leaks).toBeNull();
  });
});

/** Captures incident3-two-dockerds and incident3-dind-overlay2-tcp2375. */
describe('3. Docker in a pod', () => {
  const { EXT_ROOT, DOCKER_ON_EXT, NESTED_ON_TCP, DINP } = hosts;
  beforeEach(() => hosts.putOuterDaemon(host));

  test('two daemons on one data root, told by its identity; the second never gets ready', async () => {
    hosts.startOtherDaemons(host);
    const look = await host.look();
    const daemons = look.inventory.docker?.daemons ?? [];
    expect(daemons).toHaveLength(3);
    const shared = only(sharedDataRoots(daemons));
    expect(shared.map(({ pid, state, dataRoot }) => [pid, state, dataRoot])).toEqual([
      [DOCKER_ON_EXT, 'answers', EXT_ROOT],
      [10_508, 'no socket', EXT_ROOT],
    ]);
    // What lies in it is read once, as of both.
    expect(rootOf(look, EXT_ROOT).daemonKeys).toEqual(shared.map(({ key }) => key));
    expect(look.snapshot.layout.daemons).toMatchObject([{ dataRoot: EXT_ROOT, storeKey: EXT }]);
  });

  test('a privileged container that listens on plain 2375, and the volume that its data root is', async () => {
    hosts.startNestedOnTcp(host, `9:name=systemd:/labe/${DINP}\n`);
    const look = await host.look();
    const daemon = daemonOf(look, NESTED_ON_TCP);
    // In another network namespace than ours it cannot be tried whether plain HTTP answers.
    expect(daemon.listeners).toEqual([{ address: '::', port: 2_375, isPlain: null }]);
    expect(daemon).toMatchObject({ nestedInContainerId: DINP, podUid: null, dataRoot: '/var/lib/docker' });
    const outer = daemonOf(look, DOCKER_ON_EXT);
    const container = only(outer.containers?.filter(({ id }) => id === daemon.nestedInContainerId));
    expect(container).toMatchObject({ names: ['dinp'], state: 'running', details: { privileged: true } });
    const volume = only(outer.volumes);
    expect(volume).toMatchObject({ anonymous: true, references: 1, usedBy: [DINP] });
    expect(container.mounts).toMatchObject([{ type: 'volume', name: volume.name, destination: daemon.dataRoot }]);
    // The folder is on the outer daemon's own file system.
    expect(daemon.dataRootMount).toMatchObject({ type: 'ext4', source: '/dev/loop1', device: '7:1', isNetwork: false });
    const { stores, daemons } = look.snapshot.layout;
    const store = only(stores.filter(({ key }) => key === daemons[0]?.storeKey));
    expect(store).toMatchObject({ key: EXT, device: daemon.dataRootMount?.source });
    // It has a namespace of its own, with the layer of its container in it and one of a container of its own.
    const own = only(look.inventory.mounts?.namespaces.filter(({ inode }) => inode === daemon.mountNamespace));
    expect(own.holders[0]?.owner?.containerId).toBe(DINP);
    expect(own.layerMounts?.map(({ mountPoint }) => mountPoint.slice(0, 24))).toEqual([
      '/',
      '/var/lib/docker/overlay2',
    ]);
  });

  test('in a pod: its uid (edit of the cgroup to the path that kubelet makes with the cgroupfs driver; not seen)', async () => {
    const uid = '2f6c8a3e-58d4-4b0e-9a52-0d7b3c2f1e60';
    // Kubernetes, pkg/kubelet/cm: /kubepods/<class>/pod<uid>, and the container below it.
    hosts.startNestedOnTcp(host, `9:name=systemd:/kubepods/burstable/pod${uid}/${DINP}\n`);
    const look = await host.look();
    expect(daemonOf(look, NESTED_ON_TCP)).toMatchObject({ podUid: uid, nestedInContainerId: DINP });
    const own = only(look.inventory.mounts?.namespaces.filter(({ inode }) => inode === '4026534276'));
    expect(own.holders[0]?.owner).toEqual({ unit: null, containerId: DINP, podUid: uid });
  });
});

/** Capture dm-thin-vm: three containers, and later its pool full. */
describe('4. device-mapper thin devices', () => {
  const POOL = 'docker-0:33-25-pool';
  const STORE = `thin-pool:${POOL}`;

  /** From a container to its thin device and its file system, by each record on the way. */
  function wayOf(look: Look, name: string) {
    const container = only(daemonOf(look, hosts.DOCKER_ON_DM).containers?.filter(({ names }) => names[0] === name));
    const map = devicemapperMap(rootOf(look, '/var/lib/docker').layers) ?? [];
    const { mountId, deviceId } = only(map.filter(({ containerId }) => containerId === container.id));
    const thin = only(look.inventory.thin?.devices.filter(({ docker }) => docker?.layerId === mountId));
    const space = only(look.inventory.layerSpaces?.filter((one) => one.mountId === mountId));
    expect(container.details).toMatchObject({ mountId, thinDeviceId: deviceId });
    expect([thin.deviceId, thin.poolDmName, thin.device]).toEqual([deviceId, POOL, space.device]);
    const { usedBytes, capacityBytes } = space;
    const usedPercent = Math.round((100 * (usedBytes ?? 0)) / (capacityBytes ?? 0));
    return { deviceId, device: thin.device, mappedBytes: thin.mappedBytes, usedBytes, usedPercent };
  }

  test('each container has its device in the pool, and a file system that the host does not show', async () => {
    await hosts.putThinStep(host, 'B02-three-running');
    const look = await host.look();
    const fresh = { mappedBytes: 39_808 * 512, usedBytes: 1_976 * KIB, usedPercent: 1 };
    expect(wayOf(look, 'd1')).toEqual({ deviceId: 4, device: '254:1', ...fresh });
    expect(wayOf(look, 'd2')).toEqual({ deviceId: 6, device: '254:2', ...fresh });
    expect(wayOf(look, 'd3')).toEqual({ deviceId: 8, device: '254:3', ...fresh });
    expect(look.snapshot.layout.stores.map(({ key, thinPool }) => [key, thinPool?.state])).toEqual([[STORE, 'rw']]);
    expect(seriesOf(look.snapshot, STORE)).toEqual({
      ...{ poolDataUsedBytes: 339 * 64 * KIB, poolDataCapacityBytes: 4_800 * 64 * KIB },
      ...{ poolMetadataUsedBytes: 1_671 * 4 * KIB, poolMetadataCapacityBytes: 16_384 * 4 * KIB },
      // The sparse file below: 42,064 blocks of 512 bytes; what holds it is a tmpfs, which is no store.
      ...{ backingAllocatedBytes: 42_064 * 512, backingCapacityBytes: null },
    });
    const { thin, dataRoots } = look.inventory;
    expect(thin && overcommitOf(thin, only(thin.pools))).toBe(2);
    expect(only(dataRoots).layers.entryCounts).toMatchObject({ layer: 1, container: 3, init: 3, base: 1 });
    expect(notOk(look)).toEqual([]);
  });

  test('later the pool has no block left, which no container sees in its own file system', async () => {
    await hosts.putThinStep(host, 'B15-fill');
    const look = await host.look();
    const { poolDataUsedBytes, poolDataCapacityBytes } = seriesOf(look.snapshot, STORE);
    expect([poolDataUsedBytes, poolDataCapacityBytes]).toEqual([300 * MIB, 300 * MIB]);
    // The table asks to queue, the status says that it errors: the 60 s ran out.
    expect(only(look.snapshot.layout.stores).thinPool?.state).toBe('out-of-data-space-timed-out');
    expect(['d1', 'd2', 'd3'].map((name) => wayOf(look, name).usedPercent)).toEqual([49, 96, 96]);
    // It was told that 162 MiB are written, and has blocks for 99.6.
    expect(wayOf(look, 'd3')).toMatchObject({ usedBytes: 165_818 * KIB, mappedBytes: 203_904 * 512 });
  });
});

/** Samples of btrfs-exhaustion.jsonl, and of loop-pseudo-fs: an ext4 on a sparse file that outgrew what holds it. */
describe('5. Docker gradually exhausts btrfs', () => {
  async function lookAt(sample: number): Promise<Look> {
    host.remove();
    host = new IncidentHost();
    await hosts.putExhaustionSample(host, sample);
    return host.look({ dockerSizes: true });
  }

  test('the containers are as they were, df says 22 %, and metadata has 4 MiB left', async () => {
    const looks = [await lookAt(33), await lookAt(67)];
    const sizes = looks.map((look) =>
      daemonOf(look, hosts.DOCKER_ON_BTRFS).containers?.map(({ names, writableBytes }) => [names[0], writableBytes]),
    );
    expect(sizes[0]).toEqual(sizes[1]);
    expect(sizes[1]?.slice(0, 3)).toEqual([
      ['dind1', 55_510],
      ['c4', 2_097_152],
      ['c3', 0],
    ]);
    const series = looks.map(({ snapshot }) => seriesOf(snapshot, BTRFS));
    const headroomMib = series.map(({ metadataCapacityBytes, metadataCommittedBytes }) =>
      (((metadataCapacityBytes ?? 0) - (metadataCommittedBytes ?? 0)) / MIB).toFixed(1),
    );
    expect(headroomMib).toEqual(['250.1', '4.2']);
    // As df rounds: up.
    const usedPercent = series.map(({ usedBytes, capacityBytes }) =>
      Math.ceil((100 * (usedBytes ?? 0)) / (capacityBytes ?? 0)),
    );
    expect(usedPercent).toEqual([7, 22]);
    expect(series[1]?.unallocatedBytes).toBe(1 * MIB);
    const { stores, daemons } = looks[1]?.snapshot.layout ?? { stores: [], daemons: [] };
    const store = only(stores.filter(({ key }) => key === daemons[0]?.storeKey));
    expect(store).toMatchObject({ key: BTRFS, btrfs: { profiles: { data: ['single'], metadata: ['dup'] } } });
  });

  const [INNER, OUTER] = ['mount:/srv/lab/mnt/pseudo', 'mount:/srv/lab/mnt/outer'];
  test.each([
    [0, 906, false],
    [7, 626, false],
    [8, 586, true],
    [9, 546, true],
  ])('on a sparse file, sample %d: %d MiB free within, the file cannot grow: %s', async (n, freeMib, isStuck) => {
    const { image, unbacked, outer_avail } = hosts.putLoopSample(host, n);
    const { snapshot, inventory } = await host.look();
    const [inner, outer] = [seriesOf(snapshot, INNER), seriesOf(snapshot, OUTER)];
    const freeOf = ({ usedBytes, capacityBytes }: typeof inner) => (capacityBytes ?? 0) - (usedBytes ?? 0);
    expect(Math.floor(freeOf(inner) / MIB)).toBe(freeMib);
    expect(inner.backingAllocatedBytes).toBe(image.allocated);
    expect(inner.backingCapacityBytes).toBe(Math.min(image.size, image.allocated + outer_avail));
    // Over-committed from the first sample on: what the file may yet grow by is more than what is free around it.
    expect([freeOf(outer), unbacked > freeOf(outer)]).toEqual([outer_avail, true]);
    expect(inner.backingCapacityBytes).toBeLessThan(image.size);
    expect(inner.backingAllocatedBytes === inner.backingCapacityBytes).toBe(isStuck);
    const store = only(snapshot.layout.stores.filter(({ key }) => key === INNER));
    expect(store.loop).toMatchObject({ device: 'loop4', deleted: false, outerStoreKey: OUTER });
    expect(store.loop?.backingFile).toBe(only(inventory.devices).loop?.backingFile);
  });
});
