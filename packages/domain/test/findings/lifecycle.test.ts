import { describe, expect, test } from 'vitest';
import { advanceFindings, type KeptFinding } from '../../src/findings/index.ts';
import { findingOf, keptOf, lookOf, minute, muteOf, NOW, only, RULE, type Saw, SUBJECT } from './lifecycle-looks.ts';

const NEW = { state: 'new', stateSince: minute(-1), firstSeenAt: minute(-1), standsSince: minute(-1) } as const;
const NEW_FOR_4_MINUTES = { ...NEW, stateSince: minute(-4), firstSeenAt: minute(-4), standsSince: minute(-4) } as const;
const MISSED = { missedSince: minute(-5), missedLooks: 1 };
const MISSED_FOR_10_MINUTES = { missedSince: minute(-10), missedLooks: 1 };
const RESOLVED = {
  state: 'resolved',
  stateSince: minute(-20),
  resolvedAt: minute(-20),
  lastSeenAt: minute(-31),
} as const;
const NEVER_OPENED = { ...RESOLVED, standsSince: minute(-34), firstSeenAt: minute(-34) } as const;
const BLIND = { blind: { since: minute(-5), missing: 'administrator' } } as const;

/** The cases before the look, each as it differs from `keptOf()`; null = nothing is kept. */
const BEFORE = {
  nothing: null,
  'new, a minute old': NEW,
  'new, four minutes old': NEW_FOR_4_MINUTES,
  'new, a notice': { ...NEW, severity: 'notice' },
  'new, missed for ten minutes': {
    ...NEW,
    lastSeenAt: minute(-11),
    standsSince: minute(-12),
    ...MISSED_FOR_10_MINUTES,
  },
  open: {},
  'open, a notice': { severity: 'notice' },
  'open and critical': { severity: 'critical' },
  'open and critical, milder for 29 minutes': { severity: 'critical', milderSince: minute(-29) },
  'open and critical, milder for 30 minutes': { severity: 'critical', milderSince: minute(-30) },
  'open, missed for five minutes': MISSED,
  'open, missed for ten minutes': MISSED_FOR_10_MINUTES,
  'open, blind': BLIND,
  'open, missed for ten minutes, then blind': { ...MISSED_FOR_10_MINUTES, ...BLIND },
  reopened: { state: 'reopened', timesReopened: 1 },
  'reopened, missed for ten minutes': { state: 'reopened', timesReopened: 1, ...MISSED_FOR_10_MINUTES },
  muted: { state: 'muted', mute: muteOf(null) },
  'muted, a notice': { state: 'muted', mute: muteOf(null, 'notice'), severity: 'notice' },
  'muted as critical, now a warning': { state: 'muted', mute: muteOf(null, 'critical') },
  'muted, came back before': { state: 'muted', mute: muteOf(null), timesReopened: 2 },
  'muted until in a minute': { state: 'muted', mute: muteOf(minute(1)) },
  'muted until now': { state: 'muted', mute: muteOf(NOW) },
  'muted until now, came back before': { state: 'muted', mute: muteOf(NOW), timesReopened: 2 },
  'muted until now, missed for five minutes': { state: 'muted', mute: muteOf(NOW), ...MISSED },
  'muted, missed for ten minutes': { state: 'muted', mute: muteOf(null), ...MISSED_FOR_10_MINUTES },
  resolved: RESOLVED,
  'resolved after one look, came back before': { ...NEVER_OPENED, timesReopened: 1 },
  'resolved, never opened': NEVER_OPENED,
  'resolved, critical at its only look': { ...NEVER_OPENED, severity: 'critical', standsSince: minute(-31) },
} as const satisfies Record<string, Partial<KeptFinding> | null>;

const CANNOT: Saw = { missing: 'administrator' };

