import { describe, expect, test } from 'vitest';
import { MAX_POOL_METADATA_BYTES, sizeAfterAutoextend } from '../../src/forecast/clocks/pool-room.ts';
import {
  type BtrfsFacts,
  CLOCK_NAMES,
  CLOCK_SERIES,
  type ClockName,
  leadSeriesOf,
  RESOURCES,
  type SeriesName,
  type SeriesPoint,
  type StoreClocks,
  type StoreSeries,
  stopsWrites,
  storeClocks,
  type ThinPoolFacts,
} from '../../src/index.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 2);

type Values = readonly (number | null | SeriesPoint)[];

/** A value an hour from `START` on, read in its last minute; null = not read in that hour. */
const hoursOf = (values: Values): SeriesPoint[] =>
  values.flatMap((value, hour): SeriesPoint[] => {
    if (value === null) return [];
    if (typeof value === 'object') return [value];
    return [{ at: START + (hour + 1) * HOUR - 60_000, min: value, max: value, last: value }];
  });

const seriesOf = (values: Partial<Record<SeriesName, Values>>): StoreSeries['series'] =>
  Object.fromEntries(Object.entries(values).map(([name, one]) => [name, { hours: hoursOf(one), recent: [] }]));

const EXT: StoreSeries['store'] = { kind: 'filesystem', loop: null, btrfs: null, thinPool: null };
const btrfsStore = (data: string, metadata: string, devices = 1): StoreSeries['store'] => {
  const profiles = { data: [data], metadata: [metadata], system: [metadata] };
  const device = { path: null, sizeBytes: null, missing: false, errors: null };
  const btrfs: BtrfsFacts = {
    ...{ label: '', profiles },
    devices: Array.from({ length: devices }, (_, place) => ({ id: place + 1, ...device })),
  };
  return { kind: 'btrfs', loop: null, btrfs, thinPool: null };
};
const poolStore = (lowWaterBlocks: number | null): StoreSeries['store'] => {
  const thinPool = { lowWaterBlocks } as ThinPoolFacts;
  return { kind: 'thin-pool', loop: null, btrfs: null, thinPool };
};

const hoursOfClock = (clocks: StoreClocks, clock: ClockName) =>
  clocks.find((one) => one.clock === clock)?.use.hours.map(({ last, capacity }) => [last, capacity]);

describe('the clocks of a store', () => {
  test('have a lead series, and all stop writes but the unallocated space', () => {
    for (const clock of CLOCK_NAMES) expect(CLOCK_SERIES).toContain(leadSeriesOf(clock));
    expect(CLOCK_NAMES.filter((clock) => !stopsWrites(clock))).toEqual(['btrfsUnallocated']);
    expect(leadSeriesOf('btrfsUnallocated')).toBe('unallocatedBytes');
    expect(leadSeriesOf('btrfsMetadata')).toBe(RESOURCES.btrfsMetadata.used);
    expect(new Set(CLOCK_SERIES).size).toBe(CLOCK_SERIES.length);
  });

  test('are those that were read, in the order of the catalogue', () => {
    const series = seriesOf({ usedInodes: [1], capacityInodes: [10], usedBytes: [5], capacityBytes: [50] });
    expect(storeClocks({ store: EXT, series }).map(({ clock }) => clock)).toEqual(['space', 'inodes']);
    expect(storeClocks({ store: EXT, series: {} })).toEqual([]);
    expect(storeClocks({ store: EXT, series: seriesOf({ usedBytes: [5] }) })).toEqual([]);
  });

  test('leave an hour out in which one of the pair was not read, and a capacity of 0', () => {
    const series = seriesOf({ usedBytes: [1, null, 3, 4, 5], capacityBytes: [9, 9, null, 0, 9] });
    expect(hoursOfClock(storeClocks({ store: EXT, series }), 'space')).toEqual([
      [1, 9],
      [5, 9],
    ]);
  });

  test('keep the lowest and the highest of an hour', () => {
    const point = { at: START + HOUR - 1, min: 2, max: 8, last: 5 };
    const series = seriesOf({ usedBytes: [point], capacityBytes: [9] });
    expect(storeClocks({ store: EXT, series })[0]?.use.hours).toEqual([
      { at: point.at, low: 2, high: 8, last: 5, capacity: 9 },
    ]);
  });

  test('have ten-minute points too, with what the hours before tell', () => {
    const at = (minutes: number, value: number) => {
      const time = START + 5 * HOUR + minutes * 60_000;
      return { at: time, min: value, max: value, last: value };
    };
    const recent = (name: SeriesName, hour: number, ...values: [number, number][]) => ({
      [name]: { hours: hoursOf([hour]), recent: values.map(([minutes, value]) => at(minutes, value)) },
    });
    const series = {
      ...recent('poolDataUsedBytes', 10, [5, 20], [15, 30]),
      ...recent('poolDataCapacityBytes', 100, [6, 100], [25, 100]),
      ...recent('poolGroupFreeBytes', 30),
    };
    const [clock] = storeClocks({ store: poolStore(5), series });
    // Free of the group is 30, which is one step of 20; used and capacity share the first ten minutes alone.
    expect(clock?.use.recent).toEqual([{ at: at(5, 0).at, low: 20, high: 20, last: 20, capacity: 120 }]);
  });
});

