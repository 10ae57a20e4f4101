import { describe, expect, test } from 'vitest';
import { allocatableBytes, freeOfDevices, profileOfNewChunks, rawBytes } from '../src/btrfs/capacity.ts';

const GIB = 1024 ** 3;
const gib = (values: number[]) => values.map((value) => value * GIB);

describe('what a profile can still allocate, worked by hand (GiB)', () => {
  test.each([
    ['single', [10], 10],
    ['single', [10, 4, 1], 15],
    ['dup', [10], 5],
    // Both copies on one device: 10/2 + 4/2.
    ['dup', [10, 4], 7],
    ['raid1', [10, 10], 10],
    // The second copy has 4 GiB and no more.
    ['raid1', [10, 4], 4],
    // 20/2 = 10, and 10 on the two small ones: both the same.
    ['raid1', [10, 6, 4], 10],
    // All that is not on the biggest: 3 + 3.
    ['raid1', [10, 3, 3], 6],
    ['raid1', [10], 0],
    // min(10/3, (10 − 4)/2, 10 − 4 − 3) = 3.
    ['raid1c3', [4, 3, 2, 1], 3],
    ['raid1c3', [5, 5], 0],
    ['raid1c4', [4, 4, 4, 4], 4],
    // 2 × 2 across both, then 2 on the bigger alone.
    ['raid0', [4, 2], 6],
    ['raid10', [4, 4, 4, 4], 8],
    // All four give 1 (data 2), then the biggest has no partner.
    ['raid10', [5, 1, 1, 1], 2],
    // All four give 1 (data 2) and leave 3, 2, 1, of which pairs can use all (data 3).
    ['raid10', [4, 3, 2, 1], 5],
    // Three equal ones in pairs, taking turns.
    ['raid10', [2, 2, 2], 3],
    // Three give 2 (data 4) and leave 2, 1: two give 1 (data 1); one alone is no raid5.
    ['raid5', [4, 3, 2], 5],
    ['raid5', [4], 0],
    // Four give 2 (data 4) and leave 2, 2, 1: three give 1 (data 1); two are no raid6.
    ['raid6', [4, 4, 3, 2], 5],
    ['raid6', [4, 4], 0],
    ['a profile of a later kernel', [4, 4], 0],
    ['single', [], 0],
  ])('%s on %j: %d', (profile, free, expected) => {
    expect(allocatableBytes(profile, gib(free))).toBeCloseTo(expected * GIB, -1);
  });
});

describe('room on each device', () => {
  test('with one device it is exact', () => {
    const allocations = [
      { profile: 'dup', rawBytes: 536_870_912 },
      { profile: 'single', rawBytes: 8_388_608 },
    ];
    expect(freeOfDevices([3_221_225_472], allocations)).toEqual([3_221_225_472 - 536_870_912 - 8_388_608]);
  });

  test.each([
    // single goes to the roomiest until they are level: 10 − 6 = 4, 4.
    ['single', [10, 4], 6, [4, 4]],
    ['single', [10, 4], 10, [2, 2]],
    // raid1 of 4 GiB has one copy on the biggest and the other on the next ones in turn.
    ['raid1', [10, 4, 4], 8, [6, 2, 2]],
    ['raid0', [10, 4], 6, [7, 1]],
    // The small one is full at 4, the rest is on the big one.
    ['raid0', [10, 4], 10, [4, 0]],
  ])('%s on %j with %d GiB allocated leaves %j', (profile, sizes, amount, left) => {
    const free = freeOfDevices(gib(sizes), [{ profile, rawBytes: amount * GIB }]);
    expect(free.map((room) => Math.round((room / GIB) * 1_000) / 1_000)).toEqual(left);
  });

  test('more allocated than there is, as while a device is missing, leaves nothing and never less', () => {
    expect(freeOfDevices(gib([2]), [{ profile: 'single', rawBytes: 9 * GIB }])).toEqual([0]);
    expect(freeOfDevices(gib([2, 2]), [{ profile: 'raid1', rawBytes: 9 * GIB }])).toEqual([0, 0]);
  });
});

test('parity is on devices too', () => {
  // 3 data and 1 parity: 3 GiB of chunks are 4 GiB of devices.
  expect(rawBytes('raid5', 3 * GIB, 4)).toBe(4 * GIB);
  expect(rawBytes('raid6', 2 * GIB, 4)).toBe(4 * GIB);
});

test('while a balance converts, new chunks get the profile of more copies', () => {
  expect(profileOfNewChunks(['single', 'dup'])).toBe('dup');
  expect(profileOfNewChunks(['raid1', 'raid10'])).toBe('raid10');
  expect(profileOfNewChunks([])).toBeNull();
});
