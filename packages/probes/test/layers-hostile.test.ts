import { chmodSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { HangGuard } from '../src/hang-guard.ts';
import { Complaints } from '../src/layers/complaints.ts';
import { lstatOfHost } from '../src/layers/files.ts';
import { readLayers } from '../src/layers/read-layers.ts';
import { FakeDataRoot, FakeDataRoots, layoutOf } from './layers-capture.ts';

const roots = new FakeDataRoots();
afterEach(() => {
  vi.useRealTimers();
  roots.removeAll();
});

const CONTAINER = 'c21d87e49acabb6e7762638dfd63d8f3a36cb5d615f331a1fb2ec8fd957b906e';
const MOUNT_ID = '6d78a0c003322801772c68bcdb56caa35deac58171279bf7c764d58cc915b1a8';
const STRAY = 'a'.repeat(64);
const MOUNT = `mounts/${CONTAINER}`;
const RECORD = `image/btrfs/layerdb/${MOUNT}`;

describe('a record that cannot be understood', () => {
  test.each([
    ['NUL', `${MOUNT_ID.slice(1)}\0`],
    ['no text', ''],
    ['a path', `../../${MOUNT_ID}`],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x80])],
    ['two lines', `${MOUNT_ID}\n${MOUNT_ID}`],
  ])('may name any entry: with %s in it, no entry is taken for an orphan', async (_, text) => {
    const root = roots.of('btrfs-1-normal');
    root.putSubvolume(`btrfs/subvolumes/${STRAY}`);
    root.putRecord(`${MOUNT}/mount-id`, text);
    const { value, problems } = await root.read();
    expect(value.hasAllRecords).toBe(false);
    expect(value.mounts?.find((mount) => mount.containerId === CONTAINER)?.mountId).toBeNull();
    expect(value.entries?.filter((entry) => entry.class === 'unclear').map(({ name }) => name)).toEqual([
      MOUNT_ID,
      STRAY,
    ]);
    expect(problems).toEqual([{ status: 'failed', text: `${root.folder}: ${RECORD}/mount-id cannot be understood` }]);
  });

  test('of 100 MB is not read: a few kilobytes of it tell that it is none', async () => {
    const root = roots.of('btrfs-1-normal');
    truncateSync(join(root.folder, RECORD, 'mount-id'), 100_000_000);
    const before = process.memoryUsage().arrayBuffers;
    const { problems } = await root.read();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
    expect(problems).toEqual([
      { status: 'failed', text: `${root.folder}: ${RECORD}/mount-id: longer than 1024 bytes` },
    ]);
  });

  test('is not followed when it is a link', async () => {
    const root = roots.of('btrfs-1-normal');
    root.remove(`${RECORD}/mount-id`);
    writeFileSync(join(root.folder, 'elsewhere'), MOUNT_ID);
    symlinkSync(join(root.folder, 'elsewhere'), join(root.folder, RECORD, 'mount-id'));
    const { value, problems } = await root.read();
    expect(value.hasAllRecords).toBe(false);
    expect(problems).toEqual([{ status: 'failed', text: expect.stringContaining('ELOOP') }]);
  });

  test('many of one kind are one problem that counts them', async () => {
    const root = roots.of('btrfs-1-normal');
    for (const id of Object.keys(layoutOf('btrfs-1-normal').layerdb.mounts))
      root.putRecord(`mounts/${id}/mount-id`, '?');
    const { problems } = await root.read();
    expect(problems).toEqual([
      { status: 'failed', text: expect.stringMatching(/cannot be understood, and 3 more of this kind$/) },
    ]);
  });

  test('one without the file that names its entry is told as such', async () => {
    const root = roots.of('btrfs-1-normal');
    root.remove(`${RECORD}/mount-id`);
    const { value, problems } = await root.read();
    expect(value.hasAllRecords).toBe(false);
    expect(problems).toEqual([{ status: 'failed', text: `${root.folder}: ${RECORD} has no mount-id` }]);
  });

  test('a size, a parent or a diff of garbage is not read and takes nothing else with it', async () => {
    const root = roots.of('btrfs-1-normal');
    const chain = 'eb579380896bdf810a3f10f039b0590f270d354f196f6825e211bdf3edd90003';
    root.putRecord(`sha256/${chain}/size`, '99999999999999999');
    root.putRecord(`sha256/${chain}/diff`, 'md5:00');
    root.putRecord(`sha256/${chain}/parent`, 'sha256:');
    const { value, problems } = await root.read();
    expect(value.layers?.find(({ chainId }) => chainId === chain)).toMatchObject({
      ...{ sizeBytes: null, diffId: null, parentChainId: null },
    });
    expect(value.hasAllRecords).toBe(true);
    expect(problems).toEqual([{ status: 'failed', text: expect.stringMatching(/and 2 more of this kind$/) }]);
  });
});

