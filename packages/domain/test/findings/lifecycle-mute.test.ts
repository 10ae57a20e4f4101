import { describe, expect, test } from 'vitest';
import { type KeptFinding, muteFinding, muteProblem, unmuteFinding } from '../../src/findings/index.ts';
import { MAX_MUTE_DAYS, MAX_MUTE_REASON_CHARACTERS } from '../../src/index.ts';
import { keptOf, lookOf, minute, muteOf, NOW, only, walk } from './lifecycle-looks.ts';

const MUTE = { reason: ' new disks on Tuesday\n', until: minute(60), at: NOW, by: 'user-1' };
const DAY = 1_440;

describe('muting', () => {
  test.each<[string, Partial<KeptFinding>]>([
    ['new', { state: 'new' }],
    ['open', {}],
    ['reopened', { state: 'reopened', timesReopened: 1 }],
  ])('a %s one: its state, since when, and the mute; nothing that was seen', (_state, more) => {
    const kept = keptOf(more);
    const mute = { ...MUTE, reason: 'new disks on Tuesday', severity: 'warning' };
    expect(muteFinding(kept, MUTE)).toEqual({ ...kept, state: 'muted', stateSince: NOW, mute });
  });

  test('one that is muted: the new reason and end, muted since the first time', () => {
    const kept = keptOf({ state: 'muted', severity: 'critical', mute: muteOf(null) });
    const mute = { ...MUTE, reason: 'new disks on Tuesday', severity: 'critical' };
    expect(muteFinding(kept, MUTE)).toEqual({ ...kept, mute });
  });

  test('one that is resolved is a fault of who calls', () => {
    expect(() => muteFinding(keptOf({ state: 'resolved', resolvedAt: NOW }), MUTE)).toThrow(/resolved/);
  });

  test.each([
    ['open', 0],
    ['reopened', 1],
  ])('ends: %s, and nothing else changes', (state, timesReopened) => {
    const kept = keptOf({ state: 'muted', mute: muteOf(null), timesReopened });
    expect(unmuteFinding(kept, NOW)).toEqual({ ...kept, state, stateSince: NOW, mute: null });
  });

  test('cannot end where there is none', () => {
    for (const state of ['new', 'open', 'reopened', 'resolved'] as const) {
      const kept = keptOf({ state });
      expect(unmuteFinding(kept, NOW)).toBe(kept);
    }
  });
});

describe('a mute that was set', () => {
  const muted = (until: number | null) => muteFinding(keptOf(), { ...MUTE, until });
  const toldOf = (from: KeptFinding, looks: Parameters<typeof lookOf>[]) =>
    walk(
      looks.map((look) => lookOf(...look)),
      [from],
    );

  test('ends at the first look after its time that has the finding', () => {
    const { told, kept } = toldOf(muted(minute(60)), [
      [minute(59), 'warning'],
      [minute(60), { missing: 'lvm' }],
      [minute(65), 'nothing'],
      [minute(70), 'warning'],
    ]);
    expect(told).toEqual([{ at: 70, change: 'unmuted' }]);
    expect(only(kept)).toMatchObject({ state: 'open', stateSince: minute(70), mute: null });
  });

  test('without an end holds for as long as it does not become worse', () => {
    const { told } = toldOf(muted(null), [
      [minute(60), 'warning'],
      [minute(300 * DAY), 'notice'],
      [minute(300 * DAY + 1), 'critical'],
    ]);
    expect(told).toEqual([
      { at: 300 * DAY + 1, change: 'unmuted' },
      { at: 300 * DAY + 1, change: 'worse' },
    ]);
  });

  test('holds when it becomes milder, and then as bad as when it was muted', () => {
    const { told, kept } = toldOf(muted(null), [
      [minute(1), 'notice'],
      [minute(31), 'notice'],
      [minute(32), 'warning'],
    ]);
    expect(told).toEqual([]);
    expect(only(kept)).toMatchObject({ state: 'muted', severity: 'warning' });
  });

  test('ends with the finding, and does not come back with it', () => {
    const { told, kept } = toldOf(muted(null), [
      [minute(1), 'nothing'],
      [minute(11), 'nothing'],
      [minute(20), 'warning'],
    ]);
    expect(told).toEqual([
      { at: 11, change: 'resolved' },
      { at: 20, change: 'reopened' },
    ]);
    expect(only(kept).mute).toBeNull();
  });

  test('of a new one: it opens only when the mute ends, and its end is told', () => {
    const fresh = walk([lookOf(NOW, 'warning')]).kept;
    const from = muteFinding(only(fresh), { ...MUTE, until: minute(30) });
    expect(toldOf(from, [[minute(10), 'warning']]).told).toEqual([]);
    expect(toldOf(from, [[minute(30), 'warning']]).told).toEqual([{ at: 30, change: 'unmuted' }]);
    const gone = toldOf(from, [
      [minute(1), 'nothing'],
      [minute(11), 'nothing'],
    ]);
    expect(gone.told).toEqual([{ at: 11, change: 'resolved' }]);
  });
});

describe('what may be a mute', () => {
  const longest = 'é'.repeat(MAX_MUTE_REASON_CHARACTERS);
  test.each([
    ['x', null, null],
    [` ${longest}\n`, null, null],
    ['第一行\n第二行\t😀', null, null],
    ['x', minute(1), null],
    ['x', minute(MAX_MUTE_DAYS * DAY), null],
    ['', null, 'reason-missing'],
    [' \n\t\u3000', null, 'reason-missing'],
    [`${longest}x`, null, 'reason-long'],
    ['a\0b', null, 'reason-unprintable'],
    ['a\u001b[31mb', null, 'reason-unprintable'],
    ['x', NOW, 'until-past'],
    ['x', minute(-1), 'until-past'],
    ['x', Number.NaN, 'until-past'],
    ['x', minute(MAX_MUTE_DAYS * DAY) + 1, 'until-far'],
    ['x', Number.POSITIVE_INFINITY, 'until-far'],
  ])('%j until %s: %s', (reason, until, problem) => {
    expect(muteProblem({ reason, until }, NOW)).toBe(problem);
  });
});
