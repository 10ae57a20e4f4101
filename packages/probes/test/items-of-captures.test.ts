import {
  diffRuns,
  type Inventory,
  type Item,
  type ItemRun,
  itemRunOf,
  type StoreSum,
  storeSumsOf,
  type ThinInventory,
} from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BTRFS_UUID } from './fake-host.ts';
import { kernel } from './faked-kernel.ts';
import { IncidentHost, only } from './incident-host.ts';
import * as hosts from './incident-hosts.ts';
import { lvmHost } from './thin-pool-host.ts';

vi.mock('node:fs/promises', async (original) => (await import('./faked-kernel.ts')).withFakedKernel(original));

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
  kernel.factsOf = (path) => host.factsOf(path);
});
afterEach(() => host.remove());

async function readItems(options: { dockerSizes?: boolean } = {}): Promise<{ run: ItemRun; sums: StoreSum[] }> {
  const { inventory, snapshot } = await host.look(options);
  const run = itemRunOf(inventory, snapshot);
  const scopes = new Set(run.scopes.map(({ name }) => name));
  expect(run.items.filter(({ scope }) => !scopes.has(scope))).toEqual([]);
  expect(new Set(run.items.map(({ key }) => key)).size).toBe(run.items.length);
  return { run, sums: storeSumsOf(run, snapshot) };
}

const ofKind = ({ items }: ItemRun, kind: Item['kind']): Item[] => items.filter((one) => one.kind === kind);
const named = (run: ItemRun, kind: Item['kind'], name: string): Item =>
  only(ofKind(run, kind).filter((one) => one.name === name));
const notComplete = ({ scopes }: ItemRun, probe: string): string[] =>
  scopes.flatMap(({ name, status }) => (status !== 'complete' && name.startsWith(probe) ? [`${name}: ${status}`] : []));

const BTRFS = `btrfs:${BTRFS_UUID}`;
const DIND = '1b09a06ac14f77d6c75eb542129e96b20795f60c1d1bf7fabb768370ba9ddb6c';
const OUTER = 'docker:/srv/lab/run/b/docker.sock';

describe('btrfs and docker-in-docker', () => {
  test('two reads of one host are equal', async () => {
    await hosts.putDindStep(host, 2);
    hosts.startNestedOnBtrfs(host, 25_683, DIND);
    const [first, second] = [await readItems(), await readItems()];
    expect(diffRuns(first.run, second.run)).toEqual({ changed: [], removed: [] });
  });

  test('from the volume to its container, from the nested daemon to the container that it runs in', async () => {
    await hosts.putDindStep(host, 2);
    hosts.startNestedOnBtrfs(host, 25_683, DIND);
    const { run } = await readItems({ dockerSizes: true });
    const container = named(run, 'container', 'dind1');
    expect(container).toMatchObject({ storeKey: BTRFS, parentKey: `daemon:${OUTER}`, state: 'running', counted: true });
    expect(container).toMatchObject({ sizeBytes: 55_510, leastBytes: 55_510, mostBytes: 55_510 });
    const volume = named(run, 'volume', hosts.LEFT_VOLUME);
    expect(volume).toMatchObject({ ownerKey: container.key, state: 'in use', attributes: { anonymous: true } });
    const nested = only(ofKind(run, 'daemon').filter(({ parentKey }) => parentKey === container.key));
    expect(nested).toMatchObject({ state: 'no socket', attributes: { nestedInContainerId: DIND } });
    const leftover = named(run, 'leftover', hosts.LEFT_VOLUME);
    // Of five subvolumes, and without quota groups nobody knows how much they hold.
    expect(leftover).toMatchObject({ parentKey: volume.key, state: 'in use', attributes: { subvolumes: 5 } });
    expect(leftover).toMatchObject({ counted: true, sizeBytes: null, leastBytes: null, mostBytes: null });
    // What Docker tells of the volume has their files.
    expect(volume).toMatchObject({ counted: true, leastBytes: 33_771_415, mostBytes: 33_771_415 });
  });

  test('what subvolumes in a volume hold is counted with them, not once more with the volume', async () => {
    await hosts.putDindStep(host, 2);
    const { inventory, snapshot } = await host.look({ dockerSizes: true });
    const system = only(inventory.btrfs ?? []);
    // The capture had no quota groups: 4 MB each, 6 MB with what they share.
    const counted = {
      quota: { mode: 'qgroup', isInconsistent: false } as const,
      subvolumes:
        system.subvolumes?.map((one) => ({
          ...one,
          parentUuid: null,
          referencedBytes: 6_000_000,
          exclusiveBytes: 4_000_000,
        })) ?? null,
    };
    const run = itemRunOf({ ...inventory, btrfs: [{ ...system, ...counted }] }, snapshot);
    expect(named(run, 'leftover', hosts.LEFT_VOLUME)).toMatchObject({ leastBytes: 20_000_000, mostBytes: 30_000_000 });
    expect(named(run, 'volume', hosts.LEFT_VOLUME)).toMatchObject({ leastBytes: 3_771_415, mostBytes: 13_771_415 });
  });

  test('subvolumes of layers and of leftovers are told by these, not once more', async () => {
    await hosts.putDindStep(host, 2);
    expect(ofKind((await readItems()).run, 'subvolume')).toEqual([]);
  });

  test('images with and without a walk of the daemon: their own bytes, or anything up to all of them', async () => {
    await hosts.putDindStep(host, 2);
    const before = named((await readItems()).run, 'image', 'app:1');
    expect(before).toMatchObject({ sizeBytes: 14_565_208, leastBytes: 0, mostBytes: 14_565_208 });
    const { run } = await readItems({ dockerSizes: true });
    const after = named(run, 'image', 'app:1');
    expect(after.leastBytes).toBe(after.mostBytes);
    expect(after.mostBytes).toBeLessThan(14_565_208);
    // Of the same base: each image's own, and what they share once, are all of the layers on disk.
    const layers = only(ofKind(run, 'image-layers'));
    expect(layers.leastBytes).toBe(layers.mostBytes);
  });

  test('the container is gone, and what its daemon could not be asked for is not', async () => {
    await hosts.putDindStep(host, 2);
    hosts.startNestedOnBtrfs(host, 25_683, DIND);
    const { run: before } = await readItems();
    expect(notComplete(before, 'docker containers')).toEqual([
      `docker containers docker:${DIND}:/var/run/docker.sock: not-read`,
    ]);
    host.remove();
    host = new IncidentHost();
    await hosts.putDindStep(host, 4);
    const { run: after } = await readItems();
    const { removed } = diffRuns(before, after);
    expect(removed).toContain(`container:${DIND}`);
    expect(removed).toContain(`volume:${OUTER}:${hosts.LEFT_VOLUME}`);
    // The build cache was asked for at neither.
    expect(removed.filter((key) => key.startsWith('build-cache:'))).toEqual([]);
  });
});

