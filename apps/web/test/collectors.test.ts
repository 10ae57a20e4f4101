import type { CollectorRow, HostEvent, HostEventDetails } from '@silt/domain';
import { createTranslator } from 'use-intl/core';
import { describe, expect, it } from 'vitest';
import { type EventWords, eventSentence } from '../src/features/host/event-sentence.ts';
import { collectorState } from '../src/features/settings/collector-state.ts';
import { isLoopback } from '../src/features/settings/is-loopback.ts';
import { readTags } from '../src/features/settings/read-tags.ts';
import { en } from '../src/messages/en.ts';
import { zhCN } from '../src/messages/zh-CN.ts';
import { changeErrorKey } from '../src/shared/api/error-key.ts';

function wordsIn(locale: 'en' | 'zh-CN'): EventWords {
  const messages = locale === 'en' ? en : (zhCN as typeof en);
  return {
    t: createTranslator({ locale, messages, namespace: 'events' }),
    gap: createTranslator({ locale, messages, namespace: 'gap' }),
    rangeText: (from, to) => `${from.slice(11, 16)} – ${to.slice(11, 16)}`,
    skewText: (milliseconds) => `${milliseconds} ms off`,
    locale,
  };
}

const AT = { at: '2026-11-21T14:10:00.000Z', eventNo: 1 };
const GAP: HostEventDetails['gap'] = {
  ...{ from: 41, to: 800, reason: 'spool-full' },
  ...{ firstTakenAt: '2026-11-21T12:03:00.000Z', lastTakenAt: '2026-11-21T14:10:00.000Z' },
};

const FINDING: HostEventDetails['finding'] = {
  ...{ change: 'opened', findingNo: 3, rule: 'dind-leftover', storeKey: null, severity: 'warning' },
  title: { en: 'A volume holds 231 nested layers', 'zh-CN': '一个卷中留有 231 个嵌套层' },
  ...{ promisedBytes: 65_927_143_588, freedBytes: null },
};

const SENTENCES: [Pick<HostEvent, 'kind' | 'detail'>, string][] = [
  [
    { kind: 'enrolled', detail: { keyId: 'k', collectorVersion: '0.2.0', again: false } },
    'Enrolled, with collector 0.2.0',
  ],
  [
    { kind: 'enrolled', detail: { keyId: 'k', collectorVersion: '0.2.0', again: true } },
    'Enrolled again, with collector 0.2.0; its earlier keys are revoked',
  ],
  [{ kind: 'key-rotated', detail: { keyId: 'k' } }, 'The collector took a new key'],
  [{ kind: 'key-revoked', detail: { keyId: 'k' } }, 'A key was revoked: a collector that has it is refused'],
  [{ kind: 'retired', detail: { tag: null, silentHours: null } }, 'Retired by hand'],
  [
    { kind: 'retired', detail: { tag: 'ci', silentHours: 24 } },
    'Retired after 24 hours of silence, as hosts tagged ci are',
  ],
  [
    { kind: 'clone-refused', detail: { address: '192.0.2.7', count: 3 } },
    'A second collector with this host’s key was refused, from 192.0.2.7, 3 times: a cloned machine?',
  ],
  [
    { kind: 'clone-refused', detail: { address: null, count: 1 } },
    'A second collector with this host’s key was refused: a cloned machine?',
  ],
  [
    { kind: 'sequence-conflict', detail: { sequence: 41, count: 1 } },
    'Record 41 came again and held something else; it was refused',
  ],
  [
    { kind: 'collector-refused', detail: { code: 'key-revoked', address: '192.0.2.7', count: 2 } },
    'A collector was not let in from 192.0.2.7, 2 times: its key is revoked',
  ],
  [
    { kind: 'collector-refused', detail: { code: 'made-up', address: null, count: 1 } },
    'A collector was not let in: made-up',
  ],
  [{ kind: 'gap', detail: GAP }, '760 snapshots lost, 12:03 – 14:10: the spool was full'],
  [
    { kind: 'gap', detail: { ...GAP, to: 41, firstTakenAt: null, reason: 'corrupt' } },
    '1 snapshot lost, 14:10 – 14:10: the spool could not be read back',
  ],
  [
    { kind: 'gap', detail: { ...GAP, firstTakenAt: null, lastTakenAt: null, reason: 'memory-full' } },
    '760 snapshots lost, when is not known: the disk took no more, and the memory for them was full',
  ],
  [
    { kind: 'snapshot-refused', detail: { code: 'too-old', firstSequence: 5, lastSequence: 9, count: 4 } },
    '4 records could not be stored, from 5 to 9: older than what is kept',
  ],
  [{ kind: 'clock-skew', detail: { milliseconds: 86_400_000 } }, 'Its clock is 86400000 ms off'],
  [{ kind: 'clock-skew', detail: { milliseconds: -60_000 } }, 'Its clock is right again'],
  [
    { kind: 'unpartitioned', detail: { rows: 12 } },
    '12 snapshots had no partition of their day and stand in the default one',
  ],
  [
    { kind: 'inventory-stale', detail: { lastReadAt: '2026-11-21T12:03:00.000Z' } },
    'A change of its inventory never came, 12:03 – 14:10; what is shown is from before it, until all of it is told again',
  ],
  [
    { kind: 'survey-refused', detail: { reason: 'devices[0].name: is too long', count: 2 } },
    'An inventory for the findings could not be used, 2 times: devices[0].name: is too long',
  ],
  [{ kind: 'finding', detail: FINDING }, 'Found: A volume holds 231 nested layers'],
  [{ kind: 'finding', detail: { ...FINDING, change: 'resolved' } }, 'Resolved: A volume holds 231 nested layers'],
  [
    { kind: 'finding', detail: { ...FINDING, change: 'resolved', freedBytes: 64_424_509_440 } },
    'Resolved: A volume holds 231 nested layers (61.4 GiB promised, 60.0 GiB came back)',
  ],
  [
    { kind: 'snapshot-refused', detail: { code: 'inventory-incomplete', firstSequence: 5, lastSequence: 5, count: 1 } },
    '1 record could not be stored, from 5 to 5: parts of an inventory whose others did not come',
  ],
];

