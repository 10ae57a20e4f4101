import { describe, expect, test } from 'vitest';
import { HEALTH_EVENT_DAYS, type HealthInput } from '../src/findings/health/health-rule.ts';
import { FLEET_RULES, HEALTH_RULES } from '../src/findings/system-rules.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

function only<Value>(values: readonly Value[]): Value {
  const [first, ...more] = values;
  if (first === undefined || more.length > 0) throw new Error(`${values.length} values, not one`);
  return first;
}

describe('Silt’s own health', () => {
  const at = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
  const host1: HealthInput = {
    ...{ now: NOW, hostId: 'h1', hostName: 'ci-01', lastSeenAt: at(0), beatSeconds: 10, clockSkewMilliseconds: 400 },
    ...{ collectorVersion: '0.2.1', serverVersion: '0.2.0', events: [], standing: new Map(), listeningSince: 0 },
  };
  const health = (input: HealthInput) => HEALTH_RULES.map(({ id, check }) => ({ id, ...check(input) }));
  const foundOf = (input: HealthInput) =>
    health(input).flatMap(({ id, findings }) => findings.map(({ severity }) => [id, severity]));
  const silence = (hosts: HealthInput[]) => only(FLEET_RULES).check(hosts);

  test('a host in order: nothing', () => {
    expect(foundOf(host1)).toEqual([]);
    expect(health(host1).flatMap(({ cannotTell }) => cannotTell)).toEqual([]);
    expect(silence([host1])).toEqual([]);
  });

  test.each([
    [60_000, []],
    [60_001, [['clock-skew', 'notice']]],
    [-60_001, [['clock-skew', 'notice']]],
    [-300_001, [['clock-skew', 'warning']]],
  ])('a clock that is off by %d ms', (clockSkewMilliseconds, expected) => {
    expect(foundOf({ ...host1, clockSkewMilliseconds })).toEqual(expected);
  });

  test.each([
    ['0.1.9', [['collector-old', 'notice']]],
    ['0.2.0', []],
    ['1.0.0', []],
  ])('a collector %s of a server 0.2.0', (collectorVersion, expected) => {
    expect(foundOf({ ...host1, collectorVersion })).toEqual(expected);
  });

  test('what is not known is not told, and is no finding', () => {
    const unknown = { ...host1, clockSkewMilliseconds: null, collectorVersion: null, lastSeenAt: null };
    expect(foundOf(unknown)).toEqual([]);
    expect(health(unknown).flatMap(({ id, cannotTell }) => cannotTell.map(({ missing }) => [id, missing]))).toEqual([
      ['clock-skew', 'history'],
      ['collector-old', 'history'],
    ]);
    expect(foundOf({ ...host1, collectorVersion: 'nightly' })).toEqual([]);
    expect(silence([unknown])).toEqual([]);
  });

  test('gaps of the last week become one finding, a warning on the first day', () => {
    const gapAt = (minutes: number, eventNo: number) => {
      const detail = { from: 5, to: 14, reason: 'spool-full', firstTakenAt: null, lastTakenAt: null } as const;
      return { at: at(minutes), eventNo, kind: 'gap', detail } as const;
    };
    const events = [gapAt(30, 2), gapAt(60, 1), gapAt((HEALTH_EVENT_DAYS + 1) * 1_440, 0)];
    expect(foundOf({ ...host1, events })).toEqual([['gap', 'warning']]);
    const [found] = health({ ...host1, events }).flatMap(({ findings }) => findings);
    expect(found?.evidence).toMatchObject({ gapCount: 2, recordCount: 20, reason: 'spool-full' });
    expect(foundOf({ ...host1, events: [gapAt(2_000, 1)] })).toEqual([['gap', 'notice']]);
    expect(foundOf({ ...host1, events: events.slice(2) })).toEqual([]);
  });

  test('a clone and a missing partition of the last day', () => {
    const clone = { at: at(5), eventNo: 1, kind: 'clone-refused', detail: { address: '10.0.0.17', count: 3 } } as const;
    const rows = { at: at(9), eventNo: 2, kind: 'unpartitioned', detail: { rows: 2 } } as const;
    expect(foundOf({ ...host1, events: [clone, rows] })).toEqual([
      ['cloned-host', 'warning'],
      ['partition-missing', 'notice'],
    ]);
    expect(foundOf({ ...host1, events: [{ ...clone, at: at(1_441) }] })).toEqual([]);
  });

  const silentHost = (n: number, minutes: number, events: HealthInput['events'] = []): HealthInput => ({
    ...{ ...host1, hostId: `h${n}`, hostName: `ci-0${n}`, lastSeenAt: at(minutes), events },
  });

  test('three missed beats are silence, two are not', () => {
    expect(silence([host1, { ...silentHost(2, 0), lastSeenAt: new Date(NOW - 35_000).toISOString() }])).toEqual([]);
    const found = only(silence([host1, { ...silentHost(2, 0), lastSeenAt: new Date(NOW - 35_001).toISOString() }]));
    expect(found).toMatchObject({ subject: 'host h2', severity: 'warning', hostIds: ['h2'] });
    expect(found.evidence).toMatchObject({ cause: 'alone', hostNames: ['ci-02'] });
  });

  test('hosts that fell silent together are one finding, another one apart is its own', () => {
    const found = silence([host1, silentHost(2, 10), silentHost(3, 9), silentHost(4, 300)]);
    expect(found.map(({ hostIds, evidence }) => [evidence.cause, hostIds])).toEqual([
      ['alone', ['h4']],
      ['together', ['h2', 'h3']],
    ]);
  });

  test('every host silent is one finding of one subject, whenever they fell silent', () => {
    const found = only(silence([silentHost(1, 10), silentHost(2, 500), silentHost(3, 9)]));
    expect(found).toMatchObject({ subject: 'host h2', evidence: { cause: 'all', hostCount: 3 } });
  });

  test('silence from before the server began again is no silence of the collector, unless it was told before', () => {
    const listeningSince = NOW - 20_000;
    const away = { ...silentHost(2, 5), listeningSince };
    expect(silence([host1, away])).toEqual([]);
    const stands = { ...away, standing: new Map([['collector-silent', 'host h2']]) };
    expect(silence([host1, stands])).toMatchObject([{ subject: 'host h2', hostIds: ['h2'] }]);
    expect(silence([host1, { ...away, listeningSince: NOW - 40_000 }])).toMatchObject([{ hostIds: ['h2'] }]);
  });

  /** Asked again and again, with what stood after the time before. */
  function silenceOverTime(looks: HealthInput[][]): string[][][] {
    const standing = new Map<string, string>();
    return looks.map((hosts) => {
      const found = silence(
        hosts.map((host) => {
          const subject = standing.get(host.hostId);
          return { ...host, standing: new Map(subject === undefined ? [] : [['collector-silent', subject]]) };
        }),
      );
      for (const { subject, hostIds } of found) for (const hostId of hostIds) standing.set(hostId, subject);
      return found.map(({ subject, hostIds, evidence }) => [String(evidence.cause), subject, ...hostIds]);
    });
  }

  test('a cause keeps its subject while more fall silent, some earlier than the first that was told, and some come back', () => {
    const [h2, h3, h4] = [silentHost(2, 10), silentHost(3, 9), silentHost(4, 11)];
    const fine = (n: number) => silentHost(n, 0);
    expect(
      silenceOverTime([
        [host1, h2, fine(3), fine(4)],
        [host1, h2, h3, fine(4)],
        [host1, h2, h3, h4],
        [silentHost(1, 1), h2, h3, h4],
        [host1, fine(2), h3, h4],
      ]),
    ).toEqual([
      [['alone', 'host h2', 'h2']],
      [['together', 'host h2', 'h2', 'h3']],
      [['together', 'host h2', 'h4', 'h2', 'h3']],
      [['all', 'host h2', 'h4', 'h2', 'h3', 'h1']],
      [['together', 'host h2', 'h4', 'h3']],
    ]);
  });

  test('a host that is refused after it fell silent keeps its subject, and what is told is the refusal', () => {
    const detail = { code: 'key-revoked', address: null, count: 1 };
    const refused = { at: at(5), eventNo: 1, kind: 'collector-refused', detail } as const;
    expect(
      silenceOverTime([
        [host1, silentHost(2, 10)],
        [host1, silentHost(2, 10, [refused])],
      ]),
    ).toEqual([[['alone', 'host h2', 'h2']], [['refused', 'host h2', 'h2']]]);
  });

  test('a host that falls silent again while another stays so since the first time is another finding', () => {
    expect(
      silenceOverTime([
        [host1, silentHost(2, 600), silentHost(3, 599)],
        [host1, { ...silentHost(2, 0), standing: new Map() }, silentHost(3, 599)],
      ]).at(-1),
    ).toEqual([['alone', 'host h2', 'h3']]);
    const again = silence([
      host1,
      silentHost(2, 5),
      { ...silentHost(3, 599), standing: new Map([['collector-silent', 'host h2']]) },
    ]);
    expect(again.map(({ subject, hostIds }) => [subject, hostIds])).toEqual([
      ['host h2', ['h3']],
      [`host h2 since ${at(5)}`, ['h2']],
    ]);
  });

  test('those that are refused for one reason are one finding, unless they were enrolled again since', () => {
    const detail = { code: 'key-revoked', address: null, count: 4 };
    const refused = { at: at(5), eventNo: 1, kind: 'collector-refused', detail } as const;
    const enrolled = {
      ...({ at: at(4), eventNo: 2, kind: 'enrolled' } as const),
      detail: { keyId: 'k', collectorVersion: '0.2.0', again: true },
    };
    const found = silence([
      ...[host1, silentHost(2, 10, [refused]), silentHost(3, 400, [refused])],
      silentHost(4, 900, [refused, enrolled]),
    ]);
    expect(found.map(({ subject, hostIds }) => [subject, hostIds])).toEqual([
      ['host h4', ['h4']],
      ['refused key-revoked', ['h3', 'h2']],
    ]);
    expect(found[1]?.evidence).toMatchObject({ code: 'key-revoked' });
  });
});