describe('gradual exhaustion', () => {
  test('items add up, and what none explains is not known while the data root was not read', async () => {
    await hosts.putExhaustionSample(host, 67);
    const { run, sums } = await readItems({ dockerSizes: true });
    const sum = only(sums.filter(({ storeKey }) => storeKey === BTRFS));
    const counted = run.items.filter((one) => one.counted && one.storeKey === BTRFS);
    expect(sum.itemsBytes).toBe(counted.reduce((bytes, { leastBytes }) => bytes + (leastBytes ?? 0), 0));
    expect(sum.itemsBytes).toBeGreaterThan(200_000_000);
    expect(sum.unattributedBytes).toBe(null);
    expect(notComplete(run, 'layers entries')).toEqual([`layers entries ${OUTER}: not-read`]);
  });
});

test('a leaked mount is an item with its container and who holds it; other mounts are none', async () => {
  await hosts.putOverlayLeak(host);
  const { run } = await readItems();
  const o5 = named(run, 'container', 'o5');
  expect(only(ofKind(run, 'mount'))).toMatchObject({
    ...{ ownerKey: o5.key, state: 'container not running', counted: false, storeKey: null },
    attributes: { kind: 'overlay', reachedByUnmount: false },
  });
});

test('two daemons on one data root: what they have is there once, and not known in full while one is silent', async () => {
  await hosts.putOuterDaemon(host);
  hosts.startOtherDaemons(host);
  const { run } = await readItems();
  const shared = only(ofKind(run, 'data-root').filter(({ state }) => state === 'shared'));
  expect(shared.attributes.daemons).toBe('docker:/srv/lab/run/e/docker.sock, docker:/srv/lab/run/e2/docker.sock');
  expect(notComplete(run, 'docker containers docker:/srv/lab/run/e')).toEqual([
    'docker containers docker:/srv/lab/run/e/docker.sock: partial',
  ]);
});

describe('a daemon in a container', () => {
  const nestedRoot = (run: ItemRun): Item =>
    only(ofKind(run, 'data-root').filter(({ key }) => key.includes(hosts.DINP)));

  test('has its bytes in a volume of the outer daemon, so that they count there and not once more', async () => {
    await hosts.putOuterDaemon(host);
    hosts.startNestedOnTcp(host, `9:name=systemd:/labe/${hosts.DINP}\n`);
    const { run } = await readItems();
    expect(nestedRoot(run).attributes.isWithinOther).toBe(true);
    expect(run.items.filter((one) => one.counted && one.scope.includes(hosts.DINP))).toEqual([]);
  });

  test('in a pod no other daemon counts for it (edit of the cgroup, as in incidents.test.ts)', async () => {
    await hosts.putOuterDaemon(host);
    const uid = '0f0d8f6e-5b8e-4b1e-8d3b-3a1f6a1b2c3d';
    hosts.startNestedOnTcp(host, `9:name=systemd:/kubepods/burstable/pod${uid}/${hosts.DINP}\n`);
    expect(nestedRoot((await readItems()).run).attributes.isWithinOther).toBe(false);
  });
});

