import type { ForecastView, ScoredForecast } from '@silt/domain';
import { createTranslator } from 'use-intl/core';
import { describe, expect, it } from 'vitest';
import { daysLeftAt, firstDue, forecastDates } from '../src/features/store/forecast-dates.ts';
import {
  alarmText,
  basisText,
  datesText,
  type ForecastVoice,
  leftTexts,
  stageText,
  verdictSentence,
} from '../src/features/store/forecast-words.ts';
import { happenedText, outcomeText, saidText } from '../src/features/store/outcome-text.ts';
import { en } from '../src/messages/en.ts';
import { zhCN } from '../src/messages/zh-CN.ts';
import { daysText } from '../src/shared/format/days-text.ts';

const GIB = 1024 ** 3;
const DAY = 86_400_000;
const NOW = Date.parse('2026-05-14T09:00:00Z');

const voice = (locale: 'en' | 'zh-CN' = 'en', at = NOW): ForecastVoice => ({
  t: createTranslator({ locale, messages: locale === 'en' ? en : zhCN, namespace: 'forecast' }),
  locale,
  timeZone: 'UTC',
  at,
});

const filling: ForecastView = {
  clock: 'space',
  stops: true,
  unit: 'bytes',
  verdict: 'filling',
  reason: 'trend',
  alarm: true,
  horizonDays: 7,
  daysLeft: { p10: 3.2, p50: 4, p90: 5.1 },
  slopePerDay: { low: 3.6 * GIB, mid: 4.1 * GIB, high: 4.5 * GIB },
  used: 588 * GIB,
  capacity: 604.4 * GIB,
  since: '2026-04-27T10:00:00Z',
  window: { from: '2026-04-15T09:00:00Z', to: '2026-05-14T09:00:00Z', points: 696 },
  madeAt: '2026-05-14T09:00:00Z',
  confirmedAt: '2026-05-14T09:00:00Z',
};
const undated = { ...filling, daysLeft: null, slopePerDay: null, since: null, alarm: false } as const;

describe('days are told as people tell them', () => {
  it.each([
    [0, 'under 1 h'],
    [-3, 'under 1 h'],
    [0.2, '5 h'],
    [0.99, '1 day'],
    [6.17, '6 d 4 h'],
    [3, '3 days'],
    [12.4, '12 days'],
    [20.9, '21 days'],
    [21, '3 weeks'],
    [152, '5 months'],
    [729, '24 months'],
    [730, '> 2 years'],
    [null, '> 2 years'],
  ])('%s days are %s', (days, text) => expect(daysText(days, voice().t)).toBe(text));

  it('reads in Chinese', () => expect(daysText(6.17, voice('zh-CN').t)).toBe('6 天 4 小时'));
});

describe('a forecast keeps its date while its days run down', () => {
  it('has a day less left after a day', () => {
    expect(daysLeftAt(filling, NOW + DAY)?.p50).toBeCloseTo(3);
    expect(forecastDates(filling)?.p50).toBe(NOW + 4 * DAY);
  });

  it('never has less than nothing left', () => {
    expect(daysLeftAt(filling, NOW + 30 * DAY)).toEqual({ p10: 0, p50: 0, p90: 0 });
  });

  it('has no date without days', () => {
    expect(daysLeftAt(undated, NOW)).toBeNull();
    expect(leftTexts(undated, voice())).toBeNull();
  });

  it('keeps an open end open', () => {
    expect(daysLeftAt({ ...filling, daysLeft: { p10: 1, p50: 2, p90: null } }, NOW)?.p90).toBeNull();
  });

  it('is due at its p90, or when its horizon is over; what is full or too short never is', () => {
    expect(firstDue([filling], NOW)).toBe(NOW + 5.1 * DAY);
    expect(firstDue([{ ...undated, verdict: 'steady' }], NOW)).toBe(NOW + 7 * DAY);
    expect(
      firstDue(
        [
          { ...undated, verdict: 'too-short' },
          { ...filling, verdict: 'full' },
        ],
        NOW,
      ),
    ).toBeNull();
  });
});

