import { describe, expect, test } from 'vitest';
import { advanceFindings, type KeptPromise, type Look, type Promised } from '../../src/findings/index.ts';
import { findingOf, keptOf, lookOf, minute, NOW, only, type Saw, SUBJECT, walk } from './lifecycle-looks.ts';

const GIB = 2 ** 30;
const falls = (gibibytes: number): Promised => ({ bytes: gibibytes * GIB, series: 'usedBytes', rises: false });
const rises = (gibibytes: number): Promised => ({ bytes: gibibytes * GIB, series: 'unallocatedBytes', rises: true });
const kept = (promised: Promised, valueGibibytes: number | null): KeptPromise => ({
  ...promised,
  value: valueGibibytes === null ? null : valueGibibytes * GIB,
});

/** A look with what is promised then, and the reading of each series, in GiB. */
function lookWith(at: number, saw: Saw, promised: Promised | null, reading: number | null): Look {
  const ofSeries = (storeKey: string) => (storeKey === SUBJECT && reading !== null ? reading * GIB : null);
  return lookOf(minute(at), saw, { promiseOf: () => promised, readingOf: ofSeries });
}

describe('the promise of a finding', () => {
  const after = (before: KeptPromise | null, promised: Promised | null, reading: number | null) =>
    only(advanceFindings([keptOf({ promise: before })], lookWith(0, 'warning', promised, reading))).finding.promise;

  test('is kept from the first look on, with the reading of then', () => {
    const { finding } = only(advanceFindings([], lookWith(0, 'warning', falls(40), 500)));
    expect(finding.promise).toEqual(kept(falls(40), 500));
  });

  test.each([
    ['a larger one takes its place', kept(falls(40), 500), falls(41), 510, kept(falls(41), 510)],
    ['as large: the reading is of now', kept(falls(40), 500), falls(40), 510, kept(falls(40), 510)],
    ['as large, and not read: the reading stays', kept(falls(40), 500), falls(40), null, kept(falls(40), 500)],
    ['as large, and read at last', kept(falls(40), null), falls(40), 500, kept(falls(40), 500)],
    ['larger, and not read: nothing to compare with', kept(falls(40), 500), falls(41), null, kept(falls(41), null)],
    ['a smaller one changes nothing: somebody has begun', kept(falls(40), 500), falls(12), 472, kept(falls(40), 500)],
    ['down to nothing', kept(falls(40), 500), falls(0), 460, kept(falls(40), 500)],
    ['none now: the one before stays', kept(falls(40), 500), null, 460, kept(falls(40), 500)],
    ['none before', null, falls(40), 500, kept(falls(40), 500)],
    ['never any', null, null, 500, null],
    ['the other way', kept(falls(40), 500), { ...falls(3), rises: true }, 490, kept({ ...falls(3), rises: true }, 490)],
    ['another series, though smaller', kept(falls(40), 500), rises(3), 10, kept(rises(3), 10)],
  ])('%s', (_case, before, promised, reading, expected) => {
    expect(after(before, promised, reading)).toEqual(expected);
  });

  test('of another store is begun anew, since the reading was of the one before', () => {
    const moved = keptOf({ storeKey: 'fs:/srv', promise: kept(falls(40), 100) });
    const next = (promised: Promised | null) =>
      only(advanceFindings([moved], lookWith(0, 'warning', promised, 500))).finding.promise;
    expect(next(falls(3))).toEqual(kept(falls(3), 500));
    expect(next(null)).toBeNull();
  });

  test('of a finding that is about no store has no reading', () => {
    const findings = [findingOf('warning', { storeKey: null })];
    const look = { ...lookWith(0, 'nothing', falls(40), 500), findings };
    expect(only(advanceFindings([], look)).finding.promise).toEqual(kept(falls(40), null));
  });

  test('is in whole bytes, and asked with the evidence of the look', () => {
    const look = lookOf(NOW, 'nothing', {
      findings: [findingOf('warning', { evidence: { bytes: 10.4 } })],
      promiseOf: ({ evidence }) => ({ bytes: Number(evidence.bytes), series: 'usedBytes', rises: false }),
      readingOf: () => 99.6,
    });
    expect(only(advanceFindings([], look)).finding.promise).toEqual({ ...falls(0), bytes: 10, value: 100 });
  });
});