describe('an event', () => {
  it.each(SENTENCES)('is one plain sentence with its numbers: %j', (event, sentence) => {
    expect(eventSentence({ ...AT, ...event } as HostEvent, wordsIn('en'))).toBe(sentence);
  });

  it.each(SENTENCES)('says the same in Chinese, without a hole: %j', (event) => {
    const sentence = eventSentence({ ...AT, ...event } as HostEvent, wordsIn('zh-CN'));
    expect(sentence).toMatch(/[一-鿿]/);
    expect(sentence).not.toMatch(/[{}]|events\.|gap\./);
  });
});

describe('the connection of a collector', () => {
  const ROW: Pick<CollectorRow, 'connection' | 'key' | 'keyRevokedAt' | 'simulated'> = {
    ...{ connection: 'connected', key: { createdAt: AT.at, count: 1 }, keyRevokedAt: null, simulated: false },
  };
  it.each<[Partial<CollectorRow>, string]>([
    [{}, 'connected'],
    [{ connection: 'silent' }, 'silent'],
    [{ key: null, keyRevokedAt: AT.at }, 'revoked'],
    [{ connection: 'retired', key: null, keyRevokedAt: AT.at }, 'retired'],
    [{ connection: 'never', key: null }, 'noKey'],
    [{ key: null, simulated: true }, 'connected'],
  ])('of %j is %s: a key that is not good comes first', (change, expected) => {
    expect(collectorState({ ...ROW, ...change } as CollectorRow)).toBe(expected);
  });
});

describe('typed tags', () => {
  it('are parted by commas and spaces, each once, in their order', () => {
    expect(readTags(' ci, nightly  ci，btrfs ')).toEqual({
      ...{ tags: ['ci', 'nightly', 'btrfs'], wrong: null, tooMany: false },
    });
    expect(readTags('')).toEqual({ tags: [], wrong: null, tooMany: false });
  });

  it('name the first that is none, and say when they are too many', () => {
    expect(readTags('ci $(reboot)').wrong).toBe('$(reboot)');
    expect(readTags('x'.repeat(41)).wrong).toBe('x'.repeat(41));
    expect(readTags('1 2 3 4 5 6 7 8 9 10').tooMany).toBe(false);
    expect(readTags('1 2 3 4 5 6 7 8 9 10 11').tooMany).toBe(true);
  });
});

describe('the address of collectors', () => {
  it.each(['ws://127.0.0.1:4301/collect', 'ws://localhost/collect', 'ws://[::1]:4301/collect'])(
    '%s is this machine alone',
    (url) => expect(isLoopback(url)).toBe(true),
  );
  it.each(['wss://silt.example/collect', 'wss://127.example.org/collect', 'wss://192.168.1.4/collect', 'nothing'])(
    '%s is not',
    (url) => expect(isLoopback(url)).toBe(false),
  );
});

describe('a change that was not made', () => {
  it('has a sentence by its code', () => {
    expect(changeErrorKey({ data: { code: 'FORBIDDEN' } })).toBe('FORBIDDEN');
    expect(changeErrorKey({ data: { code: 'CONFLICT' } })).toBe('CONFLICT');
    expect(changeErrorKey({ data: { code: 'TIMEOUT' } })).toBe('OTHER');
    expect(changeErrorKey(new TypeError('fetch failed'))).toBe('OFFLINE');
  });
});
