import type { Evidence, MissingFact, Promised, Severity } from '../rule.ts';

/**
 * `new`: seen, but not for long; nobody is told yet. `open`: a later look saw it too, or it is critical. `muted`: somebody said
 * why it is no matter for now. `resolved`: looks in a row did not have it. `reopened`: it came back after that. One that was never
 * more than new is resolved without a word, and is new again when it comes back.
 */
export const FINDING_STATES = ['new', 'open', 'reopened', 'muted', 'resolved'] as const;
export type FindingState = (typeof FINDING_STATES)[number];

/** A new finding is open when a look this much later still has it. */
export const OPEN_AFTER_MILLISECONDS = 240_000;
/** It is resolved when no look has had it for so long, two of them at least. */
export const RESOLVE_AFTER_MILLISECONDS = 600_000;
export const RESOLVE_AFTER_LOOKS = 2;
/** Its severity falls when each look has found it milder for so long. */
export const MILDER_AFTER_MILLISECONDS = 1_800_000;
/** What comes back after it was resolved still counts: btrfs cleans up in the background. */
export const FREED_AFTER_MILLISECONDS = 3_600_000;

/** One finding of one subject, from look to look. Times in milliseconds since the epoch. */
export interface KeptFinding {
  rule: string;
  subject: string;
  storeKey: string | null;
  severity: Severity;
  /** Of the last look that had it. */
  evidence: Evidence;
  state: FindingState;
  stateSince: number;
  firstSeenAt: number;
  lastSeenAt: number;
  /** Since it was last resolved and came back, or first seen. */
  standsSince: number;
  /** Since then each look found it milder than `severity`; null = the last one did not. */
  milderSince: number | null;
  /**
   * Since then no look that could tell had it, and how many, up to RESOLVE_AFTER_LOOKS; null and 0 = the last one had it, or it is
   * resolved. Looks that cannot tell end nothing and do not count.
   */
  missedSince: number | null;
  missedLooks: number;
  /** Since then the rule cannot tell; null = it can. */
  blind: { since: number; missing: MissingFact } | null;
  timesReopened: number;
  /** null = it stands. */
  resolvedAt: number | null;
  mute: Mute | null;
  promise: KeptPromise | null;
  /** How far the reading moved since the promise; null = not resolved, or one of the two was not read. Negative: it went the other way. */
  freedBytes: number | null;
}

export interface Mute {
  reason: string;
  /** null = until somebody ends it. */
  until: number | null;
  at: number;
  /** User id. */
  by: string;
  /** It ends early when the finding becomes worse than this. */
  severity: Severity;
}

/** The most that was promised since it stands, and the reading then; null = not read. */
export interface KeptPromise extends Promised {
  value: number | null;
}
