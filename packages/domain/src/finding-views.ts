import type { FindingState } from './findings/lifecycle/kept-finding.ts';
import type { MissingFact, RemedyStep, Severity } from './findings/rule.ts';
import type { Connection } from './views.ts';

/** Which findings a list has. `standing`: new, open, reopened. */
export const FINDING_LISTS = ['standing', 'muted', 'resolved'] as const;
export type FindingListName = (typeof FINDING_LISTS)[number];
export const FINDING_GROUPINGS = ['rule', 'host'] as const;
export type FindingGrouping = (typeof FINDING_GROUPINGS)[number];

/** Findings of a page of a list, or of a group. */
export const MAX_LISTED_FINDINGS = 200;
export const MAX_FINDING_GROUPS = 200;
export const MAX_FINDINGS_OFFSET = 100_000;
export const MAX_MUTE_REASON_CHARACTERS = 500;
export const MAX_MUTE_DAYS = 365;

/** A finding in the words of one language. Times ISO 8601 UTC. */
export interface FindingRow {
  /** Public id. */
  hostId: string;
  hostName: string;
  connection: Connection;
  simulated: boolean;
  /** Unique on its host, for ever. */
  findingNo: number;
  rule: string;
  subject: string;
  storeKey: string | null;
  severity: Severity;
  state: FindingState;
  title: string;
  /** What was seen, with figures. */
  seen: string;
  firstSeenAt: string;
  lastSeenAt: string;
  /** Since it was last resolved and came back, or first seen. */
  standsSince: string;
  /** Since then no look had it: it is resolved if that lasts. null = the last one had it. */
  missedSince: string | null;
  /** Since then the rule cannot tell; null = it can. */
  blind: { since: string; missing: MissingFact } | null;
  timesReopened: number;
  resolvedAt: string | null;
  mute: MuteView | null;
  /** What its remedy gives back; null = that is not what it is for, or not known. */
  promisedBytes: number | null;
  /** What came back since; null = not resolved, or not known. Negative: more is in use than before. */
  freedBytes: number | null;
}

export interface MuteView {
  reason: string;
  /** null = until somebody ends it. */
  until: string | null;
  at: string;
  /** Name of the member; null = he is none any more. */
  by: string | null;
}

export interface TellStep extends Omit<RemedyStep, 'note'> {
  note: string;
}

/** One with all that there is to say of it. */
export interface FindingView extends FindingRow {
  ruleName: string;
  why: string;
  remedy: TellStep[];
  /** Where the rule and its remedy come from. */
  basis: string[];
  /** Plain data, as the rule left it. */
  evidence: { readonly [name: string]: unknown };
  /** Where its store is shown; null = it is about none, or that is gone. */
  storeName: string | null;
  /** Who asks may mute it. */
  mayMute: boolean;
}

export interface FindingList {
  /** Worst first, then the longest standing; resolved ones by when, the last first. */
  findings: FindingRow[];
  /** Of all pages. */
  total: number;
}

/** Findings of one rule, or of one host. */
export interface FindingGroup {
  /** Rule id, or public id of the host. */
  key: string;
  /** Name of the rule in words, or of the host. */
  name: string;
  counts: Record<Severity, number>;
  /** Hosts that have one; 1 for a host. */
  hosts: number;
  /** Since when the oldest of them stands. */
  oldestAt: string;
  /** Sum of what remedies give back; null = none of them promises any. */
  promisedBytes: number | null;
}

export interface FindingGroups {
  groups: FindingGroup[];
  /** Groups of all pages. */
  total: number;
  /** By the same filters, but in every list: figures of the tabs. */
  lists: Record<FindingListName, number>;
  /** Of the standing ones, by the same filters but for severity. */
  counts: Record<Severity, number>;
}

/** Rules that cannot tell of a host, by what would let them. */
export interface HostBlindness {
  /** null = the rules were not asked yet. */
  judgedAt: string | null;
  /** When what they were asked of was read; null = no whole inventory came, as of an older collector. */
  surveyedAt: string | null;
  /** Rules that were asked. */
  rules: number;
  blind: BlindRules[];
  /** Rules that failed, which only a fault of Silt can cause. */
  faults: { rule: string; message: string }[];
}

export interface BlindRules {
  missing: MissingFact;
  /** What would let them tell, as a sentence; with the command where there is one. */
  remedy: string;
  rules: { rule: string; name: string; subjects: string[] }[];
}
