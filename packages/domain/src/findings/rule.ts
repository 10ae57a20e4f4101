import type { StoreForecast } from '../forecast/clocks/clock.ts';
import type { Inventory } from '../inventory/index.ts';
import type { SeriesName } from '../series.ts';
import type { HostFacts, Snapshot } from '../snapshot.ts';

/** Worst first. */
export const SEVERITIES = ['critical', 'warning', 'notice'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Translated = Record<Language, string>;

/** What a rule looks at. Whatever is null in it was not read, and no rule fires on that. */
export interface FindingInput {
  /** Milliseconds since the epoch. */
  now: number;
  facts: HostFacts | null;
  snapshot: Snapshot;
  inventory: Inventory | null;
  /** null = nobody kept it: a single look at a host. */
  past: FindingPast | null;
}

/** What is known of before `now`. */
export interface FindingPast {
  /** By store key. */
  forecasts: ReadonlyMap<string, StoreForecast>;
  /** When an item (`Item.key`) was first seen, milliseconds since the epoch; null = never before now. */
  firstSeenAt(itemKey: string): number | null;
  /** Since when `Item.state` is what it is now, milliseconds since the epoch; null = not known, or no such item now. */
  stateSince(itemKey: string): number | null;
  /** The finding of a rule on a subject as it stands, so that it does not end at the threshold where it began; null = none does. */
  standing(rule: string, subject: string): StandingFinding | null;
  /** Of the last 7 days, in the unit of the series a day; null = not read for long enough. */
  growthPerDay(storeKey: string, series: SeriesName): number | null;
  /** The value of a series a day ago or longer, the nearest one; null = none. */
  valueADayAgo(storeKey: string, series: SeriesName): number | null;
}

/** A finding that was made before and is not resolved. */
export interface StandingFinding {
  /** Since when, milliseconds since the epoch. */
  since: number;
  severity: Severity;
  /** Of the last look that had it. */
  evidence: Evidence;
}

/** What the commands of a remedy give back, and the reading that shows it. */
export interface Promised {
  bytes: number;
  /** Of the finding's store. */
  series: SeriesName;
  /** The reading rises by what is given back; else it falls. */
  rises: boolean;
}

/** Plain data: strings, numbers, booleans, nulls, lists and objects of them. */
export type Evidence = { readonly [name: string]: unknown };

/** One thing that is wrong with one subject. */
export interface Finding<E extends Evidence = Evidence> {
  rule: string;
  /** What it is about, the same at each look and unique among the rule's on its host: a store's key, a container's id, a path. */
  subject: string;
  /** Store that it is about; null = none alone. */
  storeKey: string | null;
  severity: Severity;
  /** All that its texts and its commands are made of. */
  evidence: E;
}

/** What would have to be readable, or known, before a rule can tell. */
export const MISSING_FACTS = [
  /** Root, or CAP_SYS_ADMIN: subvolume lists, quota groups, device mapper. */
  'administrator',
  /** The Docker socket. */
  'docker-socket',
  /** CAP_SYS_PTRACE and the host's processes: mount namespaces, open files. */
  'processes',
  /** Read of the data root. */
  'data-root',
  /** lvs, vgs, lvmconfig. */
  'lvm',
  /** sysfs of the file system or the device. */
  'sysfs',
  /** systemd's unit files and the daemon's own configuration. */
  'configuration',
  /** A second look, a day later. */
  'second-look',
  /** Days of history: a server that keeps it. */
  'history',
  /** The probe failed; its report says why. */
  'probe-failed',
] as const;
export type MissingFact = (typeof MISSING_FACTS)[number];

export interface CannotTell {
  rule: string;
  /** As in `Finding`; null = the rule as a whole. */
  subject: string | null;
  missing: MissingFact;
}

export interface RuleAnswer<E extends Evidence> {
  findings: Omit<Finding<E>, 'rule'>[];
  cannotTell: Omit<CannotTell, 'rule'>[];
}

/**
 * `precondition`: what must be so before. `look`: reads again what the finding rests on, and changes nothing. `dry-run`: shows what
 * would be done. `run`: does it. `edit`: a file to change, its lines in `command`. `expect`: what is to be seen afterwards.
 */
export const STEP_KINDS = ['precondition', 'look', 'dry-run', 'run', 'edit', 'expect'] as const;

export interface RemedyStep {
  kind: (typeof STEP_KINDS)[number];
  /** A line for a shell, the host's names quoted; null = words alone. */
  command: string | null;
  /** Something is gone for good after it. */
  isDestructive: boolean;
  note: Translated;
}

/** Words of a rule in one language. Sentences for people, without the names of fields. */
export interface RuleText<E extends Evidence> {
  /** Of the rule: "No room for a new chunk". */
  name: string;
  /** Of a finding, one line with its subject. */
  title(evidence: E): string;
  /** What was seen, with figures. */
  seen(evidence: E): string;
  /** Why it matters. */
  why(evidence: E): string;
}

export interface Rule<E extends Evidence = Evidence> {
  /** As in docs/findings: `btrfs-unallocated-low`. */
  id: string;
  /** Without a past it can tell nothing. */
  needsPast: boolean;
  /** Where the rule and its remedy come from: `captured`, `moby/moby#29601`, a kernel document. */
  basis: string[];
  /** A case of it was reproduced or captured; otherwise it stands on a named edit of a real capture. */
  wasSeen: boolean;
  check(input: FindingInput): RuleAnswer<E>;
  /** Made of the evidence alone, so that it can be shown again later. The safe order. */
  remedy(evidence: E): RemedyStep[];
  /** What the remedy gives back at the most; null = not known. Absent: it is not there to give bytes back. */
  promise?: (evidence: E) => Promised | null;
  text: Record<Language, RuleText<E>>;
  /** Evidence of a finding that a test gets out of a capture; the reference is made of it. */
  example: E;
}

/** A rule with its own evidence, as one of many. */
export const defineRule = <E extends Evidence>(rule: Rule<E>): Rule => rule as unknown as Rule;