describe('btrfs', () => {
  /** Single data and metadata in two copies on 100 GiB. */
  const store = btrfsStore('single', 'dup');
  const gib = (values: (number | null)[]) => values.map((value) => (value === null ? null : value * GIB));

  test('counts the room of data from the size of its devices, so that chunks of metadata take from it', () => {
    const series = seriesOf({
      // A chunk of metadata takes 2 GiB of the devices; then the device grows by 50 GiB.
      ...{ dataUsedBytes: gib([10, 10, 10]), dataCapacityBytes: gib([96, 94, 144]), deviceBytes: gib([100, 100, 150]) },
      dataAllocatedBytes: gib([20, 20, 20]),
    });
    expect(hoursOfClock(storeClocks({ store, series }), 'btrfsData')).toEqual([
      [14 * GIB, 100 * GIB],
      [16 * GIB, 100 * GIB],
      [16 * GIB, 150 * GIB],
    ]);
  });

  test('counts the room of metadata in bytes of metadata, two of the devices each', () => {
    // Room is 45 − 5 = 40 GiB of at most 50, less 4.5 MiB without which writes fail.
    const series = seriesOf({
      ...{ metadataCommittedBytes: gib([5]), metadataCapacityBytes: gib([45]), deviceBytes: gib([100]) },
      metadataAllocatedBytes: gib([6]),
    });
    const [clock] = storeClocks({ store, series });
    const floor = 4.5 * MIB;
    expect(clock?.use.hours[0]).toMatchObject({ last: 10 * GIB, capacity: 50 * GIB - floor });
    expect(clock?.inChunks?.hours[0]).toMatchObject({ last: 5 * GIB, capacity: 6 * GIB - floor });
  });

  test('is full once metadata has no more than writes must reserve', () => {
    const series = seriesOf({
      metadataCommittedBytes: [996 * MIB],
      ...{ metadataCapacityBytes: gib([1000 / 1024]), deviceBytes: gib([2]) },
    });
    const [clock] = storeClocks({ store, series });
    expect(clock?.use.hours[0]?.last).toBe(clock?.use.hours[0]?.capacity);
    expect(clock?.inChunks).toBeNull();
  });

  test('of statfs says nothing where sysfs was read, and stands where it was not', () => {
    const statfs = seriesOf({ usedBytes: gib([10]), capacityBytes: gib([90]) });
    const sysfs = seriesOf({ dataUsedBytes: gib([10]), dataCapacityBytes: gib([96]), deviceBytes: gib([100]) });
    const namesOf = (series: StoreSeries['series']) => storeClocks({ store, series }).map(({ clock }) => clock);
    expect(namesOf({ ...statfs, ...sysfs })).toEqual(['btrfsData']);
    expect(namesOf(statfs)).toEqual(['space']);
  });

  test('has run out of unallocated space when no whole chunk of data can be made', () => {
    // A chunk takes 1 GiB at most, and a tenth of a small device.
    const read = (device: number, unallocated: number[]) =>
      storeClocks({
        store,
        series: seriesOf({
          ...{ unallocatedBytes: gib(unallocated), deviceBytes: gib(unallocated.map(() => device)) },
        }),
      });
    expect(hoursOfClock(read(100, [61, 1, 0.5]), 'btrfsUnallocated')).toEqual([
      [39 * GIB, 99 * GIB],
      [99 * GIB, 99 * GIB],
      [99 * GIB, 99 * GIB],
    ]);
    expect(hoursOfClock(read(5, [2.5]), 'btrfsUnallocated')).toEqual([[2.5 * GIB, 4.5 * GIB]]);
  });

  test('with raid1 on devices of 10 and 4 GiB has no room where no second copy can be', () => {
    // Empty but for 1 GiB of data: 3 GiB more of it can be made, which take 6 of the 12 GiB that are unallocated.
    const series = seriesOf({
      ...{ dataUsedBytes: gib([1]), dataAllocatedBytes: gib([1]), dataCapacityBytes: gib([4]) },
      ...{ metadataCommittedBytes: gib([0]), metadataAllocatedBytes: gib([0]), metadataCapacityBytes: gib([3]) },
      ...{ unallocatedBytes: gib([12]), deviceBytes: gib([14]) },
    });
    const clocks = storeClocks({ store: btrfsStore('raid1', 'raid1', 2), series });
    // 7 GiB are what two equal devices would hold; the room is 3.
    expect(hoursOfClock(clocks, 'btrfsData')).toEqual([[4 * GIB, 7 * GIB]]);
    // A chunk of 1 GiB takes 2; the room is 6 − 2.
    expect(hoursOfClock(clocks, 'btrfsUnallocated')).toEqual([[8 * GIB, 12 * GIB]]);
  });

  test('counts the parity of raid5 as no room of data', () => {
    const series = seriesOf({ dataUsedBytes: gib([10]), dataCapacityBytes: gib([60]), deviceBytes: gib([90]) });
    const clocks = storeClocks({ store: btrfsStore('raid5', 'raid1', 3), series });
    expect(hoursOfClock(clocks, 'btrfsData')).toEqual([[10 * GIB, 60 * GIB]]);
  });

  test('of mixed block groups has data alone', () => {
    const series = seriesOf({
      ...{ dataUsedBytes: gib([1]), dataCapacityBytes: gib([4]), deviceBytes: gib([8]), unallocatedBytes: gib([6]) },
      dataAllocatedBytes: gib([1]),
    });
    const clocks = storeClocks({ store: btrfsStore('single', ''), series });
    expect(clocks.map(({ clock }) => clock)).toEqual(['btrfsData', 'btrfsUnallocated']);
  });
});