const TABLE: [before: keyof typeof BEFORE, saw: Saw, state: string | null, changes: string[]][] = [
  ['nothing', 'notice', 'new', []],
  ['nothing', 'warning', 'new', []],
  ['nothing', 'critical', 'open', ['opened']],
  ['nothing', 'nothing', null, []],
  ['nothing', CANNOT, null, []],
  ['new, a minute old', 'warning', 'new', []],
  ['new, a minute old', 'critical', 'open', ['opened']],
  ['new, a minute old', 'nothing', 'new', []],
  ['new, a minute old', CANNOT, 'new', []],
  ['new, a notice', 'warning', 'new', []],
  ['new, four minutes old', 'warning', 'open', ['opened']],
  ['new, four minutes old', 'notice', 'open', ['opened']],
  ['new, four minutes old', 'critical', 'open', ['opened']],
  ['new, four minutes old', 'nothing', 'new', []],
  ['new, four minutes old', CANNOT, 'new', []],
  ['new, missed for ten minutes', 'nothing', 'resolved', []],
  ['new, missed for ten minutes', 'warning', 'open', ['opened']],
  ['open', 'warning', 'open', []],
  ['open', 'notice', 'open', []],
  ['open', 'critical', 'open', ['worse']],
  ['open', 'nothing', 'open', []],
  ['open', CANNOT, 'open', []],
  ['open, a notice', 'warning', 'open', ['worse']],
  ['open and critical', 'critical', 'open', []],
  ['open and critical, milder for 29 minutes', 'warning', 'open', []],
  ['open and critical, milder for 30 minutes', 'warning', 'open', []],
  ['open, missed for five minutes', 'nothing', 'open', []],
  ['open, missed for five minutes', 'warning', 'open', []],
  ['open, missed for ten minutes', 'nothing', 'resolved', ['resolved']],
  ['open, missed for ten minutes', 'warning', 'open', []],
  ['open, missed for ten minutes', CANNOT, 'open', []],
  ['open, blind', 'warning', 'open', []],
  ['open, blind', 'nothing', 'open', []],
  ['open, missed for ten minutes, then blind', 'nothing', 'resolved', ['resolved']],
  ['reopened', 'warning', 'reopened', []],
  ['reopened', 'critical', 'reopened', ['worse']],
  ['reopened, missed for ten minutes', 'nothing', 'resolved', ['resolved']],
  ['muted', 'warning', 'muted', []],
  ['muted', 'notice', 'muted', []],
  ['muted', 'critical', 'open', ['unmuted', 'worse']],
  ['muted', 'nothing', 'muted', []],
  ['muted', CANNOT, 'muted', []],
  ['muted, a notice', 'warning', 'open', ['unmuted', 'worse']],
  ['muted as critical, now a warning', 'critical', 'muted', []],
  ['muted, came back before', 'critical', 'reopened', ['unmuted', 'worse']],
  ['muted until in a minute', 'warning', 'muted', []],
  ['muted until now', 'warning', 'open', ['unmuted']],
  ['muted until now', 'critical', 'open', ['unmuted', 'worse']],
  ['muted until now', 'nothing', 'muted', []],
  ['muted until now', CANNOT, 'muted', []],
  ['muted until now, came back before', 'warning', 'reopened', ['unmuted']],
  ['muted until now, missed for five minutes', 'nothing', 'muted', []],
  ['muted until now, missed for five minutes', 'warning', 'open', ['unmuted']],
  ['muted, missed for ten minutes', 'nothing', 'resolved', ['resolved']],
  ['muted, missed for ten minutes', CANNOT, 'muted', []],
  ['resolved', 'notice', 'reopened', ['reopened']],
  ['resolved', 'critical', 'reopened', ['reopened']],
  ['resolved', 'nothing', 'resolved', []],
  ['resolved', CANNOT, 'resolved', []],
  ['resolved after one look, came back before', 'warning', 'reopened', ['reopened']],
  ['resolved, never opened', 'warning', 'new', []],
  ['resolved, never opened', 'critical', 'open', ['opened']],
  ['resolved, critical at its only look', 'warning', 'reopened', ['reopened']],
];

const before = (name: keyof typeof BEFORE): KeptFinding[] => {
  const more = BEFORE[name];
  return more === null ? [] : [keptOf(more)];
};