describe('a verdict is a sentence with its reason', () => {
  const NEW_WINDOW = { from: '2026-05-07T09:00:00Z', to: '2026-05-14T09:00:00Z', points: 168 };
  const say = (change: Partial<ForecastView>): string => verdictSentence({ ...undated, ...change }, voice());

  it('of what fills: since when, and how fast with its interval', () => {
    expect(verdictSentence(filling, voice())).toBe(
      'Filling since Apr 27: 4.10 GiB a day (3.60 GiB to 4.50 GiB); it has grown over days, and the last two days confirm it.',
    );
    expect(say({ verdict: 'filling', reason: 'runaway' })).toBe('Filling: it grows so fast that hours count.');
  });

  it.each([
    ['steady', 'comes-back', 'Steady: it comes back by itself before it is full.'],
    [
      'noisy',
      'slopes-differ',
      'Noisy: no date can be told, because its growth differs between the windows that were tried.',
    ],
    ['full', 'at-capacity', 'Full: nothing is left of it.'],
    ['too-short', 'nothing-recent', 'No forecast: nothing was read lately.'],
  ] as const)('of %s: %s', (verdict, reason, sentence) => expect(say({ verdict, reason })).toBe(sentence));

  it('of a new host: what a forecast needs and what there is', () => {
    const short = { verdict: 'too-short', reason: 'few-days' } as const;
    const since = (hours: number) => ({
      from: new Date(NOW - hours * 3_600_000).toISOString(),
      to: new Date(NOW).toISOString(),
      points: hours,
    });
    expect(say({ ...short, window: null })).toBe('A forecast needs 36 hours, and nothing was read yet.');
    expect(say({ ...short, window: { ...since(0), points: 1 } })).toBe(
      'A forecast needs 36 hours, there is less than an hour.',
    );
    expect(say({ ...short, window: since(1) })).toBe('A forecast needs 36 hours, there is 1 hour.');
    expect(say({ ...short, window: { ...since(50), points: 20 } })).toBe(
      'A forecast needs 36 hours, there are 20 hours.',
    );
    expect(say({ ...short, window: since(50) })).toBe('No forecast: too few days were read.');
  });

  it('of a date that is too young to wake anybody: that it does not, unless it runs away', () => {
    const young = { ...filling, alarm: false, window: { ...NEW_WINDOW, from: '2026-05-12T09:00:00Z' } };
    expect(alarmText(young, voice())).toBe('a trend wakes nobody before 3 days were read');
    const older = { ...young, window: { ...NEW_WINDOW, from: '2026-05-10T09:00:00Z' } };
    expect(alarmText(older, voice())).toBe('alarms are raised 3 days ahead');
    expect(alarmText({ ...older, horizonDays: 2 }, voice())).toBe('alarms are raised 2 days ahead');
    expect(alarmText({ ...young, window: NEW_WINDOW }, voice())).toBe('alarms are raised 7 days ahead');
    expect(alarmText({ ...young, reason: 'runaway' }, voice())).toBe('alarms are raised 7 days ahead');
    expect(alarmText({ ...young, alarm: true }, voice())).toBe('full within 7 days, surely enough to wake somebody');
    expect(alarmText({ ...young, verdict: 'full' }, voice())).toBe('');
  });

  it('names window and points, dates and interval', () => {
    expect(basisText(filling, voice())).toBe('Made from 29 days, 696 hours read, Apr 15 to May 14, 09:00.');
    expect(datesText(filling, voice())).toBe('about May 18, between May 17 and May 19');
    expect(datesText({ ...filling, daysLeft: { p10: 300, p50: 400, p90: null } }, voice())).toBe(
      'about Jun 18, 2027, not before Mar 10, 2027, with no end to be told',
    );
    expect(leftTexts(filling, voice())).toEqual({ left: '4 days', range: '3 d 5 h – 5 d 2 h' });
  });

  it('of the unallocated space says that it is a stage', () => {
    const stage = { clock: 'btrfsUnallocated', stops: false } as const;
    expect(stageText({ ...filling, ...stage }, voice())).toMatch(/^no new chunks from May 18 on \(p10–p90 /);
    expect(stageText({ ...filling, ...stage, verdict: 'full' }, voice())).toMatch(/^no new chunks can be made/);
    expect(stageText({ ...undated, ...stage, verdict: 'steady' }, voice())).toBe('a stage on the way, no end');
  });

  it('in Chinese as well', () => {
    expect(verdictSentence(filling, voice('zh-CN'))).toBe(
      '自 4月27日 起正在填满：每天 4.10 GiB（3.60 GiB 至 4.50 GiB）；连日增长，最近两天也证实了这一点。',
    );
  });
});

describe('a past forecast is told beside what became of it', () => {
  const scored: ScoredForecast = {
    ...filling,
    scoredAt: '2026-05-18T21:00:00Z',
    outcome: 'in-time',
    actualDays: 4.5,
    actualSlope: 3.9 * GIB,
  };

  it('with the date it said and the date it was', () => {
    expect(saidText(scored, voice())).toBe('full in 4 days (3 d 5 h – 5 d 2 h)');
    expect(happenedText(scored, voice())).toBe('full after 4 d 12 h, 3.90 GiB a day');
    expect(outcomeText(scored, voice())).toBe('It was full between p10 and p90. It was full after 4 d 12 h.');
  });

  it('without a date by its horizon or its verdict', () => {
    const steady: ScoredForecast = { ...scored, ...undated, verdict: 'steady', outcome: 'held', actualDays: null };
    expect(saidText(steady, voice())).toBe('no fill within 7 days');
    expect(happenedText({ ...steady, actualSlope: null }, voice())).toBe('not full');
    expect(saidText({ ...steady, verdict: 'noisy' }, voice())).toBe('Noisy, no date');
  });
});
