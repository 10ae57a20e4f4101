import { isTag } from './collector-views.ts';
import { DEFAULT_HORIZON_DAYS, MAX_HORIZON_DAYS, MIN_HORIZON_DAYS } from './forecast/forecast.ts';
import type { TagSetting } from './forecast-views.ts';

/** How often a collector reads its host: numbers at the fast beat, what holds the space at the slow one. */
export interface Beats {
  fastBeatSeconds: number;
  slowBeatSeconds: number;
}

export const BUILT_IN_BEATS: Beats = { fastBeatSeconds: 10, slowBeatSeconds: 300 };

/** A collector takes no beat shorter than this. */
export const MIN_FAST_BEAT_SECONDS = 1;
/** Charts take what is further apart for an outage. */
export const MAX_FAST_BEAT_SECONDS = 900;
/** An inventory asks every Docker daemon of the host. */
export const MIN_SLOW_BEAT_SECONDS = 10;
/** A collector takes no beat longer than this. */
export const MAX_SLOW_BEAT_SECONDS = 3_600;
/** Tags of hosts that a list of settings names at most, those with a setting first. */
export const MAX_LISTED_TAGS = 200;

export interface TagSettingRow extends TagSetting {
  /** Hosts with the tag that are not retired; of the empty tag all of them. */
  hosts: number;
}

export interface TagSettingList {
  /** The empty tag first, which is always there; the others by tag. */
  settings: TagSettingRow[];
  /** What holds where nothing is set. */
  builtIn: Beats & { horizonDays: number };
  /** Tags of hosts that have no setting, those of the most hosts first; with the others at most MAX_LISTED_TAGS. */
  unsetTags: string[];
}

/** Days ahead that alarms look for a host: the longest of its tags, else that of every host, else the built-in one. */
export function horizonDaysOf(tags: readonly string[], settings: readonly TagSetting[]): number {
  const set = valuesOf('horizonDays', tags, settings);
  return set.length === 0 ? DEFAULT_HORIZON_DAYS : Math.max(...set);
}

/** Beats of a host, each by itself: the shortest of its tags, else that of every host, else the built-in one. */
export function beatsOf(
  tags: readonly string[],
  settings: readonly TagSetting[],
  builtIn: Beats = BUILT_IN_BEATS,
): Beats {
  return {
    fastBeatSeconds: shortest(valuesOf('fastBeatSeconds', tags, settings), builtIn.fastBeatSeconds),
    slowBeatSeconds: shortest(valuesOf('slowBeatSeconds', tags, settings), builtIn.slowBeatSeconds),
  };
}

const shortest = (set: readonly number[], builtIn: number): number => (set.length === 0 ? builtIn : Math.min(...set));

/** What the tags say; what every host has only where none of them says anything. */
function valuesOf(
  field: 'horizonDays' | 'fastBeatSeconds' | 'slowBeatSeconds',
  tags: readonly string[],
  settings: readonly TagSetting[],
): number[] {
  const said = (wanted: (tag: string) => boolean): number[] =>
    settings.flatMap((setting) => (wanted(setting.tag) && setting[field] !== null ? [setting[field]] : []));
  const ofTags = said((tag) => tag !== '' && tags.includes(tag));
  return ofTags.length > 0 ? ofTags : said((tag) => tag === '');
}

/** What is not right with a setting; `empty`: it says nothing of its tag. */
export type TagSettingProblem = 'tag' | 'empty' | 'horizon' | 'fast-beat' | 'slow-beat';

/** The first problem; null = it may be set. The setting of every host may be empty: then all is as built in. */
export function tagSettingProblem(setting: TagSetting): TagSettingProblem | null {
  const { tag, horizonDays, fastBeatSeconds, slowBeatSeconds } = setting;
  if (tag !== '' && !isTag(tag)) return 'tag';
  if (tag !== '' && horizonDays === null && fastBeatSeconds === null && slowBeatSeconds === null) return 'empty';
  if (!isWholeWithin(horizonDays, MIN_HORIZON_DAYS, MAX_HORIZON_DAYS)) return 'horizon';
  if (!isWholeWithin(fastBeatSeconds, MIN_FAST_BEAT_SECONDS, MAX_FAST_BEAT_SECONDS)) return 'fast-beat';
  if (!isWholeWithin(slowBeatSeconds, MIN_SLOW_BEAT_SECONDS, MAX_SLOW_BEAT_SECONDS)) return 'slow-beat';
  return null;
}

const isWholeWithin = (value: number | null, least: number, most: number): boolean =>
  value === null || (Number.isInteger(value) && value >= least && value <= most);
