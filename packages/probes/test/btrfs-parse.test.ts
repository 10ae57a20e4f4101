import { describe, expect, test } from 'vitest';
import { parseBtrfs } from '../src/btrfs/parse.ts';
import { btrfsCapture, exhaustionSamples } from './fixture.ts';

const UUID = '2634753e-f0b5-4c3f-93c2-1f2dfdc6c16a';
const MIB = 1024 ** 2;

describe('a real sysfs tree', () => {
  test('gives the sums of the catalogue', () => {
    expect(parseBtrfs(UUID, btrfsCapture())).toStrictEqual({
      uuid: UUID,
      devicePaths: ['/dev/loop0'],
      problems: [],
      facts: {
        label: 'lab',
        profiles: { data: ['single'], metadata: ['dup'], system: ['dup'] },
        devices: [
          {
            id: 1,
            path: '/dev/loop0',
            sizeBytes: 3_221_225_472,
            missing: false,
            errors: { write: 0, read: 0, flush: 0, corruption: 0, generation: 0 },
          },
        ],
      },
      series: {
        dataUsedBytes: 41_943_040,
        dataAllocatedBytes: 343_932_928,
        // Allocated + all that is unallocated: 343,932,928 + 2,323,644,416.
        dataCapacityBytes: 2_667_577_344,
        metadataUsedBytes: 278_528,
        metadataAllocatedBytes: 268_435_456,
        // Used 278,528 + readonly 65,536 + global reserve 5,767,168.
        metadataCommittedBytes: 6_111_232,
        // 268,435,456 + 2,323,644,416 / 2, since dup writes twice.
        metadataCapacityBytes: 1_430_257_664,
        systemUsedBytes: 16_384,
        systemAllocatedBytes: 8_388_608,
        globalReserveBytes: 5_767_168,
        // As btrfs-progs said at that moment: 3,221,225,472 − 343,932,928 − 536,870,912 − 16,777,216.
        unallocatedBytes: 2_323_644_416,
        deviceBytes: 3_221_225_472,
        deviceErrors: 0,
      },
    });
  });

  test('on the way to ENOSPC the headroom is that of the measured table', () => {
    const headroom = exhaustionSamples().map(({ sample, tree }) => {
      const { metadataCapacityBytes, metadataCommittedBytes } = parseBtrfs(UUID, tree).series;
      return [sample, ((metadataCapacityBytes ?? 0) - (metadataCommittedBytes ?? 0)) / MIB];
    });
    const table = [
      [0, 1518.3],
      [33, 250.1],
      [66, 6.5],
      [67, 4.2],
    ];
    expect(headroom.map(([sample, mib]) => [sample, Math.round((mib ?? 0) * 10) / 10])).toEqual(table);
  });
});

