import type { DataRoot, Inventory } from '@silt/domain';
import { afterEach, expect, test } from 'vitest';
import { collect, newCollectMemory } from '../../../packages/probes/src/collect.ts';
import { fixture } from '../../../packages/probes/test/fixture.ts';
import { dockerHost, lvmHost, type ThinPoolHost } from '../../../packages/probes/test/thin-pool-host.ts';
import type { HostSeen } from '../src/once/host-view.ts';
import { bareHost, linesOf, shown } from './once-host.ts';

const MIB = 1024 ** 2;

let host: ThinPoolHost;
afterEach(() => host.remove());

/** The captured host through the real readers; it has no file systems of its own. */
async function seenOn(captured: ThinPoolHost, inventory: Partial<Inventory> = {}): Promise<HostSeen> {
  host = captured;
  host.put('proc/self/mountinfo', '');
  host.put('proc/filesystems', '');
  host.put('proc/uptime', '7817.76 14920.11\n');
  host.put('proc/sys/kernel/random/boot_id', '7a1c9b14-496f-4145-9f83-6a050b91ced0\n');
  const { roots, tools } = host;
  const options = { roots, dockerSockets: [], dockerSizes: false, memory: newCollectMemory(), dmsetup: tools.dmsetup };
  const { layout, readings } = await collect(options);
  const thin = (await host.inventory()).value;
  const docker = { daemons: [], containerds: [] };
  return bareHost({
    snapshot: { layout, readings },
    inventory: { devices: await host.devices(), thin, docker, ...inventory },
  });
}

/** The records of captured containers, by container id and mount id. */
function dataRootOf(step: string): DataRoot {
  const records = fixture(`thin-pool/dm-thin-vm/${step}/layerdb.txt`);
  const mounts = [...records.matchAll(/mounts\/([0-9a-f]{64})\/mount-id: ([0-9a-f]{64})\n/g)].map(
    ([, containerId = '', mountId = '']) => ({
      ...{ containerId, mountId, initId: null, parentChainId: null, recordedAt: '2026-11-21T12:00:00.000Z' },
    }),
  );
  return {
    ...{ daemonKeys: ['docker:/var/run/docker.sock'], path: '/var/lib/docker' },
    layers: {
      ...{ driver: 'devicemapper', layers: null, mounts, writeSets: null, hasAllRecords: false, entries: null },
      ...{ entryCounts: null, zombies: null, dangling: null, leftovers: null },
    },
  };
}

test('pools of LVM and of Docker stand on their devices, with what each thin device takes of what it was promised', async () => {
  const seen = await seenOn(lvmHost());
  await expect(`${shown(seen)}\n`).toMatchFileSnapshot('fixtures/thin-pools-lvm.txt');
});

test('a thin device of Docker bears the name of its container', async () => {
  const seen = await seenOn(dockerHost('B02-three-running'), { dataRoots: [dataRootOf('B02-three-running')] });
  await expect(`${shown(seen)}\n`).toMatchFileSnapshot('fixtures/thin-pools-docker.txt');
});

test('a full pool says what becomes of writes, in its line and among what is noticed', async () => {
  const captured = dockerHost('B02-three-running');
  const [, status = ''] = /^\S+-pool: (.*)$/m.exec(fixture('thin-pool/dm-thin-vm/B15-fill/status.txt')) ?? [];
  captured.answers['status docker-0:33-25-pool'] = `${status}\n`;
  const text = shown(await seenOn(captured));
  expect(text).toMatch(
    /thin pool docker-0:33-25-pool {2}out of data space {2}█{10} +100 % +300\.0 MiB of 300\.0 MiB\n/,
  );
  expect(text).toContain('! Thin pool docker-0:33-25-pool is out of data space and writes are being lost.');
});

test.each([
  ['needs-check', 'needs a check', 'needs a check.'],
  ['read-only-metadata-full', 'read-only', 'is read-only since its metadata is full.'],
  ['failed', 'failed', 'has failed and takes no reads and no writes.'],
  ['stalled', 'stalled', 'is stalled and does not answer.'],
] as const)('a pool that is %s is told in words', async (state, words, sentence) => {
  const seen = await seenOn(dockerHost('B02-three-running'));
  Object.assign(seen.snapshot.layout.stores[0]?.thinPool ?? {}, { state });
  expect(shown(seen)).toContain(`thin pool docker-0:33-25-pool  ${words}  `);
  expect(shown(seen)).toContain(`! Thin pool docker-0:33-25-pool ${sentence}`);
});

test('a pool of which little was read says what is not known', async () => {
  const seen = await seenOn(lvmHost());
  const { thin } = seen.inventory;
  const facts = seen.snapshot.layout.stores.find(({ name }) => name === 'docker/thinpool')?.thinPool;
  if (thin?.lvm == null || facts == null) throw new Error('both are captured');
  Object.assign(facts, { state: null, suspended: true, metadataSnapshotHeld: true });
  thin.lvm.autoextend = { thresholdPercent: 80, growPercent: 20 };
  for (const group of thin.lvm.groups) group.freeBytes = null;
  expect(shown(seen)).toContain('thin pool docker/thinpool  state not read, suspended');
  expect(shown(seen)).toContain('autoextend at 80 % by 20 % · room not read in docker');
  expect(shown(seen)).toContain('a metadata snapshot is held');
  thin.lvm = null;
  for (const pool of thin.pools) pool.autoextendThresholdPercent = null;
  const [device] = thin.devices.filter(({ name }) => name === 'docker/vol1');
  Object.assign(device ?? {}, { state: 'failed', mappedBytes: null, virtualBytes: null, suspended: true });
  expect(shown(seen)).toContain('promised sizes not read · autoextend not read');
  expect(shown(seen)).toMatch(/└─ docker\/vol1 {2}failed, suspended +not read\n/);
  seen.inventory.thin = null;
  expect(shown(seen)).toContain('thin devices not read');
});

test('sizes of image layers that have no device now are promised too', async () => {
  const root = dataRootOf('B02-three-running');
  const entry = { class: 'layer', ownerId: null, modifiedAt: null, isSubvolume: null, overlay: null } as const;
  const device = { sizeBytes: 200 * MIB, transactionId: 1, isInitialized: true, isDeleted: false };
  // Devices 4, 6 and 8 are active: 600 MiB; two more are not: 1,000 of 300 MiB.
  root.layers.entries = [4, 20, 21].map((deviceId) => ({
    ...entry,
    name: `${deviceId}`,
    device: { ...device, deviceId },
  }));
  const seen = await seenOn(dockerHost('B02-three-running'), { dataRoots: [root] });
  expect(shown(seen)).toContain('promises 3.33 × its data');
});

test('a pool of many devices shows those that map most', async () => {
  const seen = await seenOn(lvmHost());
  const thin = seen.inventory.thin;
  const [device] = thin?.devices.filter(({ name }) => name === 'docker/vol1') ?? [];
  if (thin == null || device === undefined) throw new Error('it is captured');
  for (let place = 0; place < 500; place += 1) {
    thin.devices.push({ ...device, name: `docker/lv${place}`, device: null, mappedBytes: MIB * place });
  }
  const lines = linesOf(seen);
  expect(
    lines
      .filter((line) => line.includes('docker/lv') || line.includes('docker/vol'))
      .map((line) => / docker\/(\w+)/.exec(line)?.[1]),
  ).toEqual([...Array.from({ length: 12 }, (_, place) => `lv${499 - place}`), ...['vol1_snap', 'vol2_snap']]);
  expect(lines.some((line) => line.endsWith('and 491 more thin devices'))).toBe(true);
});
