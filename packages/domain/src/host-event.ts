import type { Severity, Translated } from './findings/rule.ts';

/** Why a collector could not deliver some of its records. */
export const GAP_REASONS = [
  /** The spool's bound was reached: the oldest went. */
  'spool-full',
  /** The disk took no more, and then the bound in memory was reached. */
  'memory-full',
  /** A record on disk could not be read back. */
  'corrupt',
  /** Longer than a frame may be, or beyond another limit of the protocol. */
  'oversize',
  /** The server acknowledged them once and has them no more: its database was set back. */
  'server-set-back',
] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/** What a person reads of each kind, and the numbers that its sentence needs. Times are ISO 8601 UTC. */
export interface HostEventDetails {
  /** `again`: the host was known, and its earlier keys are revoked. */
  enrolled: { keyId: string; collectorVersion: string; again: boolean };
  'key-rotated': { keyId: string };
  'key-revoked': { keyId: string };
  /** `silentHours` and `tag` of the rule that retired it; null = a person did. */
  retired: { tag: string | null; silentHours: number | null };
  /** A second live collector with the key of this host: a cloned machine. */
  'clone-refused': { address: string | null; count: number };
  /** A sequence came again and held something else. */
  'sequence-conflict': { sequence: number; count: number };
  /** A collector of this host was not let in: a revoked key, a retired host, a wrong signature. */
  'collector-refused': { code: string; address: string | null; count: number };
  /** Records from `from` to `to` will never come. Times of the first and the last; null = not known. */
  gap: { from: number; to: number; reason: GapReason; firstTakenAt: string | null; lastTakenAt: string | null };
  /** The server took them and could not store them. */
  'snapshot-refused': { code: string; firstSequence: number; lastSequence: number; count: number };
  /** The server does not understand what was surveyed: the last one that it took stands. `reason`: of the last one refused. */
  'survey-refused': { reason: string; count: number };
  /** The host's clock minus the server's, milliseconds; within MAX_SKEW_MILLISECONDS again: it went right. */
  'clock-skew': { milliseconds: number };
  /** Snapshots had no partition of their own, and were kept in the default one. */
  unpartitioned: { rows: number };
  /** After `lastReadAt` a change of the inventory never came; what is kept is from before it, until a full one is there. */
  'inventory-stale': { lastReadAt: string };
  /** A finding began, ended, or was muted: what it was called then, and what came of its remedy. */
  finding: FindingChange;
}
export type HostEventKind = keyof HostEventDetails;

/**
 * `opened`: seen by a second look, or critical. `worse`: its severity rose. `muted`, `unmuted`: by a person, or since it became
 * worse or its time was up.
 */
export const FINDING_CHANGES = ['opened', 'reopened', 'worse', 'muted', 'unmuted', 'resolved'] as const;

export interface FindingChange {
  change: (typeof FINDING_CHANGES)[number];
  findingNo: number;
  rule: string;
  storeKey: string | null;
  severity: Severity;
  title: Translated;
  /** Of a resolved one: see `KeptFinding`. */
  promisedBytes: number | null;
  freedBytes: number | null;
}

/** Clocks further apart than this are an event. */
export const MAX_SKEW_MILLISECONDS = 60_000;

export type HostEvent = {
  [Kind in HostEventKind]: { at: string; eventNo: number; kind: Kind; detail: HostEventDetails[Kind] };
}[HostEventKind];
