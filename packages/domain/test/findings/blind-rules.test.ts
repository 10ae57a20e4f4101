import { describe, expect, test } from 'vitest';
import { blindRulesOf, type CannotTell, LANGUAGES, MISSING_FACTS } from '../../src/findings/index.ts';

const NAMES = new Map([
  ['fs:1', '/var/lib/docker'],
  ['fs:2', '/srv'],
]);
const blind = (cannotTell: CannotTell[], language: 'en' | 'zh-CN' = 'en') =>
  blindRulesOf(cannotTell, { language, storeNames: NAMES });

describe('rules that cannot tell', () => {
  test('are grouped by what is missing, then in the order of the reference, stores by their names', () => {
    const groups = blind([
      { rule: 'clock-skew', subject: null, missing: 'history' },
      { rule: 'fs-full', subject: 'fs:1', missing: 'administrator' },
      { rule: 'btrfs-unallocated-low', subject: 'fs:2', missing: 'administrator' },
      { rule: 'fs-full', subject: 'fs:2', missing: 'administrator' },
      { rule: 'fs-full', subject: 'fs:gone', missing: 'administrator' },
      { rule: 'fs-full', subject: 'fs:1', missing: 'administrator' },
    ]);
    expect(groups.map(({ missing, rules }) => [missing, rules.map(({ rule, subjects }) => [rule, subjects])])).toEqual([
      [
        'administrator',
        [
          ['btrfs-unallocated-low', ['/srv']],
          ['fs-full', ['/var/lib/docker', '/srv', 'fs:gone']],
        ],
      ],
      ['history', [['clock-skew', []]]],
    ]);
  });

  test('as a whole: none of its subjects is named', () => {
    const groups = blind([
      { rule: 'fs-full', subject: 'fs:1', missing: 'sysfs' },
      { rule: 'fs-full', subject: null, missing: 'sysfs' },
    ]);
    expect(groups.flatMap(({ rules }) => rules.map(({ subjects }) => subjects))).toEqual([[]]);
  });

  test('that are no more, since an upgrade, are shown by their id, last', () => {
    const groups = blind([
      { rule: 'of-old', subject: null, missing: 'sysfs' },
      { rule: 'fs-full', subject: null, missing: 'sysfs' },
    ]);
    const names = groups.flatMap(({ rules }) => rules.map(({ rule, name }) => [rule, name]));
    expect(names.map(([rule]) => rule)).toEqual(['fs-full', 'of-old']);
    expect(names.at(-1)).toEqual(['of-old', 'of-old']);
  });

  test('none: nothing', () => {
    expect(blind([])).toEqual([]);
  });

  test('are told what would let them, a sentence for each missing fact in each language', () => {
    const all = MISSING_FACTS.map((missing) => ({ rule: 'fs-full', subject: null, missing }));
    for (const language of LANGUAGES) {
      const groups = blind(all, language);
      expect(groups.map(({ missing }) => missing)).toEqual([...MISSING_FACTS]);
      for (const { remedy } of groups) expect(remedy).toMatch(language === 'en' ? /\.$/ : /。$/);
      expect(new Set(groups.map(({ remedy }) => remedy)).size).toBe(MISSING_FACTS.length);
    }
  });

  test('read the same flags in both languages', () => {
    const flags = (text: string) => text.match(/--[a-z-]+|CAP_[A-Z_]+|\/[a-z][a-z/.:,-]*[a-z]/g)?.toSorted() ?? [];
    const all = MISSING_FACTS.map((missing) => ({ rule: 'fs-full', subject: null, missing }));
    const [english, chinese] = [blind(all), blind(all, 'zh-CN')].map((groups) =>
      groups.map(({ remedy }) => flags(remedy)),
    );
    expect(chinese).toEqual(english);
  });
});
