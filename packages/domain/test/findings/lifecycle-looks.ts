import {
  advanceFindings,
  type Finding,
  type KeptFinding,
  type Look,
  type MissingFact,
  type Severity,
} from '../../src/findings/index.ts';

/** Minute 0 of all tables. */
export const NOW = Date.parse('2026-11-21T12:00:00Z');
export const minute = (minutes: number): number => NOW + minutes * 60_000;

export const RULE = 'fs-full';
export const SUBJECT = 'fs:/var/lib/docker';

export const findingOf = (severity: Severity, more: Partial<Finding> = {}): Finding => ({
  ...{ rule: RULE, subject: SUBJECT, storeKey: SUBJECT, severity, evidence: { usedShare: 0.9 } },
  ...more,
});

/** What a look said of the one subject: how bad it is, that it is not there, or that the rule could not tell. */
export type Saw = Severity | 'nothing' | { missing: MissingFact; of?: 'rule' };

export function lookOf(at: number, saw: Saw, more: Partial<Look> = {}): Look {
  const blind = typeof saw === 'object' ? [{ rule: RULE, subject: saw.of ? null : SUBJECT, missing: saw.missing }] : [];
  const findings = typeof saw === 'object' || saw === 'nothing' ? [] : [findingOf(saw)];
  const nothing = { promiseOf: () => null, readingOf: () => null };
  return { now: at, findings, cannotTell: blind, rules: new Set([RULE]), ...nothing, ...more };
}

/** An open warning, first seen an hour ago, that the look of a minute ago had; with these differences. */
export const keptOf = (more: Partial<KeptFinding> = {}): KeptFinding => ({
  ...findingOf('warning'),
  ...{ state: 'open', stateSince: minute(-56), firstSeenAt: minute(-60), standsSince: minute(-60) },
  ...{ lastSeenAt: minute(-1), milderSince: null, missedSince: null, missedLooks: 0, blind: null, timesReopened: 0 },
  ...{ resolvedAt: null, mute: null, promise: null, freedBytes: null },
  ...more,
});

export const muteOf = (until: number | null, severity: Severity = 'warning') => ({
  ...{ reason: 'new disks on Tuesday', until, at: minute(-30), by: 'user-1', severity },
});

export interface Told {
  /** Minutes since NOW. */
  at: number;
  change: string;
}

/** What becomes of the one subject by looks, one after the other. */
export function walk(looks: readonly Look[], from: readonly KeptFinding[] = []): { kept: KeptFinding[]; told: Told[] } {
  let kept = [...from];
  const told: Told[] = [];
  for (const look of looks) {
    for (const { finding, changes } of advanceFindings(kept, look)) {
      const others = kept.filter(({ rule, subject }) => rule !== finding.rule || subject !== finding.subject);
      kept = [...others, finding];
      told.push(...changes.map((change) => ({ at: (look.now - NOW) / 60_000, change })));
    }
  }
  return { kept, told };
}

export function only<Value>(values: readonly Value[]): Value {
  const [first, ...more] = values;
  if (first === undefined || more.length > 0) throw new Error(`${values.length} values, not one`);
  return first;
}
