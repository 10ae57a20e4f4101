import { symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { confirmOrphans, devicemapperMap, type LayerStore, unrecordedBuildkitEntries } from '@silt/domain';
import { afterEach, describe, expect, test } from 'vitest';
import { fixture } from './fixture.ts';
import { FakeDataRoot, FakeDataRoots, layoutOf, subvolumesBelow } from './layers-capture.ts';

const roots = new FakeDataRoots();
afterEach(() => roots.removeAll());

const ORPHAN = 'd452e1237fd45791579ec35d18832be8e095222d4f6e0b0faf2a76ddbe3db8a6';
const NO_CLASSES = {
  ...{ layer: 0, container: 0, init: 0, base: 0, buildkit: 0 },
  ...{ 'candidate-orphan': 0, 'import-in-flight': 0, unclear: 0, unknown: 0 },
};

describe('captures of hosts in order', () => {
  test.each([
    ['btrfs-1-normal', { layer: 3, container: 4, init: 4 }],
    ['btrfs-2-dind-running', { layer: 4, container: 5, init: 5 }],
    ['btrfs-3-dind-removed', { layer: 4, container: 4, init: 4 }],
    ['btrfs-4-volume-rm-failed', { layer: 4, container: 4, init: 4 }],
    ['overlay2-1-normal', { layer: 3, container: 4, init: 4 }],
  ])('%s: every entry has its record, no orphan, no zombie, nothing dangles', async (name, counts) => {
    const store = await roots.of(name).store();
    expect(store.entryCounts).toEqual({ ...NO_CLASSES, ...counts });
    expect(store).toMatchObject({ hasAllRecords: true, zombies: [], dangling: [], writeSets: [] });
  });

  test('a layer has its cache id, parent, diff and size; a base layer no parent', async () => {
    const { layers } = await roots.of('btrfs-1-normal').store();
    expect(layers).toEqual([
      {
        chainId: '94bd7bcbe355fefa457373f42e5db6b737d9c2ab50b424e69d9702b79aefd7ea',
        cacheId: '852eedf15217710bf37f5a8a295024b3284fbf0abfc13939f1b8328eb8a5d398',
        parentChainId: 'eb579380896bdf810a3f10f039b0590f270d354f196f6825e211bdf3edd90003',
        diffId: '69b85acfb834544250815eac567fdf83674326e511e61c5369f1ee5cfc134e24',
        sizeBytes: 5_242_880,
        isBeingRemoved: false,
      },
      expect.objectContaining({
        parentChainId: '94bd7bcbe355fefa457373f42e5db6b737d9c2ab50b424e69d9702b79aefd7ea',
        sizeBytes: 7_340_032,
      }),
      expect.objectContaining({ parentChainId: 'none', sizeBytes: 1_982_296 }),
    ]);
  });

  test('a container has its mount id, init id and layer, and its entries name it', async () => {
    const store = await roots.of('btrfs-1-normal').store();
    const containerId = 'c21d87e49acabb6e7762638dfd63d8f3a36cb5d615f331a1fb2ec8fd957b906e';
    const mountId = '6d78a0c003322801772c68bcdb56caa35deac58171279bf7c764d58cc915b1a8';
    expect(store.mounts?.find((mount) => mount.containerId === containerId)).toEqual({
      ...{ containerId, mountId, initId: `${mountId}-init`, recordedAt: expect.stringMatching(/Z$/) },
      parentChainId: 'b189eb1a47d3ade80722f2bf6f2df98f2510c56075f3bfe22737dc79cdd16a60',
    });
    const own = store.entries?.filter(({ ownerId }) => ownerId === containerId);
    expect(own?.map((entry) => [entry.name, entry.class])).toEqual([
      [mountId, 'container'],
      [`${mountId}-init`, 'init'],
    ]);
  });

  test('an entry of btrfs has its time and is a subvolume', async () => {
    const { entries } = await roots.of('btrfs-1-normal').store();
    expect(entries?.[0]).toEqual({
      ...{ name: '37a91fede96bdc3fa135a6fea53697f0d2cd4835e607ccc87d088d3f515ba2ed', class: 'container' },
      ownerId: 'b3a8e6c903016e52d3ed61edf82a493f1c3140eec86f391cf7ed0200b2956036',
      ...{ modifiedAt: '2026-11-21T03:07:41.297Z', isSubvolume: true, overlay: null, device: null },
    });
    expect(entries?.every(({ isSubvolume }) => isSubvolume)).toBe(true);
  });

  test('an entry of overlay2 has its parts and is no subvolume; its links are no entry', async () => {
    const { entries } = await roots.of('overlay2-1-normal').store();
    expect(entries).toHaveLength(11);
    expect(entries?.[0]).toMatchObject({ isSubvolume: null, overlay: { hasLink: true, hasDiff: true } });
  });
});

describe('the capture of overlay2 with the name of another driver', () => {
  test.each([
    ['fuse-overlayfs', { hasLink: true, hasDiff: true }, { ...NO_CLASSES, layer: 3, container: 4, init: 4 }],
    // Its folder has no links beside the layers.
    ['vfs', null, { ...NO_CLASSES, layer: 3, container: 4, init: 4, unknown: 1 }],
  ])('%s: every entry has its record', async (driver, overlay, counts) => {
    const store = await roots.of('overlay2-1-normal', driver).store();
    expect(store).toMatchObject({ driver, entryCounts: counts, hasAllRecords: true, dangling: [] });
    expect(store.entries?.[0]).toMatchObject({ class: 'container', isSubvolume: null, overlay, device: null });
  });

  test('a layer of overlay2 that has lost its files is seen', async () => {
    const root = roots.of('overlay2-1-normal');
    const name = (await root.store()).entries?.[0]?.name;
    root.remove(`overlay2/${name}/diff`);
    expect((await root.store()).entries?.[0]).toMatchObject({ name, overlay: { hasLink: true, hasDiff: false } });
  });
});

describe('what a kill left behind', () => {
  test('the subvolume of a killed import: no record names it, and its write-set says why', async () => {
    const store = await roots.of('btrfs-5-orphan-after-kill').store();
    expect(store.entryCounts).toEqual({ ...NO_CLASSES, layer: 1, init: 11, 'import-in-flight': 1 });
    expect(store.entries?.filter(({ ownerId }) => ownerId === null)).toEqual([
      expect.objectContaining({ name: ORPHAN, isSubvolume: true, modifiedAt: '2026-11-21T03:12:46.835Z' }),
    ]);
    expect(store.writeSets).toEqual([expect.objectContaining({ name: 'write-set-1509693670', cacheId: null })]);
  });

  test('twelve records whose containers are gone, eleven of which still hold a subvolume', async () => {
    const { zombies, dangling } = await roots.of('btrfs-5-orphan-after-kill').store();
    expect(zombies).toHaveLength(12);
    const held = (zombies ?? []).flatMap(({ holds }) => holds);
    expect(held).toHaveLength(11);
    expect(held.every((name) => name.endsWith('-init'))).toBe(true);
    expect(dangling?.map(({ kind }) => kind).sort()).toEqual([...Array(12).fill('container'), 'init']);
    expect(dangling?.every(({ isOfZombie }) => isOfZombie)).toBe(true);
  });

  test('the same orphan is still there in the next capture, beside layers of BuildKit that are none', async () => {
    const store = await roots.of('btrfs-6-buildkit').store();
    expect(store.entryCounts).toEqual({ ...NO_CLASSES, layer: 4, init: 11, buildkit: 3, 'import-in-flight': 1 });
    const ids: { ID: string }[] = JSON.parse(fixture('layers/btrfs-6-system-df.json')).BuildCache;
    const recorded = new Set(ids.map(({ ID }) => ID));
    expect(unrecordedBuildkitEntries(store, recorded)).toEqual([]);
    expect(unrecordedBuildkitEntries(store, null)).toBeNull();
    recorded.delete('xez720sfikrvz3u9kktmov585');
    expect(unrecordedBuildkitEntries(store, recorded)?.map(({ name }) => name)).toEqual(['xez720sfikrvz3u9kktmov585']);
  });

  test('it is an orphan after a day, and only then', async () => {
    const root = roots.of('btrfs-5-orphan-after-kill');
    const earlier = { readAt: '2026-11-21T03:13:00.000Z', store: await root.store() };
    const store = await root.store();
    expect(confirmOrphans(earlier, { readAt: '2026-11-22T03:13:00.000Z', store })).toEqual({
      orphans: [
        {
          ...{ name: ORPHAN, firstSeenAt: '2026-11-21T03:13:00.000Z' },
          ...{ modifiedAt: '2026-11-21T03:12:46.835Z', isSubvolume: true },
        },
      ],
    });
    expect(confirmOrphans(earlier, { readAt: '2026-11-22T03:12:59.999Z', store })).toEqual({
      cannotTell: 'the two reads are less than 24 h apart',
    });
  });
});

describe('storage of a nested daemon in a volume', () => {
  const LEFT = '49b2f5e715d602cc5336bea175b7355b0c688d2f982daa0bc51f69967e380850';
  const HALF = '651048c646f037307e9d96c9ef5bc190652f197eef9c35b75f84e67fefa92a1e';

  const withSubvolumes = (name: string, list: string, volume: string): FakeDataRoot => {
    const root = roots.of(name);
    for (const path of subvolumesBelow(list, 'docker')) {
      if (path.startsWith(`volumes/${volume}/`)) root.putSubvolume(path);
    }
    return root;
  };

  test('of a removed container: its layers, each a nested subvolume, in an anonymous volume', async () => {
    const root = withSubvolumes('btrfs-3-dind-removed', 'btrfs-3-subvolume-list.txt', LEFT);
    for (const name of ['image', 'containers', 'containerd', 'network']) root.mkdir(`volumes/${LEFT}/_data/${name}`);
    const { leftovers } = await root.store();
    expect(leftovers).toEqual([
      {
        ...{ volume: LEFT, isAnonymous: true, driverFolders: ['btrfs'] },
        ...{ companions: ['image', 'containers', 'containerd'], entryCount: 5, isInUse: null },
        paths: expect.arrayContaining([
          'btrfs/subvolumes/034f496bfc5161d3230cdfe4f1f2844d7f1c7d6f3c15ce2898d5711e1c730a28',
        ]),
        nestedSubvolumes: expect.any(Array),
      },
    ]);
    expect(leftovers?.[0]?.nestedSubvolumes).toEqual(leftovers?.[0]?.paths);
  });

  test('of a volume whose removal broke off: the read-only subvolume that stopped it, though nothing is left beside', async () => {
    expect(fixture('layers/incident1-volume-rm.txt')).toContain(`${HALF}/_data/btrfs/ro-backup/etc: read-only`);
    const root = withSubvolumes('btrfs-4-volume-rm-failed', 'btrfs-4-subvolume-list.txt', HALF);
    const { leftovers } = await root.store();
    expect(leftovers).toEqual([
      expect.objectContaining({
        ...{ volume: HALF, companions: [], entryCount: 0, paths: [], nestedSubvolumes: ['btrfs/ro-backup'] },
      }),
    ]);
  });

  test('on overlay2: its layers, without the folder of links; the first level of it is all that is asked for', async () => {
    const root = roots.of('overlay2-1-normal');
    const data = `volumes/${layoutOf('overlay2-1-normal').volumesDir[0]}/_data`;
    for (const row of fixture('layers/overlay2-leftover-volume-tree.txt').trim().split('\n').slice(1)) {
      root.mkdir(join(data, row));
    }
    const { leftovers } = await root.store();
    expect(leftovers).toEqual([
      {
        ...{ volume: '3e7b40a9550bad6d68fd3b8b19441f98e8314b43d41f89eedd058f53e8a72285', isAnonymous: true },
        ...{ driverFolders: ['overlay2'], companions: ['image', 'containers'] },
        ...{ entryCount: 3, nestedSubvolumes: [], isInUse: null },
        paths: [
          'overlay2/5178dbdab6bdac5e1d9cc0eb823b537589f9ed46dd0140c6c151133e0c341e10',
          'overlay2/5178dbdab6bdac5e1d9cc0eb823b537589f9ed46dd0140c6c151133e0c341e10-init',
          'overlay2/8d2f45cc8acf3c9f1097058758d0537ffc567999481a5c91e2815ff4d0856a5c',
        ],
      },
    ]);
    expect(root.asked.filter((path) => path.startsWith(`${data}/`))).toEqual([]);
  });
});

describe('a folder in a volume that only has the name of a driver', () => {
  test.each([
    ['overlay2 with nothing beside it', ['overlay2/a']],
    ['btrfs without a subvolume', ['btrfs/subvolumes/a', 'btrfs/notes']],
    ['companions without a driver', ['image/overlay2', 'containers/a']],
  ])('is no leftover: %s', async (_, folders) => {
    const root = roots.of('btrfs-1-normal');
    for (const folder of folders) root.mkdir(`volumes/vol1/_data/${folder}`);
    expect((await root.store()).leftovers).toEqual([]);
  });

  test('becomes one with what comes later, a whole one of vfs too, and is none when it is gone', async () => {
    const root = roots.of('btrfs-1-normal');
    root.mkdir('volumes/vol1/_data/containers');
    expect((await root.store()).leftovers).toEqual([]);
    root.mkdir('volumes/vol1/_data/vfs/dir/a');
    expect((await root.store()).leftovers).toEqual([
      {
        ...{ volume: 'vol1', isAnonymous: false, driverFolders: ['vfs'], companions: ['containers'], entryCount: 1 },
        ...{ paths: ['vfs/dir/a'], nestedSubvolumes: [], isInUse: null },
      },
    ]);
    root.remove('volumes/vol1/_data/vfs');
    expect((await root.store()).leftovers).toEqual([]);
  });

  test.each([
    ['overlay2', ['overlay2']],
    ['btrfs/subvolumes', ['btrfs']],
    ['vfs/dir', ['vfs']],
  ])('is not looked into when it is a link that a container put there: %s', async (link, driverFolders) => {
    const root = roots.of('btrfs-1-normal');
    root.mkdir('elsewhere/secret');
    root.mkdir(`volumes/vol1/_data/image`);
    root.mkdir(`volumes/vol1/_data/${dirname(link)}`);
    symlinkSync(join(root.folder, 'elsewhere'), join(root.folder, 'volumes/vol1/_data', link));
    const { leftovers } = await root.store();
    const seen = { driverFolders, entryCount: 0, paths: [], nestedSubvolumes: [] };
    expect(leftovers).toEqual(link === 'overlay2' ? [] : [expect.objectContaining(seen)]);
  });

  test('shows the first 256 paths and counts the others', async () => {
    const root = roots.of('btrfs-1-normal');
    root.mkdir('volumes/vol1/_data/image');
    for (let place = 0; place < 300; place += 1) root.mkdir(`volumes/vol1/_data/overlay2/${place}`);
    const { leftovers } = await root.store();
    expect(leftovers?.[0]).toMatchObject({ entryCount: 300 });
    expect(leftovers?.[0]?.paths).toHaveLength(256);
  });
});

describe('the devicemapper driver', () => {
  /** The data root of the capture: its files with a text, the rest of its tree as folders. */
  const capture = (step: string): FakeDataRoot => {
    const root = roots.keep(new FakeDataRoot());
    root.driver = 'devicemapper';
    for (const file of ['layerdb.txt', 'devicemapper-metadata.txt']) {
      for (const row of fixture(`layers/devicemapper/${step}/${file}`).trim().split('\n')) {
        const [, path = '', text = ''] = /^([^:]+): ?(.*)$/.exec(row) ?? [];
        if (!path.includes('*')) root.put(path, text);
      }
    }
    for (const row of fixture(`layers/devicemapper/${step}/tree.txt`).trim().split('\n')) {
      if (!root.has(row)) root.mkdir(row);
    }
    return root;
  };

  test('every entry has its record but the base device, which is what it is', async () => {
    const root = capture('B02-three-running');
    const { value, problems } = await root.read();
    expect(value.entryCounts).toEqual({ ...NO_CLASSES, layer: 1, container: 3, init: 3, base: 1 });
    expect(value).toMatchObject({ zombies: [], dangling: [], leftovers: [] });
    expect(value.entries?.find(({ name }) => name === 'base')?.device).toEqual({
      ...{ deviceId: 1, sizeBytes: 209_715_200, transactionId: 1, isInitialized: true, isDeleted: false },
    });
    expect(problems).toEqual([]);
  });

  test('a container leads to the thin device that the device mapper has under its mount id', async () => {
    const map = devicemapperMap(await capture('B02-three-running').store());
    const table = fixture('layers/devicemapper/B02-three-running/dmsetup-table.txt');
    expect(map).toHaveLength(3);
    for (const { mountId, deviceId } of map ?? []) {
      expect(table).toContain(`-${mountId}: 0 409600 thin 254:0 ${deviceId}\n`);
    }
    expect(map?.[0]).toEqual({
      containerId: '1369e7ac3ae0a1a2444a3a0bd5a7bc1e9d0194f8e07707029131aba5a70e694c',
      mountId: 'e02105838a4ced7637bd9c82f683b6a4d5553458dfe8ff2f3662c772937c203e',
      ...{ deviceId: 8, sizeBytes: 209_715_200, transactionId: 8 },
    });
  });

  test('a device made later has a transaction id beyond its device id', async () => {
    const store = await capture('B21').store();
    expect(devicemapperMap(store)?.[2]).toMatchObject({ deviceId: 10, transactionId: 12 });
  });

  test('a record that is not there leads to no device, one not understood neither, and other drivers have no map', async () => {
    const root = capture('B21');
    root.put('devicemapper/metadata/base', '{"device_id":');
    for (let beat = 0; beat < 2; beat += 1) {
      const { value, problems } = await root.read();
      expect(value.entries?.find(({ name }) => name === 'base')?.device).toBeNull();
      expect(problems.map(({ text }) => text)).toEqual([
        `${root.folder}: devicemapper/metadata/base cannot be understood`,
      ]);
    }
    root.put('devicemapper/metadata/base', '{"device_id":1,"size":209715200,"transaction_id":1}');
    root.remove('devicemapper/metadata/8c01e077256ee41f70f315244197e9d08dd2d3fa061e1aaa35c9157eedc439c4');
    const store: LayerStore = await root.store();
    expect(devicemapperMap(store)?.[2]).toMatchObject({ deviceId: null, sizeBytes: null, transactionId: null });
    expect(store.dangling).toEqual([
      expect.objectContaining({ kind: 'container', isOfZombie: false, name: expect.stringMatching(/^8c01e077/) }),
    ]);
    expect(devicemapperMap({ ...store, driver: 'overlay2' })).toBeNull();
    expect(devicemapperMap({ ...store, entries: null })).toBeNull();
  });
});
