import { describe, expect, test } from 'vitest';
import { lookOf, minute, only, type Saw, type Told, walk } from './lifecycle-looks.ts';

const MINUTES_A_DAY = 1_440;

/** A look each minute, over a day if nothing else is said. */
const eachMinute = (sawAt: (at: number) => Saw, minutes = MINUTES_A_DAY) =>
  walk(Array.from({ length: minutes }, (_, at) => lookOf(minute(at), sawAt(at))));

function countsOf(told: readonly Told[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { change } of told) counts[change] = (counts[change] ?? 0) + 1;
  return counts;
}

/** On for so many minutes, then off for as many. */
const square = (on: number) => (at: number) => Math.floor(at / on) % 2 === 0;

describe('a value that moves around its threshold', () => {
  test.each([1, 2, 3, 5, 7, 10])('there for %i minutes, gone for as many: told once in a day', (on) => {
    const { told, kept } = eachMinute((at) => (square(on)(at) ? 'warning' : 'nothing'));
    expect(countsOf(told)).toEqual({ opened: 1 });
    expect(only(kept).timesReopened).toBe(0);
  });

  test('there for half an hour, gone for half an hour: that is what is told', () => {
    const { told } = eachMinute((at) => (square(30)(at) ? 'warning' : 'nothing'));
    // Of 24 hours: it opens once, is missed at :30 and resolved at :40 in each, and comes back in all but the first.
    expect(countsOf(told)).toEqual({ opened: 1, resolved: 24, reopened: 23 });
    expect(told.slice(0, 3)).toEqual([
      { at: 4, change: 'opened' },
      { at: 40, change: 'resolved' },
      { at: 60, change: 'reopened' },
    ]);
  });

  test('there for one look in twenty minutes: never told', () => {
    const { told, kept } = eachMinute((at) => (at % 20 === 0 ? 'warning' : 'nothing'));
    expect(told).toEqual([]);
    expect(only(kept)).toMatchObject({ firstSeenAt: minute(0), timesReopened: 0 });
  });

  test('critical for one look in two: told once, and critical all day', () => {
    const { told, kept } = eachMinute((at) => (at < 10 || at % 2 === 0 ? 'warning' : 'critical'));
    expect(told).toEqual([
      { at: 4, change: 'opened' },
      { at: 11, change: 'worse' },
    ]);
    expect(only(kept).severity).toBe('critical');
  });

  test('critical for an hour, milder for an hour: worse once in two hours, but for the first time', () => {
    const { told } = eachMinute((at) => (square(60)(at) ? 'critical' : 'warning'));
    expect(countsOf(told)).toEqual({ opened: 1, worse: 11 });
  });

  test('milder, and then gone for a while: the milder look after that still counts', () => {
    const looks: [number, Saw][] = [
      [0, 'critical'],
      [10, 'warning'],
      [15, 'nothing'],
      [20, 'warning'],
      [40, 'warning'],
    ];
    const { kept } = walk(looks.map(([at, saw]) => lookOf(minute(at), saw)));
    expect(only(kept)).toMatchObject({ severity: 'warning', state: 'open' });
  });
});

describe('a rule that is blind in the middle', () => {
  const course = (...parts: [from: number, saw: Saw][]) =>
    eachMinute((at) => parts.findLast(([from]) => from <= at)?.[1] ?? 'nothing', 120);
  const BLIND: Saw = { missing: 'administrator' };

  test('resolves nothing, for however long', () => {
    const { told, kept } = course([0, 'warning'], [10, BLIND]);
    expect(told).toEqual([{ at: 4, change: 'opened' }]);
    expect(only(kept)).toMatchObject({ state: 'open', lastSeenAt: minute(9), missedSince: null });
    expect(only(kept).blind).toEqual({ since: minute(10), missing: 'administrator' });
  });

  test('sees again: what is gone is resolved ten minutes later, what is there was never away', () => {
    const gone = course([0, 'warning'], [10, BLIND], [60, 'nothing']);
    expect(gone.told.slice(1)).toEqual([{ at: 70, change: 'resolved' }]);
    const there = course([0, 'warning'], [10, BLIND], [60, 'warning']);
    expect(there.told.slice(1)).toEqual([]);
    expect(only(there.kept)).toMatchObject({ state: 'open', blind: null });
  });

  test('sees twice that it is gone, before and after: resolved by the second time', () => {
    const { told } = course([0, 'warning'], [10, 'nothing'], [11, BLIND], [60, 'nothing']);
    expect(told.slice(1)).toEqual([{ at: 60, change: 'resolved' }]);
  });

  test('from the first moment knows of nothing', () => {
    expect(course([0, BLIND])).toEqual({ kept: [], told: [] });
  });
});