describe('what changes while it is read', () => {
  test('a record that vanishes is no record, and no problem', async () => {
    const root = roots.of('btrfs-1-normal');
    root.afterAnswer = (path) => {
      if (path === RECORD) root.remove(RECORD);
    };
    const { value, problems } = await root.read();
    expect(value.mounts).toHaveLength(3);
    expect(problems).toEqual([]);
  });

  test('an entry that vanishes is no entry', async () => {
    const root = roots.of('btrfs-1-normal');
    root.putSubvolume(`btrfs/subvolumes/${STRAY}`);
    root.beforeAnswer = (path) => {
      if (path === 'btrfs/subvolumes') root.remove(`btrfs/subvolumes/${STRAY}`);
    };
    const { value, problems } = await root.read();
    expect(value.entryCounts?.['candidate-orphan']).toBe(0);
    expect(value.entries).toHaveLength(11);
    expect(problems).toEqual([]);
  });

  test('an entry that comes after the list was made does not dangle', async () => {
    const root = roots.of('btrfs-1-normal');
    root.remove(`btrfs/subvolumes/${MOUNT_ID}`);
    root.beforeAnswer = (path) => {
      if (path === 'btrfs/subvolumes') root.mkdir(`btrfs/subvolumes/${MOUNT_ID}`);
    };
    expect((await root.store()).dangling).toEqual([]);
  });

  test('a layer that the daemon has begun to remove still names its entry', async () => {
    const root = roots.of('btrfs-1-normal');
    const [chain = '', files = {}] = Object.entries(layoutOf('btrfs-1-normal').layerdb.sha256)[1] ?? [];
    root.remove(`image/btrfs/layerdb/sha256/${chain}`);
    for (const [file, text] of Object.entries(files)) {
      root.putRecord(`sha256/${chain}-${files['cache-id']}-removing/${file}`, text);
    }
    const store = await root.store();
    expect(store.layers?.filter(({ isBeingRemoved }) => isBeingRemoved).map(({ chainId }) => chainId)).toEqual([chain]);
    expect(store.entryCounts).toMatchObject({ layer: 3, 'candidate-orphan': 0 });
  });

  test('a layer pulled again between two reads has its new cache id', async () => {
    const root = roots.of('btrfs-1-normal');
    const first = await root.store();
    const chainId = first.layers?.[0]?.chainId;
    root.remove(`image/btrfs/layerdb/sha256/${chainId}`);
    root.putRecord(`sha256/${chainId}/cache-id`, STRAY);
    root.putSubvolume(`btrfs/subvolumes/${STRAY}`);
    const second = await root.store();
    expect(second.layers?.[0]).toMatchObject({ cacheId: STRAY, diffId: null });
    expect(second.entries?.find(({ name }) => name === STRAY)?.class).toBe('layer');
  });

  test('a second read of what has not changed opens no record again and tells the same', async () => {
    const root = roots.of('overlay2-1-normal');
    const first = await root.store();
    const asked = root.asked.splice(0).length;
    const path = `image/overlay2/layerdb/sha256/${first.layers?.[0]?.chainId}/cache-id`;
    // Its text in place changes nothing that a daemon changes: names and times of the folder stay.
    writeFileSync(join(root.folder, path), STRAY);
    expect(await root.store()).toEqual(first);
    expect(root.asked.length).toBeLessThan(asked);
  });
});