/** [minutes, GiB in use or null = not read, promised GiB or null = the finding is not there] of looks; freed after each, in GiB. */
type Course = [at: number, reading: number | null, promised: number | null, freed: number | null][];

describe('bytes freed', () => {
  const freedOver = (course: Course, promise: (gibibytes: number) => Promised): (number | null)[] =>
    course.map((_, last) => {
      const looks = course.slice(0, last + 1).map(([at, reading, promised]) => {
        const isThere = promised !== null;
        return lookWith(at, isThere ? 'warning' : 'nothing', isThere ? promise(promised) : null, reading);
      });
      const { freedBytes } = only(walk(looks).kept);
      return freedBytes === null ? null : freedBytes / GIB;
    });

  test.each<[string, (gibibytes: number) => Promised, Course]>([
    [
      'what falls: from the last look before the remedy, and the most of the hour after it was resolved',
      falls,
      [
        [0, 480, 38, null],
        [5, 500, 40, null],
        [10, 490, 30, null], // begun: 30 are left to win
        [15, 470, null, null],
        [25, 465, null, 35], // resolved: 500 − 465
        [40, 460, null, 40], // btrfs cleans up behind: 500 − 460
        [50, 462, null, 40], // others write 2
        [85, 459, null, 41], // an hour after: 500 − 459
        [86, 400, null, 41], // later than that: no matter
      ],
    ],
    [
      'what rises',
      rises,
      [
        [0, 10, 20, null],
        [5, 28, null, null],
        [15, 25, null, 15], // 25 − 10
        [20, 31, null, 21], // 31 − 10
      ],
    ],
    [
      'more in use than before is negative, and nothing at all is zero',
      falls,
      [
        [0, 500, 40, null],
        [5, 505, null, null],
        [15, 510, null, -10],
        [20, 500, null, 0],
      ],
    ],
    [
      'not read when it was promised: never known',
      falls,
      [
        [0, null, 40, null],
        [5, 460, null, null],
        [15, 460, null, null],
        [20, 455, null, null],
      ],
    ],
    [
      'not read when it was resolved: known with the next reading, which a later gap does not take back',
      falls,
      [
        [0, 500, 40, null],
        [5, null, null, null],
        [15, null, null, null],
        [20, 470, null, 30],
        [25, null, null, 30],
      ],
    ],
    [
      'forgotten when it comes back, and begun anew',
      falls,
      [
        [0, 500, 40, null],
        [5, 480, 40, null], // the reading of as large a promise: 480
        [10, 450, null, null],
        [20, 450, null, 30], // 480 − 450
        [30, 455, 6, null], // reopened with a promise of its own
        [35, 450, null, null],
        [45, 450, null, 5], // 455 − 450
      ],
    ],
  ])('%s', (_case, promise, course) => {
    expect(freedOver(course, promise)).toEqual(course.map(([, , , freed]) => freed));
  });

  test('nothing promised: nothing freed', () => {
    const looks = [0, 5].map((at) => lookWith(at, 'warning', null, 500));
    const gone = [10, 20, 30].map((at) => lookWith(at, 'nothing', null, 400));
    expect(only(walk([...looks, ...gone]).kept)).toMatchObject({ state: 'resolved', promise: null, freedBytes: null });
  });

  test('are whole, and zero is no negative zero', () => {
    const promise = { bytes: 10, series: 'usedBytes', rises: false, value: 100 } as const;
    const missed = keptOf({ promise, missedSince: minute(-10), missedLooks: 1 });
    const freed = (reading: number) =>
      only(advanceFindings([missed], lookOf(NOW, 'nothing', { readingOf: () => reading }))).finding.freedBytes;
    expect(freed(92.4)).toBe(8);
    expect(Object.is(freed(100.2), 0)).toBe(true);
  });

  test('follow the reading while the rule is blind too: the reading does not come from it', () => {
    const promise = kept(falls(40), 500);
    const resolved = keptOf({ state: 'resolved', resolvedAt: minute(-5), promise, freedBytes: 30 * GIB });
    const look = lookWith(0, { missing: 'administrator' }, null, 465);
    expect(only(advanceFindings([resolved], look)).finding).toEqual({ ...resolved, freedBytes: 35 * GIB });
  });
});
