import type { LvmGroup, ThinInventory } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collect, newCollectMemory } from '../src/collect.ts';
import { collectInventory } from '../src/collect-inventory.ts';
import { type GroupRooms, groupFreeBytes, groupRoomsAfter } from '../src/thin-pool/group-rooms.ts';
import { readThinPools } from '../src/thin-pool/read.ts';
import { lvmHost, type ThinPoolHost } from './thin-pool-host.ts';

/** vg_free of the group docker, and the size of its pool, in the captured host. */
const [FREE, SIZE] = [8_564_768_768, 4_294_967_296];
const POOL = 'docker/thinpool';

let host: ThinPoolHost;
let thin: ThinInventory;
beforeEach(async () => {
  host = lvmHost();
  thin = (await host.inventory()).value;
});
afterEach(() => host.remove());

const poolAt = async (size: number) => {
  const { value } = await readThinPools(host.roots, host.tools);
  const pool = value.find(({ name }) => name === POOL);
  if (pool === undefined) throw new Error('no pool');
  return { ...pool, series: { ...pool.series, poolDataCapacityBytes: size } };
};
const withGroup = (changes: Partial<LvmGroup>): ThinInventory => ({
  ...thin,
  lvm: thin.lvm && { ...thin.lvm, groups: thin.lvm.groups.map((group) => ({ ...group, ...changes })) },
});

describe('what the volume group of a pool has free', () => {
  test("is that of LVM's pool, and of no pool that Docker made", () => {
    expect([...groupRoomsAfter(new Map(), thin)]).toEqual([[POOL, { freeBytes: FREE, poolBytes: SIZE }]]);
  });

  test('is told while the pool has the size of the slow beat, and not once it was enlarged', async () => {
    const rooms = groupRoomsAfter(new Map(), thin);
    expect(groupFreeBytes(rooms, await poolAt(SIZE))).toBe(FREE);
    // A block is 64 KiB: the rest of one is in no pool.
    expect(groupFreeBytes(rooms, await poolAt(SIZE - 65_535))).toBe(FREE);
    expect(groupFreeBytes(rooms, await poolAt(SIZE * 1.2))).toBeNull();
    expect(groupFreeBytes(rooms, await poolAt(SIZE - 65_536))).toBeNull();
  });

  test('has no series where LVM was not asked, and a null in it where it does not answer any more', async () => {
    const pool = await poolAt(SIZE);
    expect(groupFreeBytes(groupRoomsAfter(new Map(), { ...thin, lvm: null }), pool)).toBeUndefined();
    const known = groupRoomsAfter(new Map(), thin);
    const silent = groupRoomsAfter(known, { ...thin, lvm: null });
    expect(groupFreeBytes(silent, pool)).toBeNull();
    expect(groupFreeBytes(groupRoomsAfter(known, null), pool)).toBeNull();
    expect(groupRoomsAfter(silent, null)).toEqual(new Map());
  });

  test('is null where LVM names the group without a number, which is no zero', async () => {
    const rooms: GroupRooms = groupRoomsAfter(new Map(), withGroup({ freeBytes: null }));
    expect(groupFreeBytes(rooms, await poolAt(SIZE))).toBeNull();
    expect(groupFreeBytes(groupRoomsAfter(new Map(), withGroup({ freeBytes: 0 })), await poolAt(SIZE))).toBe(0);
  });
});

test('each fast beat has it from the last slow one, as the sums of items', async () => {
  const { guard, tables, dmsetup } = host.tools;
  const memory = { ...newCollectMemory(), guard, poolTables: tables };
  const options = {
    ...{ roots: host.roots, dockerSockets: [], dockerSizes: false, memory, dmsetup },
    command: host.command,
  };
  const readingOf = async (): Promise<number | null | undefined> => {
    const { layout, readings } = await collect(options);
    const place = layout.entries.findIndex(
      ({ storeKey, series }) => storeKey === `thin-pool:${POOL}` && series === 'poolGroupFreeBytes',
    );
    return readings[place];
  };
  expect(await readingOf()).toBeUndefined();
  await collectInventory(options, (await collect(options)).layout);
  expect(await readingOf()).toBe(FREE);
  host.answers.vgs = { status: 'failed', text: 'does not answer' };
  host.answers.lvs = { status: 'failed', text: 'does not answer' };
  await collectInventory(options, (await collect(options)).layout);
  expect(await readingOf()).toBeNull();
});