const wordsOf = (saw: Saw): string => (typeof saw === 'string' ? saw : `no ${saw.missing}`);

describe('the transition table', () => {
  test.each(TABLE.map((row) => [row[0], wordsOf(row[1]), row[2], row[3].join(', ') || 'nothing', row] as const))(
    '%s, and the look says %s: %s, %s is told',
    (_before, _saw, _state, _told, [name, saw, state, changes]) => {
      const kept = before(name);
      const [next] = advanceFindings(kept, lookOf(NOW, saw));
      expect(next?.finding.state ?? kept[0]?.state ?? null).toBe(state);
      expect(next?.changes ?? []).toEqual(changes);
    },
  );

  test('has every case before, and every state is left and entered', () => {
    expect(new Set(TABLE.map(([name]) => name))).toEqual(new Set(Object.keys(BEFORE)));
    expect(new Set(TABLE.map(([, , state]) => state))).toEqual(
      new Set([null, 'new', 'open', 'reopened', 'muted', 'resolved']),
    );
  });
});

const advanced = (name: keyof typeof BEFORE, saw: Saw): KeptFinding =>
  only(advanceFindings(before(name), lookOf(NOW, saw))).finding;

describe('what is kept of it', () => {
  test('a new one has the moment of its first look everywhere, and nothing else', () => {
    expect(advanced('nothing', 'warning')).toEqual({
      ...findingOf('warning'),
      ...{ state: 'new', stateSince: NOW, firstSeenAt: NOW, lastSeenAt: NOW, standsSince: NOW, milderSince: null },
      ...{ missedSince: null, missedLooks: 0, blind: null, timesReopened: 0, resolvedAt: null, mute: null },
      ...{ promise: null, freedBytes: null },
    });
  });

  test('each look that has it moves what it is made of: evidence, store, last seen', () => {
    const found = findingOf('warning', { evidence: { usedShare: 0.93 }, storeKey: 'fs:/srv' });
    const { finding } = only(advanceFindings([keptOf()], lookOf(NOW, 'nothing', { findings: [found] })));
    expect(finding).toEqual(keptOf({ evidence: { usedShare: 0.93 }, storeKey: 'fs:/srv', lastSeenAt: NOW }));
  });

  test('opening keeps since when it stands', () => {
    expect(advanced('new, four minutes old', 'warning')).toEqual(
      keptOf({ ...NEW_FOR_4_MINUTES, state: 'open', stateSince: NOW, lastSeenAt: NOW }),
    );
  });

  test('being missed, then not being told of, moves that alone', () => {
    expect(advanced('open', 'nothing')).toEqual(keptOf({ missedSince: NOW, missedLooks: 1 }));
    expect(advanced('open', CANNOT)).toEqual(keptOf({ blind: { since: NOW, missing: 'administrator' } }));
    expect(advanced('open, missed for five minutes', CANNOT)).toEqual(
      keptOf({ ...MISSED, blind: { since: NOW, missing: 'administrator' } }),
    );
  });

  test('a look that can tell again, and does not have it, ends the blindness alone', () => {
    expect(advanced('open, blind', 'nothing')).toEqual(keptOf({ missedSince: NOW, missedLooks: 1 }));
  });

  test('another look that has it forgets both', () => {
    expect(advanced('open, missed for ten minutes, then blind', 'warning')).toEqual(keptOf({ lastSeenAt: NOW }));
  });

  test('what is missing follows, and since when the rule is blind stays', () => {
    const { finding } = only(advanceFindings(before('open, blind'), lookOf(NOW, { missing: 'probe-failed' })));
    expect(finding.blind).toEqual({ since: minute(-5), missing: 'probe-failed' });
  });

  test('resolving ends the mute and all that is counted', () => {
    const resolved = { state: 'resolved', stateSince: NOW, resolvedAt: NOW } as const;
    expect(advanced('muted, missed for ten minutes', 'nothing')).toEqual(keptOf(resolved));
  });

  test('coming back begins anew, but for when it was first seen', () => {
    expect(advanced('resolved', 'notice')).toEqual(
      keptOf({
        ...{ severity: 'notice', state: 'reopened', stateSince: NOW, standsSince: NOW, lastSeenAt: NOW },
        timesReopened: 1,
      }),
    );
    const isNew = { state: 'new', stateSince: NOW, standsSince: NOW, lastSeenAt: NOW } as const;
    expect(advanced('resolved, never opened', 'warning')).toEqual(
      keptOf({ ...NEVER_OPENED, ...isNew, resolvedAt: null }),
    );
  });
});