describe('trees with something missing or wrong (one-field edits of the capture)', () => {
  const edited = (edit: (tree: Map<string, string>) => void) => {
    const tree = btrfsCapture();
    edit(tree);
    return parseBtrfs(UUID, tree);
  };

  test('an empty tree has no number, and says so', () => {
    const { series, problems, facts } = parseBtrfs(UUID, new Map());
    expect(new Set(Object.values(series))).toEqual(new Set([null]));
    expect(facts.devices).toEqual([]);
    expect(problems).toMatchObject([{ status: 'unavailable', text: expect.stringContaining(' dataUsedBytes, ') }]);
  });

  test.each(['', 'twelve\n', '-1\n', '1e3\n', '99999999999999999999\n'])('%j is no number and never zero', (text) => {
    const { series, problems } = edited((tree) => tree.set('allocation/data/bytes_used', text));
    expect(series.dataUsedBytes).toBeNull();
    expect(series.metadataUsedBytes).toBe(278_528);
    expect(problems).toStrictEqual([
      { status: 'failed', text: `btrfs ${UUID}: sysfs answers with no number in allocation/data/bytes_used` },
    ]);
  });

  test('reserved, pinned and read-only bytes are no room either', () => {
    const { series } = edited((tree) => {
      tree.set('allocation/data/bytes_reserved', '1\n').set('allocation/data/bytes_pinned', '20\n');
      tree.set('allocation/data/bytes_readonly', '300\n');
    });
    expect(series.dataUsedBytes).toBe(41_943_040 + 321);
  });

  test('without the size of a device nothing is said of what is left', () => {
    const { series } = edited((tree) => tree.set('devices/loop0/size', ''));
    expect([series.deviceBytes, series.unallocatedBytes, series.dataUsedBytes]).toEqual([null, null, 41_943_040]);
  });

  test('kernels without error_stats have no error count, which is not none', () => {
    const { series, facts, problems } = edited((tree) => tree.delete('devinfo/1/error_stats'));
    expect([series.deviceErrors, facts.devices[0]?.errors]).toEqual([null, null]);
    expect(problems).toStrictEqual([
      { status: 'partly', text: `btrfs ${UUID}: unavailable in this kernel's sysfs: deviceErrors` },
    ]);
  });

  test('kernels before 5.6, without devinfo, tell all but the devices and their errors', () => {
    const whole = parseBtrfs(UUID, btrfsCapture()).series;
    const { series, facts, problems } = edited((tree) => {
      for (const path of [...tree.keys()]) if (path.startsWith('devinfo/')) tree.delete(path);
    });
    expect(series).toStrictEqual({ ...whole, deviceErrors: null });
    expect(facts.devices).toEqual([]);
    expect(problems.map(({ status }) => status)).toEqual(['partly']);
  });

  test('error_stats that cannot be understood are a failure, not no errors', () => {
    const { series, problems } = edited((tree) => tree.set('devinfo/1/error_stats', 'write_errs many\n'));
    expect(series.deviceErrors).toBeNull();
    expect(problems).toMatchObject([{ status: 'failed', text: expect.stringContaining('devinfo/1/error_stats') }]);
  });

  // Not seen in a capture; names as in fs/btrfs/sysfs.c, btrfs_devinfo_error_stats_show.
  test('errors of each kind are told apart, and counted together', () => {
    const { series, facts } = edited((tree) =>
      tree.set(
        'devinfo/1/error_stats',
        'write_errs 1\nread_errs 2\nflush_errs 4\ncorruption_errs 8\ngeneration_errs 16\n',
      ),
    );
    expect(series.deviceErrors).toBe(31);
    expect(facts.devices[0]?.errors).toEqual({ write: 1, read: 2, flush: 4, corruption: 8, generation: 16 });
  });

  test('two devices are not told apart by guessing', () => {
    const { facts, series } = edited((tree) => {
      tree.set('devices/sdb/size', '6291456\n').set('devinfo/2/missing', '1\n');
    });
    expect(facts.devices).toMatchObject([
      { id: 1, path: null, sizeBytes: null, missing: false },
      { id: 2, path: null, sizeBytes: null, missing: true, errors: null },
    ]);
    expect(series.deviceBytes).toBe(2 * 3_221_225_472);
  });

  test('mixed block groups have no metadata of their own', () => {
    const { series } = edited((tree) => {
      for (const [path, text] of [...tree]) {
        if (path.startsWith('allocation/metadata/')) tree.delete(path);
        if (path.startsWith('allocation/data/')) {
          tree.delete(path);
          tree.set(path.replace('/data/', '/mixed/'), text);
        }
      }
    });
    expect(series.dataUsedBytes).toBe(41_943_040);
    expect(series).not.toHaveProperty('metadataUsedBytes');
  });

  test('a device-mapper device goes by its mapper name too', () => {
    const { devicePaths, facts } = edited((tree) => tree.set('devices/loop0/dm/name', 'vg-data\n'));
    expect(devicePaths).toEqual(['/dev/loop0', '/dev/mapper/vg-data']);
    expect(facts.devices[0]?.path).toBe('/dev/mapper/vg-data');
  });
});
