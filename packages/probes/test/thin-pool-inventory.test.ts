import { overcommitOf, type ThinDevice, type ThinInventory } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { joinThins } from '../src/thin-pool/join-thins.ts';
import { parseTargets } from '../src/thin-pool/parse.ts';
import { fixture } from './fixture.ts';
import { dockerHost, lvmHost, type ThinPoolHost } from './thin-pool-host.ts';

const MIB = 1024 ** 2;

let host: ThinPoolHost;
afterEach(() => host.remove());

const poolNamed = ({ pools }: ThinInventory, name: string) => {
  const found = pools.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

describe('Docker with three running containers', () => {
  beforeEach(() => {
    host = dockerHost('B02-three-running');
  });

  test('each container leads to its thin device: mount id, device id, table', async () => {
    const { value, problems } = await host.inventory();
    expect(problems).toEqual([]);
    const layers = fixture('thin-pool/dm-thin-vm/B02-three-running/layerdb.txt');
    const metadata = fixture('thin-pool/dm-thin-vm/B02-three-running/devicemapper-metadata.txt');
    const chains = [...layers.matchAll(/mounts\/([0-9a-f]{64})\/mount-id: ([0-9a-f]{64})\n/g)].map(
      ([, container = '', mountId = '']) => {
        const [, json = '{}'] = new RegExp(`metadata/${mountId}: (.*)`).exec(metadata) ?? [];
        const thin = value.devices.find(({ docker }) => docker?.layerId === mountId);
        const wanted = JSON.parse(json) as { device_id: number; size: number };
        expect([thin?.deviceId, thin?.virtualBytes]).toEqual([wanted.device_id, wanted.size]);
        return [container.slice(0, 4), mountId.slice(0, 4), thin?.deviceId, thin?.device];
      },
    );
    expect(chains).toEqual([
      ['1369', 'e021', 8, '254:3'],
      ['9dd4', 'd51b', 6, '254:2'],
      ['d21d', 'cc47', 4, '254:1'],
    ]);
  });

  test('pool and devices in full', async () => {
    const { value } = await host.inventory();
    expect(value.pools).toEqual([
      {
        ...{ name: 'docker-0:33-25-pool', dmName: 'docker-0:33-25-pool', uuid: '', maker: 'docker', device: '254:0' },
        dataCapacityBytes: 300 * MIB,
        lowWaterBlocks: 32_768,
        // Docker's mark is above the whole pool of 4,800 blocks.
        autoextendThresholdPercent: null,
      },
    ]);
    const layerId = 'cc475be2b0bf0122fcb89eabff245ed56d6a4e44936fae28e3d8763ec9ac562e';
    expect(value.devices[0]).toEqual({
      name: `docker-0:33-25-${layerId}`,
      dmName: `docker-0:33-25-${layerId}`,
      uuid: '',
      maker: 'docker',
      device: '254:1',
      poolDmName: 'docker-0:33-25-pool',
      deviceId: 4,
      externalOrigin: null,
      startBytes: 0,
      virtualBytes: 200 * MIB,
      // 39,808 sectors.
      mappedBytes: 20_381_696,
      state: 'ok',
      suspended: false,
      docker: { layerId, isInit: false, rootDevice: '0:33', rootInode: '25' },
    } satisfies ThinDevice);
    expect(value.lvm).toBeNull();
  });

  test('three programs are started, two where the fast beat knows the table, and none of LVM', async () => {
    await host.inventory();
    expect(host.started).toEqual(['table docker-0:33-25-pool', 'table thins', 'status thins']);
    const targets = parseTargets(fixture('thin-pool/dm-thin-vm/B02-three-running/table.txt'));
    expect(targets).toHaveLength(4);
    host.tables.set('docker-0:33-25-pool', {
      ...{ metadataDevice: '7:1', dataDevice: '7:0', dataBlockSectors: 128, lowWaterBlocks: 32_768, features: [] },
    });
    host.started.length = 0;
    expect((await host.inventory()).value.pools[0]?.lowWaterBlocks).toBe(32_768);
    expect(host.started).toEqual(['table thins', 'status thins']);
  });

  test('promised are 600 MiB of 300, and with image and init layers 1600', async () => {
    const { value } = await host.inventory();
    const pool = poolNamed(value, 'docker-0:33-25-pool');
    expect(overcommitOf(value, pool)).toBe(2);
    expect(
      overcommitOf(
        value,
        pool,
        Array.from({ length: 5 }, () => 200 * MIB),
      ),
    ).toBeCloseTo(1600 / 300, 12);
    expect(overcommitOf(value, pool, [null])).toBeNull();
    expect(overcommitOf(value, { ...pool, dataCapacityBytes: 0 })).toBeNull();
    expect(overcommitOf(value, { ...pool, dataCapacityBytes: null })).toBeNull();
  });
});

test.each([
  ['B15-fill', [167_782_400, 103_219_200, 103_219_200]],
  ['B20-rm-d1', [167_782_400, 103_219_200]],
])('%s: mapped bytes are those of the status lines', async (step) => {
  host = dockerHost(step);
  const { value, problems } = await host.inventory();
  expect(problems).toEqual([]);
  const lines = fixture(`thin-pool/dm-thin-vm/${step}/status.txt`).matchAll(/^(\S+): 0 409600 thin (\d+) /gm);
  expect(value.devices.map(({ dmName, mappedBytes }) => [dmName, mappedBytes])).toEqual(
    [...lines].map(([, name, sectors]) => [name, Number(sectors) * 512]),
  );
});

describe('LVM and Docker on one host', () => {
  beforeEach(() => {
    host = lvmHost();
  });

  test('each thin device is of its pool', async () => {
    const { value, problems } = await host.inventory();
    expect(problems).toEqual([]);
    expect(value.pools.map(({ name, maker, device }) => [name, maker, device])).toEqual([
      ['docker/thinpool', 'lvm', '253:10'],
      ['docker-253:2-8388736-pool', 'docker', '253:3'],
    ]);
    const rows = value.devices.map(({ name, maker, poolDmName, deviceId, virtualBytes, mappedBytes, device }) => [
      name.replace(/[0-9a-f]{60}$/, '…'),
      ...[maker, poolDmName, deviceId, virtualBytes, mappedBytes, device],
    ]);
    const [lvm, docker] = ['docker-thinpool-tpool', 'docker-253:2-8388736-pool'];
    expect(rows).toEqual([
      ['docker-253:2-8388736-4a30…', 'docker', docker, 10, 10_737_418_240, 304_349_184, '253:6'],
      ['docker-253:2-8388736-a6ec…', 'docker', docker, 6, 10_737_418_240, 262_406_144, '253:4'],
      ['docker-253:2-8388736-cdac…', 'docker', docker, 8, 10_737_418_240, 283_377_664, '253:5'],
      ['docker-253:2-8388736-ddbf…', 'docker', docker, 12, 10_737_418_240, 325_320_704, '253:7'],
      ['docker/vol1', 'lvm', lvm, 1, 4_294_967_296, 130_744_320, '253:12'],
      ['docker/vol2', 'lvm', lvm, 2, 4_294_967_296, 200_015_872, '253:13'],
      ['docker/vol3', 'lvm', lvm, 3, 4_294_967_296, 137_101_312, '253:14'],
    ]);
  });

  test('the answer for thins alone is what was captured for them', () => {
    expect(host.answers['status thins']).not.toBe('');
    const captured = fixture('thin-pool/docker-loop/status-thin.txt');
    const targets = parseTargets(captured);
    if (typeof targets === 'string') throw new Error(targets);
    const { devices, mistakes } = joinThins({ devices: [], pools: [], tables: [], statuses: targets });
    expect([devices, mistakes]).toEqual([[], []]);
    expect(targets.map(({ type, words }) => [type, words.length])).toEqual(Array(4).fill(['thin', 2]));
  });

  test('LVM tells room, what is done when full, and the volumes that are not active', async () => {
    const { lvm } = (await host.inventory()).value;
    expect(lvm).toMatchObject({
      groups: [
        { name: 'cl', sizeBytes: 17_175_674_880, freeBytes: 2_948_595_712, extentBytes: 4_194_304 },
        { name: 'docker', sizeBytes: 12_876_513_280, freeBytes: 8_564_768_768, extentBytes: 4_194_304 },
      ],
      pools: [
        {
          name: 'docker/thinpool',
          sizeBytes: 4_294_967_296,
          metadataBytes: 8_388_608,
          whenFull: 'queue',
          profile: null,
        },
      ],
      autoextend: { thresholdPercent: 100, growPercent: 20 },
    });
    expect(
      lvm?.volumes.map(({ name, pool, sizeBytes, origin, isActive }) => [name, pool, sizeBytes, origin, isActive]),
    ).toEqual([
      ['docker/inactive', 'docker/thinpool', 2_147_483_648, null, false],
      ['docker/vol1', 'docker/thinpool', 4_294_967_296, null, true],
      ['docker/vol1_snap', 'docker/thinpool', 4_294_967_296, 'vol1', false],
      ['docker/vol2', 'docker/thinpool', 4_294_967_296, null, true],
      ['docker/vol2_snap', 'docker/thinpool', 4_294_967_296, 'vol2', false],
      ['docker/vol3', 'docker/thinpool', 4_294_967_296, null, true],
    ]);
  });

  test('inactive volumes of LVM count among what is promised: 22 GiB of 4', async () => {
    const { value } = await host.inventory();
    expect(overcommitOf(value, poolNamed(value, 'docker/thinpool'))).toBe(5.5);
    expect(overcommitOf({ ...value, lvm: null }, poolNamed(value, 'docker/thinpool'))).toBe(3);
  });

  test('autoextend: off by a mark of 0, and 70 by the mark that LVM sets for 70', async () => {
    expect(poolNamed((await host.inventory()).value, 'docker/thinpool').autoextendThresholdPercent).toBe(100);
    // The captured line of a pool under a threshold of 70, with its size.
    host.answers['table docker-thinpool-tpool'] = '0 3031040 thin-pool 253:8 253:9 128 7104 1 skip_block_zeroing \n';
    host.put('sys/block/dm-10/size', '3031040\n');
    expect(poolNamed((await host.inventory()).value, 'docker/thinpool').autoextendThresholdPercent).toBe(70);
    host.put('sys/block/dm-10/size', 'x\n');
    expect(poolNamed((await host.inventory()).value, 'docker/thinpool').autoextendThresholdPercent).toBeNull();
  });
});

describe('states of a thin device', () => {
  beforeEach(() => {
    host = dockerHost('B02-three-running');
  });
  const name = 'docker-0:33-25-cc475be2b0bf0122fcb89eabff245ed56d6a4e44936fae28e3d8763ec9ac562e';
  const thin = async (status: string, table: string) => {
    host.answers['status thins'] = status;
    host.answers['table thins'] = table;
    const { value, problems } = await host.inventory();
    return { device: value.devices.find(({ dmName }) => dmName === name), problems };
  };
  const ok = `${name}: 0 409600 thin 254:0 4\n`;

  test('captured: under a dead pool even the table is broken, and sysfs still tells the pool', async () => {
    const { device, problems } = await thin(`${name}: 0 409600 thin Fail\n`, `${name}: 0 409600 thin Fail\n`);
    expect(device).toMatchObject({
      ...{ state: 'failed', deviceId: null, mappedBytes: null, poolDmName: 'docker-0:33-25-pool' },
      virtualBytes: 200 * MIB,
    });
    expect(problems).toEqual([]);
  });

  test.each([
    ['from the kernel source: metadata cannot be read', 'Error', { state: 'error', mappedBytes: null }],
    ['from the kernel source: the pool has none of that id', '-', { state: 'no-device', mappedBytes: null }],
    ['captured: nothing mapped', '0 -', { state: 'ok', mappedBytes: 0 }],
  ])('%s', async (_, words, wanted) => {
    expect((await thin(`${name}: 0 409600 thin ${words}\n`, ok)).device).toMatchObject({ ...wanted, deviceId: 4 });
  });

  test('made after its table was read, or gone before its status: not read, and no problem', async () => {
    const { device, problems } = await thin('', ok);
    expect(device).toMatchObject({ state: null, mappedBytes: null, deviceId: 4 });
    expect(problems).toEqual([]);
    expect((await thin(`${name}: 0 409600 thin 8 7\n`, '')).device).toBeUndefined();
  });

  test('in no sysfs yet: told by its table', async () => {
    const other = name.replace('-cc47', '-dd47');
    host.answers['status thins'] = `${other}: 0 409600 thin 128 127\n`;
    host.answers['table thins'] = `${other}: 0 409600 thin 254:0 9 7:5\n`;
    const { devices } = (await host.inventory()).value;
    expect(devices).toMatchObject([
      { dmName: other, device: null, poolDmName: 'docker-0:33-25-pool', externalOrigin: '7:5', mappedBytes: 65_536 },
    ]);
  });

  test('a device of Docker without a table', async () => {
    host.put('sys/block/dm-9/dm/name', `${name.replace('-cc47', '-ee47')}-init\n`);
    host.put('sys/block/dm-9/size', '0\n');
    const { devices } = (await host.inventory()).value;
    expect(devices.filter(({ state }) => state === 'no-table')).toMatchObject([
      { deviceId: null, virtualBytes: 0, poolDmName: null, docker: { isInit: true } },
    ]);
  });

  test('two segments of one device are two, each with its own id', async () => {
    host.answers['table thins'] = `${name}: 0 204800 thin 254:0 4\n${name}: 204800 204800 thin 254:0 5\n`;
    host.answers['status thins'] = `${name}: 204800 204800 thin 256 255\n${name}: 0 204800 thin 128 127\n`;
    const { devices } = (await host.inventory()).value;
    expect(
      devices.map(({ deviceId, startBytes, virtualBytes, mappedBytes }) => [
        ...[deviceId, startBytes, virtualBytes, mappedBytes],
      ]),
    ).toEqual([
      [4, 0, 100 * MIB, 65_536],
      [5, 100 * MIB, 100 * MIB, 131_072],
    ]);
  });

  test('a name that the kernel holds mangled is the one that dmsetup prints', async () => {
    host.put('sys/block/dm-1/dm/name', 'a\\x20\\xc3\\xa9\n');
    host.answers['table thins'] = 'a é: 0 409600 thin 254:0 4\n';
    host.answers['status thins'] = 'a é: 0 409600 thin 8 7\n';
    expect((await host.inventory()).value.devices).toMatchObject([
      { dmName: 'a\\x20\\xc3\\xa9', device: '254:1', mappedBytes: 4_096, maker: 'other', docker: null },
    ]);
  });
});