describe('a thin pool', () => {
  const poolOf = (
    lowWater: number | null,
    capacity: Values,
    free: Values | null,
    used: Values = capacity.map(() => 10),
  ) =>
    storeClocks({
      store: poolStore(lowWater),
      series: seriesOf({
        ...{ poolDataUsedBytes: used, poolDataCapacityBytes: capacity },
        ...(free === null ? {} : { poolGroupFreeBytes: free }),
      }),
    });
  const capacities = (clocks: StoreClocks) => hoursOfClock(clocks, 'poolData')?.map(([, capacity]) => capacity);

  test('ends at its size where autoextend is off, not known, or LVM was never asked', () => {
    expect(capacities(poolOf(0, [100], [500]))).toEqual([100]);
    expect(capacities(poolOf(null, [100], [500]))).toEqual([100]);
    expect(capacities(poolOf(20, [100], null))).toEqual([100]);
  });

  test('ends at what whole steps of its volume group make of it', () => {
    // 100 + 20 + 24; the next step is 28.8 and 6 are left.
    expect(sizeAfterAutoextend(100, 50)).toBe(144);
    expect(capacities(poolOf(20, [100], [50]))).toEqual([144]);
    expect(sizeAfterAutoextend(0, 50)).toBe(0);
    expect(sizeAfterAutoextend(1, Number.MAX_SAFE_INTEGER)).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
  });

  test('is not helped by a group with less free than the next step', () => {
    expect(capacities(poolOf(20, [100], [19]))).toEqual([100]);
    expect(capacities(poolOf(20, [100], [20]))).toEqual([120]);
  });

  test('ends at the same when it was enlarged, also before the group is asked again', () => {
    expect(capacities(poolOf(20, [100, 120, 120, 144], [50, null, 30, 6]))).toEqual([144, 144, 144, 144]);
    const enlarged = { at: START + 2 * HOUR - 60_000, min: 100, max: 120, last: 120 };
    expect(capacities(poolOf(20, [100, enlarged, 120], [50, 50, 30]))).toEqual([144, 144, 144]);
  });

  test('ends sooner once another volume takes from the group', () => {
    expect(capacities(poolOf(20, [100, 100], [50, 0]))).toEqual([144, 100]);
  });

  test('has metadata that the kernel uses up to a bound', () => {
    const clocks = storeClocks({
      store: poolStore(20),
      series: seriesOf({
        ...{ poolMetadataUsedBytes: [GIB], poolMetadataCapacityBytes: [2 * GIB], poolGroupFreeBytes: [9_000 * GIB] },
      }),
    });
    expect(hoursOfClock(clocks, 'poolMetadata')).toEqual([[GIB, MAX_POOL_METADATA_BYTES]]);
  });
});

describe('a loop file', () => {
  const LOOP = { device: 'loop0', backingFile: '/img', deleted: false, outerStoreKey: 'mount:/' };
  const loopOf = (allocated: Values, capacity: Values, inner: Values | null) =>
    storeClocks({
      store: { ...EXT, loop: LOOP },
      series: seriesOf({
        ...{ backingAllocatedBytes: allocated, backingCapacityBytes: capacity },
        ...(inner === null ? {} : { usedBytes: inner.map(() => 1), capacityBytes: inner }),
      }),
    });

  test('that the file system beneath can hold has nothing that runs out, though all of it is allocated', () => {
    expect(hoursOfClock(loopOf([40, 100], [100, 100], [95, 95]), 'loopBacking')).toEqual([
      [0, 95],
      [0, 95],
    ]);
  });

  test('that is over-committed has the room that is left beneath, whoever takes it', () => {
    // Available beneath: 30, then 10, since another took 20; then 5, since the file did.
    expect(hoursOfClock(loopOf([40, 40, 45], [70, 50, 50], [100, 100, 100]), 'loopBacking')).toEqual([
      [70, 100],
      [90, 100],
      [95, 100],
    ]);
  });

  test('whose inside was not read counts down to what it can grow to', () => {
    expect(hoursOfClock(loopOf([40], [70], null), 'loopBacking')).toEqual([[40, 70]]);
  });

  test('has a clock inside beside it', () => {
    const clocks = loopOf([40], [70], [100]);
    expect(clocks.map(({ clock }) => [clock, stopsWrites(clock)])).toEqual([
      ['space', true],
      ['loopBacking', true],
    ]);
  });
});
