import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collect, newCollectMemory } from '../src/collect.ts';
import { collectInventory } from '../src/collect-inventory.ts';
import { DEFAULT_ROOTS } from '../src/roots.ts';
import { describeReal, PATH } from './real-machine.ts';

const IMAGE_BYTES = 256 * 1024 ** 2;
const WRITTEN_BYTES = 32 * 1024 ** 2;

describeReal(
  'a btrfs on a loop file of this machine',
  { loopDevices: true, fileSystem: 'btrfs', programs: ['mkfs.btrfs', 'mount'] },
  () => {
    let [folder, image, mountPoint] = ['', '', ''];
    const options = { roots: DEFAULT_ROOTS, dockerSockets: [], dockerSizes: false, memory: newCollectMemory() };
    const run = (program: string, ...parameters: string[]) =>
      execFileSync(program, parameters, { env: { ...process.env, PATH } });

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'silt-btrfs-'));
      [image, mountPoint] = [join(folder, 'btrfs.img'), join(folder, 'a mount')];
      mkdirSync(mountPoint);
      writeFileSync(image, '');
      truncateSync(image, IMAGE_BYTES);
      run('mkfs.btrfs', '--quiet', '--label', 'silt test', image);
      run('mount', '-o', 'loop', image, mountPoint);
    });
    afterAll(() => {
      try {
        run('umount', mountPoint);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });

    const observe = async () => {
      const { layout, readings, probes } = await collect(options);
      const store = layout.stores.find(({ name }) => name === mountPoint);
      const own = layout.entries.flatMap(({ storeKey, series }, place) =>
        storeKey === store?.key ? [[series, readings[place] ?? null] as const] : [],
      );
      return { store, readings: Object.fromEntries(own), probes };
    };

    test('is a store with its allocation and the file beneath, and its numbers move with what is written', async () => {
      const before = await observe();
      expect(before.store).toMatchObject({
        key: expect.stringMatching(/^btrfs:[0-9a-f-]{36}$/),
        kind: 'btrfs',
        loop: { backingFile: image, deleted: false, outerStoreKey: expect.any(String) },
        btrfs: { label: 'silt test', profiles: { data: ['single'], metadata: ['dup'], system: ['dup'] } },
      });
      expect(before.readings).toMatchObject({ deviceBytes: IMAGE_BYTES, deviceErrors: 0, dataUsedBytes: 0 });
      expect(Object.values(before.readings)).not.toContain(null);
      expect(before.probes.filter(({ probe }) => probe !== 'docker').map(({ reason }) => reason)).toEqual(
        Array(5).fill(null),
      );

      writeFileSync(join(mountPoint, 'file'), Buffer.alloc(WRITTEN_BYTES, 'x'));
      run('sync', '-f', mountPoint);
      const after = await observe();
      expect(after.store?.key).toBe(before.store?.key);
      expect(after.readings.dataUsedBytes).toBe(WRITTEN_BYTES);
      expect(after.readings.backingAllocatedBytes).toBeGreaterThanOrEqual(WRITTEN_BYTES);
    });

    test('a bind mount of it is another mount point of the same store', async () => {
      const bound = join(folder, 'bound elsewhere');
      mkdirSync(bound);
      run('mount', '--bind', mountPoint, bound);
      try {
        const { store } = await observe();
        expect(store?.mountPoints.toSorted()).toEqual([mountPoint, bound].toSorted());
      } finally {
        run('umount', bound);
      }
    });
  },
);

describeReal(
  'a btrfs on two loop devices of this machine',
  { loopDevices: true, fileSystem: 'btrfs', programs: ['mkfs.btrfs', 'mount', 'losetup', 'btrfs'] },
  () => {
    let [folder, mountPoint] = ['', ''];
    const loops: string[] = [];
    const options = { roots: DEFAULT_ROOTS, dockerSockets: [], dockerSizes: false, memory: newCollectMemory() };
    const run = (program: string, ...parameters: string[]): string =>
      execFileSync(program, parameters, { env: { ...process.env, PATH }, encoding: 'utf8' }).trim();

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'silt-btrfs-two-'));
      mountPoint = join(folder, 'mount');
      mkdirSync(mountPoint);
      for (const name of ['a.img', 'b.img']) {
        writeFileSync(join(folder, name), '');
        truncateSync(join(folder, name), IMAGE_BYTES);
        loops.push(run('losetup', '--find', '--show', join(folder, name)));
      }
      run('mkfs.btrfs', '--quiet', '--data', 'raid1', '--metadata', 'raid1', ...loops);
      run('mount', loops[0] ?? '', mountPoint);
    });
    afterAll(() => {
      try {
        run('umount', mountPoint);
      } finally {
        for (const loop of loops) run('losetup', '--detach', loop);
        rmSync(folder, { recursive: true, force: true });
      }
    });

    test('has each device by its id, with path and size once the slow beat has told them', async () => {
      const devicesOf = async () => {
        const { layout } = await collect(options);
        return { layout, devices: layout.stores.find(({ name }) => name === mountPoint)?.btrfs?.devices };
      };
      const before = await devicesOf();
      expect(before.devices).toMatchObject([1, 2].map((id) => ({ id, path: null, sizeBytes: null, missing: false })));
      await collectInventory(options, before.layout);
      const { devices } = await devicesOf();
      expect(devices).toMatchObject(loops.map((path, place) => ({ id: place + 1, path, sizeBytes: IMAGE_BYTES })));
    });
  },
);