describe('device-mapper thin devices', () => {
  const POOL = 'thin-pool:docker-0:33-25-pool';

  test('a container holds up to what its device has mapped, and the device is not counted beside it', async () => {
    await hosts.putThinStep(host, 'B02-three-running');
    const { run, sums } = await readItems();
    const container = named(run, 'container', 'd1');
    const mapped = 39_808 * 512;
    expect(container).toMatchObject({ storeKey: POOL, counted: true, leastBytes: 0, mostBytes: mapped });
    const device = only(ofKind(run, 'thin-device').filter(({ ownerKey }) => ownerKey === container.key));
    expect(device).toMatchObject({ storeKey: POOL, sizeBytes: mapped, counted: false, leastBytes: null });
    expect(only(sums)).toMatchObject({ storeKey: POOL, itemsBytes: 0, itemsMostBytes: 3 * mapped });
  });

  test('the loop file that the pool lies in, by what it has allocated', async () => {
    await hosts.putThinStep(host, 'B15-fill');
    const { run } = await readItems();
    expect(only(ofKind(run, 'loop-file'))).toMatchObject({
      name: '/var/lib/docker/devicemapper/devicemapper/data',
      ...{ ownerKey: `store:${POOL}`, leastBytes: 612_328 * 512, mostBytes: 612_328 * 512 },
      // What holds it is a tmpfs, which is no store.
      storeKey: null,
    });
    expect(named(run, 'store', 'docker-0:33-25-pool').state).toBe('out-of-data-space-timed-out');
  });
});

describe('thin volumes of LVM', () => {
  /** An inventory of nothing but thin devices, with the pool as the one store. */
  async function readThins(edit: (thin: ThinInventory) => ThinInventory = (thin) => thin): Promise<ItemRun> {
    const lvm = lvmHost();
    const { value } = await lvm.inventory();
    lvm.remove();
    const report = { probe: 'thin-devices', status: 'ok', reason: null, durationMilliseconds: 1 } as const;
    const nothing = { devices: null, btrfs: null, docker: null, mounts: null, leaks: null, layerSpaces: null };
    const inventory: Inventory = {
      ...{ takenAt: '2026-11-21T00:00:00Z', ...nothing, dataRoots: [], containerdRoots: [] },
      ...{ thin: edit(value), maxUserNamespaces: null, btrfsMaintenance: null, probes: [report] },
    };
    return itemRunOf(inventory, { layout: { stores: [], daemons: [], entries: [] }, readings: [] });
  }
  const heldBy = (run: ItemRun, name: string) => {
    const { leastBytes, mostBytes, storeKey } = named(run, 'thin-device', name);
    return { leastBytes, mostBytes, storeKey };
  };
  const storeKey = 'thin-pool:docker/thinpool';
  test('one that shares with nobody holds what it has mapped', async () => {
    expect(heldBy(await readThins(), 'docker/vol3')).toEqual({
      ...{ leastBytes: 137_101_312, mostBytes: 137_101_312, storeKey },
    });
  });

  test('those with a snapshot hold up to what each has mapped, and a snapshot that is not active nobody knows', async () => {
    const run = await readThins();
    const snapshot = named(run, 'thin-device', 'docker/vol1_snap');
    expect(snapshot).toMatchObject({ counted: true, sizeBytes: null, leastBytes: null, state: 'inactive' });
    expect(snapshot.attributes).toMatchObject({ origin: 'vol1', virtualBytes: 4_294_967_296 });
    expect(heldBy(run, 'docker/vol1')).toEqual({ leastBytes: 0, mostBytes: 130_744_320, storeKey });
    expect(heldBy(run, 'docker/vol2')).toEqual({ leastBytes: 0, mostBytes: 200_015_872, storeKey });
  });

  test('without an answer of LVM nothing is exact, and what is not active may be there (one-field edit)', async () => {
    const run = await readThins((thin) => ({ ...thin, lvm: null }));
    expect(heldBy(run, 'docker/vol3')).toEqual({ leastBytes: 0, mostBytes: 137_101_312, storeKey });
    expect(notComplete(run, 'thin-devices')).toEqual([`thin-devices list ${storeKey}: partial`]);
  });
});