describe('severity', () => {
  const at = (name: keyof typeof BEFORE, saw: Saw) => {
    const { severity, milderSince } = advanced(name, saw);
    return { severity, milderSince };
  };

  test('rises at once, of a new and of a muted one too', () => {
    expect(at('open', 'critical')).toEqual({ severity: 'critical', milderSince: null });
    expect(at('new, a notice', 'warning')).toEqual({ severity: 'warning', milderSince: null });
    expect(at('muted as critical, now a warning', 'critical')).toEqual({ severity: 'critical', milderSince: null });
  });

  test('falls when each look was milder for 30 minutes, to what the last one says', () => {
    expect(at('open and critical', 'warning')).toEqual({ severity: 'critical', milderSince: NOW });
    expect(at('open and critical, milder for 29 minutes', 'notice')).toEqual({
      ...{ severity: 'critical', milderSince: minute(-29) },
    });
    expect(at('open and critical, milder for 30 minutes', 'notice')).toEqual({ severity: 'notice', milderSince: null });
  });

  test('stays when one look between was as bad as ever', () => {
    expect(at('open and critical, milder for 29 minutes', 'critical')).toEqual({
      severity: 'critical',
      milderSince: null,
    });
  });
});

describe('which findings a look is about', () => {
  test('those of rules that did not answer stay as they are, and theirs are not taken', () => {
    const look = lookOf(NOW, 'critical', { rules: new Set(['thin-data']) });
    expect(advanceFindings([], look)).toEqual([]);
    expect(advanceFindings(before('open, missed for ten minutes'), { ...look, findings: [] })).toEqual([]);
  });

  test('two of one rule on one subject are one, the worse of them', () => {
    const two = [findingOf('notice'), findingOf('critical', { evidence: { usedShare: 1 } }), findingOf('warning')];
    const { finding } = only(advanceFindings([], lookOf(NOW, 'nothing', { findings: two })));
    expect([finding.severity, finding.evidence]).toEqual(['critical', { usedShare: 1 }]);
  });

  test('two rules on one subject are two, and so are two subjects of one rule', () => {
    const findings = [findingOf('warning'), findingOf('warning', { rule: 'inodes-low' })];
    const others = [findingOf('warning', { subject: 'fs:/srv' }), findingOf('warning', { subject: '' })];
    const look = lookOf(NOW, 'nothing', { findings: [...findings, ...others], rules: new Set([RULE, 'inodes-low']) });
    expect(advanceFindings([keptOf()], look).map(({ finding }) => [finding.rule, finding.subject])).toEqual([
      [RULE, SUBJECT],
      ['inodes-low', SUBJECT],
      [RULE, 'fs:/srv'],
      [RULE, ''],
    ]);
  });

  test('a rule that cannot tell as a whole is blind to each subject, but for those that it found', () => {
    const kept = [keptOf(), keptOf({ subject: 'fs:/srv' })];
    const look = lookOf(NOW, { missing: 'lvm', of: 'rule' }, { findings: [findingOf('warning')] });
    const blind = advanceFindings(kept, look).map(({ finding }) => finding.blind?.missing ?? null);
    expect(blind).toEqual([null, 'lvm']);
  });

  test('what is missing is what was said of the subject, before what was said of the rule', () => {
    const cannotTell = [
      { rule: RULE, subject: null, missing: 'lvm' as const },
      { rule: RULE, subject: SUBJECT, missing: 'sysfs' as const },
    ];
    const { finding } = only(advanceFindings([keptOf()], lookOf(NOW, 'nothing', { cannotTell })));
    expect(finding.blind?.missing).toBe('sysfs');
  });

  test('a rule that cannot tell of another subject can tell of this one', () => {
    const cannotTell = [{ rule: RULE, subject: 'fs:/srv', missing: 'lvm' as const }];
    const look = lookOf(NOW, 'nothing', { cannotTell });
    expect(only(advanceFindings(before('open, missed for ten minutes'), look)).changes).toEqual(['resolved']);
  });

  test('what another rule cannot tell is no matter', () => {
    const cannotTell = [{ rule: 'inodes-low', subject: SUBJECT, missing: 'lvm' as const }];
    const look = lookOf(NOW, 'nothing', { cannotTell });
    expect(only(advanceFindings(before('open, missed for ten minutes'), look)).changes).toEqual(['resolved']);
  });
});

