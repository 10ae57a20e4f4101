import type { ResourceName } from '@silt/domain';
import type { Language, MissingFact, RemedyStep, Severity } from '@silt/domain/findings';
import { chineseWords } from './chinese-words.ts';
import { englishWords } from './english-words.ts';

/** What Docker, LVM and file systems have of a host, for "what was looked at". null = not read. */
export interface LookedAt {
  stores: number;
  subvolumes: number | null;
  daemons: number | null;
  containers: number | null;
  volumes: number | null;
}

/** The frame around the rules' own words. */
export interface DoctorWords {
  hostNotRead: string;
  /** `fullest: btrfs /srv, its space`. */
  fullest(store: string, resource: ResourceName): string;
  noStoreRead: string;
  readAt(time: string, rules: number): string;
  counts: Record<Severity, (count: number) => string>;
  nothingFound: string;
  /** Rules could not tell, or a probe read in part. */
  nothingFoundInPart: string;
  lookedAt(looked: LookedAt): string;
  severities: Record<Severity, { name: string; meaning: string }>;
  why: string;
  whatToDo: string;
  asAbove: string;
  steps: Record<RemedyStep['kind'], string>;
  /** Stands before the note of a step after which something is gone. */
  destroys: string;
  /** A command has characters that are shown as codes. */
  notForCopying: string;
  more(count: number, rule: string): string;
  moreSteps(count: number, rule: string): string;
  couldNotTell: string;
  /** `rules`: those that would tell. */
  asRoot(rules: number): string;
  withServer(rules: number): string;
  missing: Record<MissingFact, string>;
  notReadWhy: string;
  fault(rule: string): string;
  hostRoot(folder: string): string;
  footer: string;
  afterNothing: string;
  separator: string;
  colon: string;
  explain: {
    why: string;
    example: string;
    remedy: string;
    evidence: string;
    basis: string;
    wasSeen: string;
    wasNotSeen: string;
    needsPast: string;
  };
}

export const DOCTOR_WORDS: Record<Language, DoctorWords> = { en: englishWords, 'zh-CN': chineseWords };
