import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BlockDevice } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readBlockDevices } from '../src/block/read.ts';
import { BlockHost } from './block-capture.ts';
import { fixture, sysfsCapture } from './fixture.ts';

let host: BlockHost;
beforeEach(() => {
  host = new BlockHost();
});
afterEach(() => host.remove());

async function read(): Promise<BlockDevice[]> {
  const { value, problems } = await readBlockDevices(host.roots);
  expect(problems).toEqual([]);
  return value;
}
const named = (devices: readonly BlockDevice[], name: string): BlockDevice => {
  const found = devices.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

describe('captured hosts', () => {
  test('Docker on loop files: pool, three thin devices, two loops, and who lies on whom', async () => {
    host.putCapture(fixture('thin-pool/dm-thin-vm/B02-three-running/sysfs.txt'));
    const devices = await read();
    expect(devices.map(({ name, kind, device, sizeBytes }) => [name, kind, device, sizeBytes])).toEqual([
      ['dm-0', 'dm', '254:0', 314_572_800],
      ['dm-1', 'dm', '254:1', 209_715_200],
      ['dm-2', 'dm', '254:2', 209_715_200],
      ['dm-3', 'dm', '254:3', 209_715_200],
      ['loop0', 'loop', '7:0', 314_572_800],
      ['loop1', 'loop', '7:1', 67_108_864],
    ]);
    expect(named(devices, 'dm-0')).toEqual({
      name: 'dm-0',
      kind: 'dm',
      device: '254:0',
      sizeBytes: 314_572_800,
      below: ['loop0', 'loop1'],
      holders: ['dm-1', 'dm-2', 'dm-3'],
      readOnly: false,
      rotational: null,
      removable: null,
      model: null,
      dm: { name: 'docker-0:33-25-pool', uuid: '', suspended: false },
      md: null,
      loop: null,
    } satisfies BlockDevice);
    expect(named(devices, 'loop0')).toMatchObject({
      below: [],
      holders: ['dm-0'],
      loop: {
        backingFile: '/var/lib/docker/devicemapper/devicemapper/data',
        deleted: false,
        // That capture left these files out.
        ...{ offsetBytes: null, sizeLimitBytes: null, autoclear: null, partscan: null, directIo: null },
      },
    });
  });

  test('holders are what the kernel says they are', async () => {
    const text = fixture('thin-pool/dm-thin-vm/B15-fill/sysfs.txt');
    host.putCapture(text);
    const links = (await read()).flatMap(({ name, holders, below }) => [
      ...below.map((lower) => `/sys/block/${name} -> /sys/block/${name}/slaves/${lower}`),
      ...holders.map((upper) => `/sys/block/${name} -> /sys/block/${name}/holders/${upper}`),
    ]);
    expect(links.sort()).toEqual(
      text
        .split('\n')
        .filter((line) => line.includes(' -> '))
        .sort(),
    );
  });

  test('LVM beside Docker: names, uuids, a read-only pool volume, disks that the capture lacks', async () => {
    host.putCapture(fixture('thin-pool/lvm/sysfs.txt'));
    const devices = await read();
    expect(devices).toHaveLength(15);
    expect(named(devices, 'dm-10')).toMatchObject({
      device: '253:10',
      sizeBytes: 4_294_967_296,
      below: ['dm-8', 'dm-9'],
      holders: ['dm-11', 'dm-12', 'dm-13', 'dm-14'],
      dm: {
        name: 'docker-thinpool-tpool',
        uuid: 'LVM-XqD0yViUZXpK8fcQfmCJUUJsCXR1eZbLYWM34rLgKvUfcr0wH3GHtlseJaSvWqro-tpool',
      },
    });
    expect(devices.filter(({ readOnly }) => readOnly).map(({ dm }) => dm?.name)).toEqual(['docker-thinpool']);
    expect(named(devices, 'dm-8').below).toEqual(['vdd']);
  });

  test('a pool on loop files: the facts of its loops', async () => {
    host.putCapture(fixture('block/docker-loop-dm.txt'));
    host.putCapture(fixture('block/docker-loop-loops.txt'));
    const devices = await read();
    expect(named(devices, 'loop1')).toMatchObject({
      sizeBytes: 85_899_345_920,
      holders: ['dm-3'],
      loop: {
        backingFile: '/home/docker/devicemapper/devicemapper/data',
        ...{ deleted: false, offsetBytes: 0, sizeLimitBytes: 0, autoclear: false, partscan: false, directIo: false },
      },
    });
  });

  test('a loop that goes with its mount, and one whose file is deleted', async () => {
    for (const [path, text] of sysfsCapture('loop/sysfs-loop.json')) host.put(`sys/block/loop3/loop/${path}`, text);
    host.put('sys/block/loop4/loop/backing_file', fixture('loop/backing_file-deleted.txt'));
    const devices = await read();
    expect(named(devices, 'loop3')).toMatchObject({
      ...{ device: null, sizeBytes: null },
      loop: { backingFile: '/srv/lab/img/p.img', autoclear: true, partscan: false, directIo: false, deleted: false },
    });
    expect(named(devices, 'loop4').loop).toMatchObject({ deleted: true, autoclear: null });
  });
});

describe('one field of a capture changed', () => {
  beforeEach(() => host.putCapture(fixture('thin-pool/dm-thin-vm/B02-three-running/sysfs.txt')));

  test('a suspended device', async () => {
    host.put('sys/block/dm-1/dm/suspended', '1\n');
    expect(named(await read(), 'dm-1').dm?.suspended).toBe(true);
  });

  test('a loop into the middle of its file', async () => {
    host.put('sys/block/loop0/loop/offset', '1048576\n');
    host.put('sys/block/loop0/loop/sizelimit', '33554432\n');
    host.put('sys/block/loop0/loop/dio', '1\n');
    expect(named(await read(), 'loop0').loop).toMatchObject({
      offsetBytes: 1_048_576,
      sizeLimitBytes: 33_554_432,
      directIo: true,
    });
  });

  test('a size beyond 2^53 is not read, and neither is one that is none', async () => {
    for (const size of ['17592186044416', '18446744073709551615', '-8', '8 8', '']) {
      host.put('sys/block/dm-1/size', `${size}\n`);
      expect(named(await read(), 'dm-1').sizeBytes, size).toBeNull();
    }
    host.put('sys/block/dm-1/size', '17592186044415\n');
    expect(named(await read(), 'dm-1').sizeBytes).toBe(9_007_199_254_740_480);
    host.put('sys/block/loop0/loop/offset', '9007199254740993\n');
    expect(named(await read(), 'loop0').loop?.offsetBytes).toBeNull();
  });

  test('on an old kernel, what has no file is null', async () => {
    for (const file of ['dm-0/dm/suspended', 'dm-0/ro', 'dm-0/dm/uuid']) rmSync(join(host.folder, 'sys/block', file));
    rmSync(join(host.folder, 'sys/block/dm-0/slaves'), { recursive: true });
    expect(named(await read(), 'dm-0')).toMatchObject({
      ...{ readOnly: null, below: [] },
      dm: { name: 'docker-0:33-25-pool', uuid: '', suspended: null },
    });
  });

  test('garbage, a NUL and bytes that are no text break nothing', async () => {
    host.put('sys/block/dm-0/dm/name', 'a\0b\n');
    host.put('sys/block/dm-1/dev', 'x:y\n');
    host.put('sys/block/dm-2/ro', '2\n');
    host.put('sys/block/dm-3/dm/uuid', new Uint8Array([0xff, 0xfe, 0x0a]));
    host.put('sys/block/loop0/loop/backing_file', new Uint8Array([0x2f, 0xff, 0x0a]));
    host.put('sys/block/loop1/loop/backing_file', 'no path\n');
    const devices = await read();
    expect(named(devices, 'dm-0')).toMatchObject({ kind: 'dm', dm: null });
    expect(named(devices, 'dm-1').device).toBeNull();
    expect(named(devices, 'dm-2').readOnly).toBeNull();
    expect(named(devices, 'dm-3').dm?.uuid).toBe('\u{FFFD}\u{FFFD}');
    expect(named(devices, 'loop0').loop?.backingFile).toBe('/\u{FFFD}');
    expect(devices.some(({ name }) => name === 'loop1')).toBe(false);
  });

  test('a file that cannot be read is told, once and counted', async () => {
    for (const file of ['dm-1/ro', 'dm-2/ro']) {
      rmSync(join(host.folder, 'sys/block', file));
      mkdirSync(join(host.folder, 'sys/block', file));
    }
    const { value, problems } = await readBlockDevices(host.roots);
    expect(named(value, 'dm-1')).toMatchObject({ readOnly: null, sizeBytes: 209_715_200 });
    expect(problems).toEqual([
      { status: 'failed', text: '/sys/block: EISDIR: illegal operation on a directory, read (2 files)' },
    ]);
  });
});

/** Not seen in a capture: written after the kernel's admin-guide/md.rst and ABI/stable/sysfs-block. */
describe('from the kernel documents', () => {
  const disk = (name: string, number: string): void => {
    host.put(`sys/block/${name}/dev`, `${number}\n`);
    host.put(`sys/block/${name}/size`, '1000215216\n');
    host.put(`sys/block/${name}/ro`, '0\n');
    host.put(`sys/block/${name}/removable`, '0\n');
    host.put(`sys/block/${name}/queue/rotational`, '1\n');
    mkdirSync(join(host.folder, 'sys/block', name, 'slaves'));
  };
  const partition = (path: string, number: string): void => {
    host.put(`sys/block/${path}/dev`, `${number}\n`);
    host.put(`sys/block/${path}/size`, '2048\n');
    host.put(`sys/block/${path}/ro`, '0\n');
    host.put(`sys/block/${path}/partition`, '1\n');
  };

  test('disks have a model, and partitions lie on them', async () => {
    disk('sda', '8:0');
    host.put('sys/block/sda/device/model', 'WDC WD40EFRX-68N\n');
    partition('sda/sda1', '8:1');
    mkdirSync(join(host.folder, 'sys/block/sda/sdax'));
    disk('nvme0n1', '259:0');
    partition('nvme0n1/nvme0n1p1', '259:1');
    disk('mmcblk0', '179:0');
    host.put('sys/block/mmcblk0/device/name', 'SC32G\n');
    const devices = await read();
    expect(devices.map(({ name, kind, below }) => [name, kind, below])).toEqual([
      ['mmcblk0', 'disk', []],
      ['nvme0n1', 'disk', []],
      ['nvme0n1p1', 'partition', ['nvme0n1']],
      ['sda', 'disk', []],
      ['sda1', 'partition', ['sda']],
    ]);
    expect(named(devices, 'sda')).toMatchObject({
      ...{ model: 'WDC WD40EFRX-68N', rotational: true, removable: false, sizeBytes: 512_110_190_592 },
      holders: ['sda1'],
    });
    expect(named(devices, 'sda1')).toMatchObject({ device: '8:1', sizeBytes: 1_048_576, readOnly: false, model: null });
    expect(named(devices, 'mmcblk0').model).toBe('SC32G');
  });

  test('an array tells its level, state and what it lacks', async () => {
    for (const [name, number] of [
      ['sda', '8:0'],
      ['sdb', '8:16'],
      ['md127', '9:127'],
    ] as const) {
      disk(name, number);
    }
    host.link('/sys/block/md127/slaves/sda');
    host.link('/sys/block/md127/slaves/sdb');
    for (const [file, text] of Object.entries({
      level: 'raid5',
      array_state: 'clean',
      degraded: '1',
      raid_disks: '4 (3)',
    })) {
      host.put(`sys/block/md127/md/${file}`, `${text}\n`);
    }
    expect(named(await read(), 'md127')).toMatchObject({
      ...{ kind: 'md', below: ['sda', 'sdb'], model: null },
      md: { level: 'raid5', state: 'clean', degradedDevices: 1, raidDevices: 4 },
    });
    host.put('sys/block/md127/md/level', '\n');
    host.put('sys/block/md127/md/raid_disks', 'four\n');
    rmSync(join(host.folder, 'sys/block/md127/md/degraded'));
    expect(named(await read(), 'md127').md).toMatchObject({ level: null, degradedDevices: null, raidDevices: null });
  });

  test('what nobody has set up is left out, and so is the hidden path of a multipath nvme', async () => {
    for (const name of ['loop0', 'zram0', 'nbd0', 'sr0']) {
      disk(name, '1:1');
      host.put(`sys/block/${name}/size`, '0\n');
    }
    disk('nvme0c0n1', 'none');
    host.put('sys/block/nvme0c0n1/hidden', '1\n');
    disk('zram1', '252:1');
    disk('sdz', '65:144');
    host.put('sys/block/sdz/size', '0\n');
    const devices = await read();
    // A disk that reads 0 bytes may be a broken one.
    expect(devices.map(({ name, kind, sizeBytes }) => [name, kind, sizeBytes])).toEqual([
      ['sdz', 'disk', 0],
      ['zram1', 'zram', 512_110_190_592],
    ]);
  });
});

test('a host without /sys/block says so', async () => {
  rmSync(join(host.folder, 'sys/block'), { recursive: true });
  expect(await readBlockDevices(host.roots)).toEqual({
    value: [],
    problems: [{ status: 'unavailable', text: '/sys/block: not there' }],
  });
});

test('a file where a device is expected is none', async () => {
  writeFileSync(join(host.folder, 'sys/block/sda'), 'x');
  expect(await read()).toEqual([]);
});

test('4096 devices are read and the others counted', async () => {
  for (let number = 0; number < 4_100; number += 1) host.put(`sys/block/dm-${number}/dm/name`, `d${number}\n`);
  const { value, problems } = await readBlockDevices(host.roots);
  expect(value).toHaveLength(4_096);
  expect(problems).toEqual([{ status: 'failed', text: '4 block devices are more than are read' }]);
});