describe('time that goes back', () => {
  const LATER = [
    keptOf({ lastSeenAt: minute(1) }),
    keptOf({ missedSince: minute(1), missedLooks: 1 }),
    keptOf({ blind: { since: minute(1), missing: 'lvm' } }),
    keptOf({ state: 'resolved', resolvedAt: minute(1), stateSince: minute(1) }),
  ];

  test.each(['critical', 'nothing', CANNOT] as const)('a look from before the last one changes nothing: %j', (saw) => {
    for (const kept of LATER) expect(advanceFindings([kept], lookOf(NOW, saw))).toEqual([]);
  });

  test('a host that is behind the clock of who muted does not leave a state before it entered it', () => {
    const muted = keptOf({ state: 'muted', stateSince: minute(3), mute: { ...muteOf(null), at: minute(3) } });
    const { finding } = only(advanceFindings([muted], lookOf(NOW, 'critical')));
    expect([finding.state, finding.stateSince]).toEqual(['open', minute(3)]);
    const missed = { ...muted, missedSince: minute(-10), missedLooks: 1 };
    const resolved = only(advanceFindings([missed], lookOf(NOW, 'nothing'))).finding;
    expect([resolved.resolvedAt, resolved.stateSince]).toEqual([NOW, minute(3)]);
  });
});

describe('what is left out', () => {
  test('one that stays exactly as it is: resolved long ago, or of the same look', () => {
    expect(advanceFindings(before('resolved'), lookOf(NOW, 'nothing'))).toEqual([]);
    expect(advanceFindings([keptOf({ lastSeenAt: NOW })], lookOf(NOW, 'warning'))).toEqual([]);
  });

  test('evidence in another order of its keys is the same, and stays the same object', () => {
    const evidence = { a: { b: [1, { c: null }], d: 'x' }, e: 2 };
    const again = { e: 2, a: { d: 'x', b: [1, { c: null }] } };
    const found = findingOf('warning', { evidence: again });
    const kept = keptOf({ evidence, lastSeenAt: NOW });
    expect(advanceFindings([kept], lookOf(NOW, 'nothing', { findings: [found] }))).toEqual([]);
    const later = only(advanceFindings([kept], lookOf(minute(1), 'nothing', { findings: [found] })));
    expect(later.finding.evidence).toBe(evidence);
  });

  test.each([
    [{ list: [1, 2] }, { list: [2, 1] }],
    [{ list: [] }, { list: {} }],
    [{ bytes: 0 }, { bytes: null }],
    [{ bytes: 1 }, { bytes: '1' }],
    [{ constructor: 1 }, {}],
  ])('evidence that differs is taken: %j, then %j', (evidence, now) => {
    const found = findingOf('warning', { evidence: now });
    const kept = keptOf({ evidence, lastSeenAt: NOW });
    const { finding } = only(advanceFindings([kept], lookOf(NOW, 'nothing', { findings: [found] })));
    expect(finding.evidence).toEqual(now);
  });

  test('the kept findings are not written to', () => {
    const kept = Object.freeze(keptOf({ evidence: Object.freeze({ usedShare: 0.9 }) }));
    for (const saw of ['critical', 'nothing', CANNOT] as const) advanceFindings([kept], lookOf(NOW, saw));
    expect(kept).toEqual(keptOf());
  });
});