describe('what is not there, or not to be read', () => {
  test('no data root is one problem and nothing read', async () => {
    const root = roots.of('btrfs-1-normal');
    const { value, problems } = await root.read({ dataRoot: `${root.folder}/none`, lstat: lstatOfHost });
    expect(value).toMatchObject({ layers: null, entries: null, zombies: null, dangling: null, leftovers: null });
    expect(problems).toEqual([{ status: 'unavailable', text: `${root.folder}/none: not there` }]);
  });

  test('a driver that is not known has no layers, but its volumes are looked at', async () => {
    const root = roots.of('btrfs-1-normal');
    const { value, problems } = await root.read({ driver: 'constructor' });
    expect(value).toMatchObject({ driver: 'constructor', layers: null, entries: null, leftovers: [] });
    expect(problems).toEqual([
      { status: 'unavailable', text: `${root.folder}: layers of the storage driver "constructor" are not read` },
    ]);
  });

  test('a daemon that has made nothing yet has empty lists', async () => {
    const root = roots.keep(new FakeDataRoot());
    for (const folder of ['image/btrfs/layerdb', 'containers', 'volumes']) root.mkdir(folder);
    expect(await root.store()).toMatchObject({
      ...{ layers: [], mounts: [], writeSets: [], entries: [], zombies: [], dangling: [], leftovers: [] },
      hasAllRecords: true,
    });
  });

  test('without layerdb, entries are unclear; without containers, zombies are not told', async () => {
    const root = roots.of('btrfs-5-orphan-after-kill');
    root.remove('containers');
    const first = await root.read();
    expect(first.value).toMatchObject({ zombies: null, entryCounts: { 'import-in-flight': 1 } });
    expect(first.value.dangling?.map(({ isOfZombie }) => isOfZombie)).toEqual(Array(13).fill(null));
    expect(first.problems).toEqual([{ status: 'unavailable', text: `${root.folder}: containers: not there` }]);
    root.remove('image/btrfs/layerdb');
    const second = await root.read();
    expect(second.value).toMatchObject({ layers: null, dangling: null, entryCounts: { unclear: 13 } });
    expect(second.problems).toContainEqual({
      ...{ status: 'unavailable', text: `${root.folder}: image/btrfs/layerdb: not there` },
    });
  });

  test.skipIf(process.getuid?.() !== 0)(
    'without the right to read it, one problem names what lacks (needs root, to drop it)',
    async () => {
      const root = roots.of('btrfs-1-normal');
      chmodSync(root.folder, 0o711);
      chmodSync(join(root.folder, 'image'), 0o700);
      chmodSync(join(root.folder, 'btrfs'), 0o700);
      chmodSync(join(root.folder, 'containers'), 0o700);
      chmodSync(join(root.folder, 'volumes'), 0o701);
      process.seteuid?.(65_534);
      try {
        const { value, problems } = await root.read();
        expect(value).toMatchObject({ layers: null, entries: null, zombies: null, leftovers: null });
        expect(problems).toEqual([
          { status: 'unavailable', text: `${root.folder}: needs CAP_DAC_READ_SEARCH or root` },
        ]);
      } finally {
        process.seteuid?.(0);
      }
    },
  );

  test('a file that is not to be read for another reason is told with it, and no entry is an orphan', async () => {
    const root = roots.of('btrfs-1-normal');
    root.beforeAnswer = (path) => {
      if (path === RECORD) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
    };
    const { value, problems } = await root.read();
    expect(value.mounts).toHaveLength(3);
    expect(value).toMatchObject({ hasAllRecords: false, zombies: [], dangling: [] });
    expect(value.entryCounts).toMatchObject({ layer: 3, container: 3, init: 3, unclear: 2 });
    expect(problems).toEqual([{ status: 'failed', text: `${root.folder}: ${RECORD}: input/output error` }]);
  });

  test('a folder that cannot be listed is a problem, and what it would tell is not read', async () => {
    const root = roots.of('btrfs-1-normal');
    root.remove('containers');
    symlinkSync('containers', join(root.folder, 'containers'));
    const { value, problems } = await root.read();
    expect(value).toMatchObject({ zombies: null, hasAllRecords: true, entryCounts: { container: 4 } });
    expect(problems).toEqual([{ status: 'failed', text: expect.stringContaining('containers: ELOOP') }]);
  });

  test('an entry that is not to be read is an entry without its facts', async () => {
    const root = roots.of('btrfs-1-normal');
    root.beforeAnswer = (path) => {
      if (path === `btrfs/subvolumes/${MOUNT_ID}`) throw Object.assign(new Error('EIO'), { code: 'EIO' });
    };
    const { value, problems } = await root.read();
    expect(value.entries).toHaveLength(11);
    expect(value.entries?.find(({ name }) => name === MOUNT_ID)).toMatchObject({
      ...{ class: 'container', ownerId: CONTAINER, modifiedAt: null, isSubvolume: null },
    });
    expect(problems).toEqual([
      { status: 'failed', text: `${root.folder}: btrfs/subvolumes/${MOUNT_ID}: input/output error` },
    ]);
  });

  test('a data root seen through a process needs the right to enter that, too', () => {
    const textOf = (root: string): string | undefined => {
      const complaints = new Complaints(root);
      complaints.addError('image', Object.assign(new Error('EACCES'), { code: 'EACCES' }));
      return complaints.toProblems()[0]?.text;
    };
    expect(textOf('/proc/812/root/var/lib/docker')).toMatch(/: needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, or root$/);
    expect(textOf('/host/var/lib/docker')).toBe('/host/var/lib/docker: needs CAP_DAC_READ_SEARCH or root');
  });
});

