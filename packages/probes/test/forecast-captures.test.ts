import { type ClockName, DEFAULT_HORIZON_DAYS } from '@silt/domain';
import { describe, expect, test } from 'vitest';
import { parseBtrfs } from '../src/btrfs/parse.ts';
import { spaceOf } from '../src/filesystems/parse.ts';
import { factsOfPool, seriesOfPool, stateOfPool } from '../src/thin-pool/facts.ts';
import { sysfsOfSample } from './fixture.ts';
import { type CapturedBeat, type LastAlarm, replay, stretch } from './stretched-capture.ts';
import { rowsOf, statusOf, tableOf } from './thin-pool-lines.ts';

/** Weeks that a fill of seconds is stretched to. */
const DAYS = 14;
const EARLIEST_HOURS = 240;
const LATEST_HOURS = 12;

/** One alarm, of this clock, which is named as the one that counts for as long as the alarm is up. */
function expectInTime(alarms: readonly LastAlarm[], clock: ClockName): void {
  expect(alarms.map((alarm) => alarm.clock)).toEqual([clock]);
  const [{ raisedHoursBefore = 0, earliest = null } = {}] = alarms;
  expect(raisedHoursBefore).toBeGreaterThanOrEqual(LATEST_HOURS);
  expect(raisedHoursBefore).toBeLessThanOrEqual(EARLIEST_HOURS);
  expect(earliest).toEqual(new Set([clock]));
}

describe('a btrfs whose metadata runs out, each 3,000 small files as long as the ones before', () => {
  const samples = rowsOf<Parameters<typeof sysfsOfSample>[0] & { statfs: Record<string, number> }>(
    'forecast/btrfs-exhaustion-33-to-67.jsonl',
  );
  const spaces = samples.map(({ statfs }) => {
    const { f_bsize, f_blocks, f_bfree, f_bavail, f_files, f_ffree } = statfs as Record<string, number>;
    const space = spaceOf({
      ...{ bsize: BigInt(f_bsize ?? 0), blocks: BigInt(f_blocks ?? 0), bfree: BigInt(f_bfree ?? 0) },
      ...{ bavail: BigInt(f_bavail ?? 0), files: BigInt(f_files ?? 0), ffree: BigInt(f_ffree ?? 0) },
    });
    if (typeof space === 'string') throw new Error(space);
    return space;
  });
  const beats = samples.map((sample, place): CapturedBeat => {
    const { facts, series } = parseBtrfs('0', sysfsOfSample(sample));
    const { usedBytes = null, capacityBytes = null } = spaces[place] ?? {};
    return {
      time: sample.n,
      store: { kind: 'btrfs', loop: null, btrfs: facts, thinPool: null },
      series: { usedBytes, capacityBytes, ...series },
    };
  });
  const capture = stretch(beats, DAYS);

  test('is told in time, by metadata', () => {
    expectInTime(replay(capture, DEFAULT_HORIZON_DAYS), 'btrfsMetadata');
  });

  test('is full at the sample that failed, and at none before', () => {
    const { use } = capture.clocks.find(({ clock }) => clock === 'btrfsMetadata') ?? {};
    const left = use?.hours.map(({ last, capacity }) => capacity - last) ?? [];
    expect(left.at(-1)).toBe(0);
    expect(Math.min(...left.slice(0, -1))).toBeGreaterThan(0);
  });

  test('looks calm in df all the while', () => {
    for (const { usedBytes, capacityBytes } of spaces) expect(usedBytes / capacityBytes).toBeLessThan(0.25);
  });
});

interface LoopRow {
  n: number;
  inner: { blocks: number; bavail: number; bsize: number };
  image: { size: number; allocated: number };
  outer_avail: number;
}

describe('a sparse loop file that outgrows the file system beneath', () => {
  // The last one but the row that failed.
  const rows = rowsOf<LoopRow>('loop/sparse-overcommit-series.jsonl').slice(0, -1);
  const loop = { device: 'loop4', backingFile: '/srv/lab/img/p.img', deleted: false, outerStoreKey: 'mount:/outer' };
  const beats = rows.map(
    ({ n, inner, image, outer_avail }): CapturedBeat => ({
      time: n,
      store: { kind: 'filesystem', loop, btrfs: null, thinPool: null },
      series: {
        usedBytes: (inner.blocks - inner.bavail) * inner.bsize,
        capacityBytes: inner.blocks * inner.bsize,
        backingAllocatedBytes: image.allocated,
        backingCapacityBytes: Math.min(image.size, image.allocated + outer_avail),
      },
    }),
  );

  test('is told in time, by what is outside', () => {
    expectInTime(replay(stretch(beats, DAYS), DEFAULT_HORIZON_DAYS), 'loopBacking');
  });

  test('looks calm in df of the file system inside all the while', () => {
    for (const { inner } of rows) expect(1 - inner.bavail / inner.blocks).toBeLessThan(0.5);
  });
});

interface PoolRow {
  seq: number;
  ts: number;
  pool_status: string;
  pool_table: string;
  df: { used: number; avail: number }[];
}

describe.each([
  // The rows from which on one thing alone goes on; the last one is the first that cannot write.
  ['data_fill_queue', 0, 'poolData'],
  ['lvm_data_fill', 0, 'poolData'],
  ['meta_fill', 1, 'poolMetadata'],
  ['meta_fill_burst', 1, 'poolMetadata'],
] as const)('a thin pool that fills: %s', (name, firstSeq, clock) => {
  const rows = rowsOf<PoolRow>(`forecast/${name}.jsonl`).filter(({ seq }) => seq >= firstSeq);
  const beats = rows.map(({ ts, pool_status, pool_table }): CapturedBeat => {
    const [status, table] = [statusOf(`${pool_status}\n`), tableOf(`${pool_table}\n`)];
    const thinPool = factsOfPool(stateOfPool(status, table), status, table, false);
    return {
      time: ts,
      store: { kind: 'thin-pool', loop: null, btrfs: null, thinPool },
      series: seriesOfPool(status, table),
    };
  });

  test('is told in time, by the clock that runs out', () => {
    expectInTime(replay(stretch(beats, DAYS), DEFAULT_HORIZON_DAYS), clock);
  });

  test('looks calm in df of its thin devices all the while', () => {
    const fills = rows.flatMap(({ df }) => df.map(({ used, avail }) => used / (used + avail)));
    expect(fills.length).toBeGreaterThan(0);
    expect(Math.max(...fills)).toBeLessThan(0.5);
  });
});
