import type { HistoryGap, Reading, StoreHistory } from '@silt/domain';
import { describe, expect, it } from 'vitest';
import { historyColumns } from '../src/features/store/history-columns.ts';
import { panelsOf } from '../src/features/store/panels.ts';

/** Buckets of a minute from 600 s on; lowest and highest are 1 below and above. */
function historyOf(used: Reading[], capacity: Reading[], gaps: HistoryGap[] = []): StoreHistory {
  const around = (values: Reading[], by: number): Reading[] =>
    values.map((value) => (value === null ? null : value + by));
  return {
    from: new Date(600_000).toISOString(),
    to: new Date((600 + used.length * 60) * 1_000).toISOString(),
    bucketSeconds: 60,
    times: used.map((_, bucket) => 600 + bucket * 60),
    series: [
      { name: 'usedBytes', unit: 'bytes', last: used, min: around(used, -1), max: around(used, 1) },
      { name: 'capacityBytes', unit: 'bytes', last: capacity, min: capacity, max: capacity },
    ],
    gaps,
  };
}

describe('columns of a history', () => {
  it('keep every bucket, with lowest, highest and the limit beside it', () => {
    const columns = historyColumns(historyOf([10, 11, 12], [20, 20, 30]), 'usedBytes', 'capacityBytes');
    expect(columns).toEqual({
      unit: 'bytes',
      times: [600, 660, 720],
      last: [10, 11, 12],
      min: [9, 10, 11],
      max: [11, 12, 13],
      limit: [20, 20, 30],
      holes: [],
      lost: [],
      lone: [],
    });
  });

  it('name each run of empty buckets as one hole, also at both ends', () => {
    const columns = historyColumns(historyOf([null, 10, null, null, 11, 12, null], Array(7).fill(20)), 'usedBytes', 0);
    expect(columns?.holes).toEqual([
      { from: 600, to: 660 },
      { from: 720, to: 840 },
      { from: 960, to: 1020 },
    ]);
    expect(columns?.last).toEqual([null, 10, null, null, 11, 12, null]);
  });

  it('tell what was lost from what was silent: whole buckets that a gap reaches into, neighbours as one', () => {
    const at = (seconds: number): string => new Date(seconds * 1_000).toISOString();
    const gap = (from: number, to: number): HistoryGap => ({
      ...{ from: at(from), to: at(to), records: 9, reason: 'spool-full' },
    });
    const used = [10, null, null, null, 11, null, 12];
    // Buckets begin at 600, 660, … 960.
    const columns = historyColumns(historyOf(used, [], [gap(665, 719), gap(720, 725), gap(899, 899)]), 'usedBytes', 0);
    expect(columns?.lost).toEqual([
      { from: 660, to: 780 },
      { from: 840, to: 900 },
    ]);
    expect(columns?.holes).toEqual([
      { from: 780, to: 840 },
      { from: 900, to: 960 },
    ]);
    expect(columns?.last).toEqual(used);
  });

  it('put a gap without a time nowhere', () => {
    const gap: HistoryGap = { from: null, to: null, records: 9, reason: 'corrupt' };
    const columns = historyColumns(historyOf([10, null], [], [gap]), 'usedBytes', 0);
    expect([columns?.lost, columns?.holes]).toEqual([[], [{ from: 660, to: 720 }]]);
  });

  it('find the samples that no line can show', () => {
    expect(historyColumns(historyOf([null, 10, null, 11, 12, null, 13], []), 'usedBytes', 0)?.lone).toEqual([1, 6]);
  });

  it('take zero for a reading', () => {
    expect(historyColumns(historyOf([0, 0], [5, 5]), 'usedBytes', 'capacityBytes')).toMatchObject({
      last: [0, 0],
      holes: [],
    });
  });

  it('have no limit where it was not read, and a number as limit everywhere', () => {
    expect(historyColumns(historyOf([1, 2], [null, 9]), 'usedBytes', 'capacityBytes')?.limit).toEqual([null, 9]);
    expect(historyColumns(historyOf([1, null], []), 'usedBytes', 0)?.limit).toEqual([0, 0]);
  });

  it('are null for a series that the store never had', () => {
    expect(historyColumns(historyOf([1], [2]), 'usedInodes', 'capacityInodes')).toBeNull();
  });
});

describe('panels', () => {
  it('are those whose series has a history', () => {
    expect(panelsOf('filesystem', historyOf([1], [2])).map(({ name }) => name)).toEqual(['space']);
    expect(panelsOf('btrfs', historyOf([1], [2])).map(({ name }) => name)).toEqual(['df']);
    expect(panelsOf('thin-pool', historyOf([1], [2]))).toEqual([]);
  });
});