describe('what does not answer', () => {
  const never = () => new Promise<void>(() => {});

  test('a data root that hangs ends the read after its deadline, and is not asked again while it does', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const root = roots.of('btrfs-1-normal');
    root.beforeAnswer = (path) => (path === 'btrfs/subvolumes' ? never() : undefined);
    const reading = root.read();
    await vi.waitFor(() => expect(root.asked).toContain('btrfs/subvolumes'));
    await vi.advanceTimersByTimeAsync(5_000);
    const { value, problems } = await reading;
    expect(value).toMatchObject({ entries: null, dangling: null, leftovers: null });
    expect(value.layers).toHaveLength(3);
    expect(problems).toEqual([{ status: 'failed', text: `${root.folder}: btrfs/subvolumes: no answer within 5 s` }]);
    const again = await root.read();
    expect(again.problems).toEqual([
      { status: 'failed', text: `${root.folder}: btrfs/subvolumes: an earlier call still hangs` },
    ]);
  });

  test('a record that hangs leaves its kind of record unread, and no entry is taken for an orphan', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const root = roots.of('btrfs-1-normal');
    root.beforeAnswer = (path) => (path === RECORD ? never() : undefined);
    const reading = root.read();
    await vi.waitFor(() => expect(root.asked).toContain(RECORD));
    await vi.advanceTimersByTimeAsync(5_000);
    const { value, problems } = await reading;
    expect(value).toMatchObject({ mounts: null, hasAllRecords: false, entries: null, dangling: null });
    expect(value.layers).toHaveLength(3);
    expect(problems).toEqual([
      { status: 'failed', text: `${root.folder}: image/btrfs/layerdb/mounts: no answer within 5 s` },
    ]);
  });

  test('a volume of another machine that hangs takes no other kind of volume with it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const root = roots.of('btrfs-1-normal');
    const [plain = '', dead = '', , , vol = ''] = layoutOf('btrfs-1-normal').volumesDir;
    for (const name of [dead, vol]) root.put(`volumes/${name}/opts.json`, '{"MountType":"nfs"}');
    root.mkdir(`volumes/${plain}/_data/overlay2/${STRAY}`);
    root.mkdir(`volumes/${plain}/_data/image`);
    root.beforeAnswer = (path) => (path === `volumes/${dead}/_data` ? never() : undefined);
    const reading = root.read();
    await vi.waitFor(() => expect(root.asked).toContain(`volumes/${dead}/_data`));
    await vi.advanceTimersByTimeAsync(5_000);
    const { value, problems } = await reading;
    expect(value.leftovers?.map(({ volume }) => volume)).toEqual([plain]);
    expect(problems).toEqual([
      {
        status: 'failed',
        text: `${root.folder}: volumes/${dead}: no answer within 5 s, and 1 more of this kind`,
      },
    ]);
  });

  test('a volume that lets nobody in is told by its name', async () => {
    const root = roots.of('btrfs-1-normal');
    root.put('volumes/vol1/opts.json', '{}');
    root.beforeAnswer = (path) => {
      if (path === 'volumes/vol1/_data') throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
    };
    const { value, problems } = await root.read();
    expect(value.leftovers).toEqual([]);
    expect(problems).toEqual([{ status: 'unavailable', text: `${root.folder}: volumes/vol1: permission denied` }]);
  });
});

test('without a stat of its own, the reader asks the file system', async () => {
  const root = roots.of('overlay2-1-normal');
  const { guard, memory, folder: dataRoot, driver } = root;
  const { value, problems } = await readLayers({ guard, memory, dataRoot, driver });
  expect(problems).toEqual([]);
  expect(value.entries).toHaveLength(11);
});

test('of more data roots than a host has, the one not read for longest is forgotten', async () => {
  const root = roots.of('overlay2-1-normal');
  for (let place = 0; place < 40; place += 1) {
    await readLayers({ guard: new HangGuard(), memory: root.memory, dataRoot: root.folder, driver: `none${place}` });
  }
  expect(root.memory.size).toBe(32);
});
