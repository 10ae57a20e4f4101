import {
  BACKTEST_ALARM_KINDS,
  BACKTEST_FAILURES,
  CLOCK_NAMES,
  FORECAST_OUTCOMES,
  FORECAST_REASONS,
  SERIES_NAMES,
  VERDICTS,
} from '@silt/domain';
import { FINDING_STATES, MISSING_FACTS, STEP_KINDS } from '@silt/domain/findings';
import compile from 'icu-minify/compile';
import { describe, expect, it } from 'vitest';
import { en } from '../src/messages/en.ts';
import { zhCN } from '../src/messages/zh-CN.ts';

function flatten(messages: object, path: string[] = []): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'string' ? [[[...path, key].join('.'), value]] : flatten(value as object, [...path, key]),
  );
}

/** Names of the arguments and tags of an ICU message, sorted. A branch such as `{# hosts}` is no name: it has a space. */
const namesOf = (message: string): string[] =>
  [
    ...new Set(Array.from(message.matchAll(/\{(\w+)[,}]|<(\w+)>/g), ([, argument, tag]) => argument ?? tag ?? '')),
  ].sort();

const english = new Map(flatten(en));
const chinese = new Map(flatten(zhCN));

describe('messages', () => {
  it('have the same keys in both languages', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it.each([...english.keys()])('%s takes the same arguments in both languages, and is no empty text', (key) => {
    const [first, second] = [english.get(key) ?? '', chinese.get(key) ?? ''];
    expect(first.trim()).not.toBe('');
    expect(second.trim()).not.toBe('');
    expect(namesOf(second)).toEqual(namesOf(first));
    expect(() => [compile(first), compile(second)]).not.toThrow();
  });

  it.each([
    ['compare.series', SERIES_NAMES],
    ['forecast.clock', CLOCK_NAMES],
    ['forecast.verdict', VERDICTS],
    ['forecast.reason', FORECAST_REASONS],
    ['forecast.outcome', FORECAST_OUTCOMES],
    ['forecast.outcomeIs', FORECAST_OUTCOMES],
    ['backtest.kind', BACKTEST_ALARM_KINDS],
    ['backtest.kindIs', BACKTEST_ALARM_KINDS],
    ['backtest.failures', Object.keys(BACKTEST_FAILURES)],
    ['findings.state', FINDING_STATES],
    ['findings.missing', MISSING_FACTS],
    ['findings.step', STEP_KINDS],
  ] as const)('of %s are one for each that the domain knows, in both languages', (group, names) => {
    const expected = names.map((name) => `${group}.${name}`).sort();
    for (const language of [english, chinese]) {
      expect([...language.keys()].filter((key) => key.startsWith(`${group}.`)).sort()).toEqual(expected);
    }
  });

  it('say in Chinese what is not a name in Chinese', () => {
    const untranslated = [...english].filter(([key, text]) => chinese.get(key) === text).map(([key]) => key);
    expect(untranslated.sort()).toEqual([
      'allocation.copies',
      'allocation.total',
      'events.refusal.other',
      'events.snapshotRefusal.other',
      'host.probeName.other',
      'store.uuid',
    ]);
  });
});
