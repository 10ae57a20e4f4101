import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BUILT_IN_BEATS,
  beatsOf,
  DEFAULT_HORIZON_DAYS,
  horizonDaysOf,
  MAX_FAST_BEAT_SECONDS,
  MAX_HORIZON_DAYS,
  MAX_SLOW_BEAT_SECONDS,
  MAX_TAG_CHARACTERS,
  MIN_FAST_BEAT_SECONDS,
  MIN_HORIZON_DAYS,
  MIN_SLOW_BEAT_SECONDS,
  type TagSetting,
  tagSettingProblem,
} from '../src/index.ts';

const NOTHING = { horizonDays: null, fastBeatSeconds: null, slowBeatSeconds: null };
const of = (tag: string, said: Partial<TagSetting>): TagSetting => ({ tag, ...NOTHING, ...said });

describe('what holds for a host', () => {
  test('is built in where nothing is set, or only for tags that it does not have', () => {
    const others = [of('db', { horizonDays: 30, fastBeatSeconds: 1, slowBeatSeconds: 60 })];
    for (const settings of [[], others, [of('', {})]]) {
      expect(horizonDaysOf(['ci'], settings)).toBe(DEFAULT_HORIZON_DAYS);
      expect(beatsOf(['ci'], settings)).toEqual(BUILT_IN_BEATS);
    }
  });

  test('is the longest horizon and the shortest beats of its tags', () => {
    const settings = [
      of('ci', { horizonDays: 3, fastBeatSeconds: 30, slowBeatSeconds: 600 }),
      of('db', { horizonDays: 14, fastBeatSeconds: 5, slowBeatSeconds: 900 }),
    ];
    expect(horizonDaysOf(['ci', 'db'], settings)).toBe(14);
    expect(beatsOf(['ci', 'db'], settings)).toEqual({ fastBeatSeconds: 5, slowBeatSeconds: 600 });
  });

  test('is what its tag says although every host has a longer horizon and shorter beats', () => {
    const settings = [
      of('', { horizonDays: 30, fastBeatSeconds: 1, slowBeatSeconds: 10 }),
      of('ci', { horizonDays: 2, fastBeatSeconds: 60, slowBeatSeconds: 900 }),
    ];
    expect(horizonDaysOf(['ci'], settings)).toBe(2);
    expect(beatsOf(['ci'], settings)).toEqual({ fastBeatSeconds: 60, slowBeatSeconds: 900 });
  });

  test('comes field by field: what a tag does not say is as for every host, then as built in', () => {
    const settings = [of('', { fastBeatSeconds: 20 }), of('ci', { horizonDays: 2 })];
    const builtIn = { fastBeatSeconds: 7, slowBeatSeconds: 70 };
    expect(horizonDaysOf(['ci'], settings)).toBe(2);
    expect(beatsOf(['ci'], settings, builtIn)).toEqual({ fastBeatSeconds: 20, slowBeatSeconds: 70 });
  });

  test('is that of every host for one without tags', () => {
    expect(horizonDaysOf([], [of('', { horizonDays: 20 }), of('ci', { horizonDays: 2 })])).toBe(20);
  });

  test('does not hang on the order of tags or settings, and one more tag shortens no horizon that tags gave', () => {
    const tag = fc.constantFrom<string>('a', 'b', 'c');
    const horizon = fc.integer({ min: MIN_HORIZON_DAYS, max: MAX_HORIZON_DAYS });
    const settings = fc
      .uniqueArray(fc.record({ tag: fc.constantFrom('', 'a', 'b', 'c'), horizonDays: horizon }), {
        selector: (setting) => setting.tag,
      })
      .map((all) => all.map(({ tag: name, horizonDays }) => of(name, { horizonDays })));
    fc.assert(
      fc.property(fc.uniqueArray(tag), tag, settings, (tags, more, all) => {
        const days = horizonDaysOf(tags, all);
        expect(horizonDaysOf([...tags].reverse(), [...all].reverse())).toBe(days);
        if (all.some((setting) => tags.includes(setting.tag)))
          expect(horizonDaysOf([...tags, more], all)).toBeGreaterThanOrEqual(days);
      }),
    );
  });
});

describe('a setting', () => {
  const whole = { horizonDays: 14, fastBeatSeconds: 10, slowBeatSeconds: 300 };

  test.each<[string, TagSetting]>([
    ['of every host that says nothing', of('', {})],
    ['of a tag that says one thing', of('ci', { fastBeatSeconds: 30 })],
    [
      'at the lower bounds',
      of('ci', {
        horizonDays: MIN_HORIZON_DAYS,
        fastBeatSeconds: MIN_FAST_BEAT_SECONDS,
        slowBeatSeconds: MIN_SLOW_BEAT_SECONDS,
      }),
    ],
    [
      'at the upper bounds',
      of('ci', {
        horizonDays: MAX_HORIZON_DAYS,
        fastBeatSeconds: MAX_FAST_BEAT_SECONDS,
        slowBeatSeconds: MAX_SLOW_BEAT_SECONDS,
      }),
    ],
  ])('%s may be', (_, setting) => {
    expect(tagSettingProblem(setting)).toBeNull();
  });

  test.each<[string, TagSetting, string]>([
    ['a tag with a blank', of('a b', whole), 'tag'],
    ['a tag that is too long', of('x'.repeat(MAX_TAG_CHARACTERS + 1), whole), 'tag'],
    ['nothing said of a tag', of('ci', {}), 'empty'],
    ['no day', of('ci', { horizonDays: 0 }), 'horizon'],
    ['half a day', of('ci', { horizonDays: 1.5 }), 'horizon'],
    ['too many days', of('ci', { horizonDays: MAX_HORIZON_DAYS + 1 }), 'horizon'],
    ['days that are no number', of('ci', { horizonDays: Number.NaN }), 'horizon'],
    ['no second', of('', { fastBeatSeconds: 0 }), 'fast-beat'],
    ['a fast beat that is too slow', of('', { fastBeatSeconds: MAX_FAST_BEAT_SECONDS + 1 }), 'fast-beat'],
    ['a slow beat that is too fast', of('', { slowBeatSeconds: MIN_SLOW_BEAT_SECONDS - 1 }), 'slow-beat'],
    ['an endless slow beat', of('', { slowBeatSeconds: Number.POSITIVE_INFINITY }), 'slow-beat'],
  ])('with %s may not be', (_, setting, problem) => {
    expect(tagSettingProblem(setting)).toBe(problem);
  });
});
