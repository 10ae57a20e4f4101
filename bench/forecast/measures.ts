import assert from 'node:assert/strict';
import { DAY_SECONDS, HOUR_SECONDS, type Trace } from './family.ts';
import type { Saying } from './replay.ts';

/** An alarm earlier than this before full is false; so is a date scored only from there on. */
export const EARLIEST_LEAD_HOURS = 240;
/** An alarm later than this is too late to count. */
export const LATEST_LEAD_HOURS = 12;
/** The same where all happens within hours. */
export const LATEST_RUNAWAY_LEAD_HOURS = 1;
/** An alarm that pauses for less is one alarm. */
export const MERGED_PAUSE_HOURS = 24;
/** It must be up at some hour of the last so many. */
export const UP_AT_LAST_HOURS = 24;
/** No runaway takes longer from calm to full. */
export const LONGEST_RUNAWAY_HOURS = 36;
/** Where a score needs a date and none was said, or one beyond it: 30 days. */
export const CAP_HOURS = 720;
const HOST_MONTH_SECONDS = 30 * DAY_SECONDS;

/** One of the dates that are scored: hours left in truth, and as said. */
export interface Scored {
  left: number;
  p10: number | null;
  p50: number | null;
  p90: number | null;
}

/** What one detector made of one trace. */
export interface Outcome {
  /** Episodes that began over 10 days before full, or where full never comes. */
  falseAlarms: number;
  /** At the hour of the alarm that counts; null = none did, or the trace does not exhaust. */
  alarm: Scored | null;
  /** Of a runaway with an alarm that counts: its lead ÷ the time from onset to full. */
  leadShare: number | null;
  /** At each whole day of the last 10 before full. */
  daily: Scored[];
}

/** One trace, judged. */
export interface Judged {
  family: string;
  exhausts: boolean;
  /** Of trace time, until exhaustion. */
  hostMonths: number;
  /** By detector. */
  outcomes: Record<string, Outcome>;
}

export const isRunaway = (family: string): boolean => /runaway/i.test(family);

/** How long a trace is looked at, in host-months of 30 days. */
export function hostMonthsOf({ samples, exhaustedAt }: Trace): number {
  const [first, last] = samples.reduce(
    ([low, high], [at]) => [Math.min(low, at), Math.max(high, at)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  return samples.length === 0 ? 0 : Math.max(0, (exhaustedAt ?? last) - first) / HOST_MONTH_SECONDS;
}

interface Episode {
  /** First and last hour at which the alarm was up. */
  from: Saying;
  upTo: Saying;
}

/** Alarms, with those made one that pause for less than `MERGED_PAUSE_HOURS`, from the first hour without to the next with. */
export function episodesOf(sayings: Iterable<Saying>): Episode[] {
  const episodes: Episode[] = [];
  let clearSince: number | null = null;
  for (const saying of sayings) {
    const open = episodes.at(-1);
    if (!saying.alarm) {
      clearSince ??= saying.t;
      continue;
    }
    const isMerged = open && (clearSince === null || saying.t - clearSince < MERGED_PAUSE_HOURS * HOUR_SECONDS);
    if (isMerged) open.upTo = saying;
    else episodes.push({ from: saying, upTo: saying });
    clearSince = null;
  }
  return episodes;
}

/** Hours at or after exhaustion are not looked at. `sayings` are those of whole hours, in order. */
export function outcomeOf(trace: Trace, sayings: readonly Saying[]): Outcome {
  const full = trace.exhaustedAt ?? Number.POSITIVE_INFINITY;
  const before = sayings.filter(({ t }) => t < full);
  const scored = ({ t, p10, p50, p90 }: Saying): Scored => ({ left: (full - t) / HOUR_SECONDS, p10, p50, p90 });
  const leadOf = ({ from }: Episode): number => (full - from.t) / HOUR_SECONDS;
  const episodes = episodesOf(before);
  const falseAlarms = episodes.filter((episode) => leadOf(episode) > EARLIEST_LEAD_HOURS).length;
  if (trace.exhaustedAt === null) return { falseAlarms, alarm: null, leadShare: null, daily: [] };

  const latest = isRunaway(trace.family) ? LATEST_RUNAWAY_LEAD_HOURS : LATEST_LEAD_HOURS;
  const counts = episodes.find(
    (episode) =>
      full - episode.upTo.t <= UP_AT_LAST_HOURS * HOUR_SECONDS &&
      leadOf(episode) >= latest &&
      leadOf(episode) <= EARLIEST_LEAD_HOURS,
  );
  const alarm = counts ? scored(counts.from) : null;
  const leadShare = alarm && isRunaway(trace.family) ? Math.min(1, alarm.left / onsetHours(trace, full)) : null;
  const daily = before.map(scored).filter(({ left }, place) => {
    const isWholeDay = (before[place] as Saying).t % DAY_SECONDS === 0;
    return isWholeDay && left <= EARLIEST_LEAD_HOURS;
  });
  return { falseAlarms, alarm, leadShare, daily };
}

/** Hours from the last moment at which a runaway had no more than ever before its last 36 hours, until full. */
function onsetHours({ samples }: Trace, full: number): number {
  const calmUntil = full - LONGEST_RUNAWAY_HOURS * HOUR_SECONDS;
  const calm = samples.reduce((high, [at, used]) => (at <= calmUntil ? Math.max(high, used) : high), 0);
  const onset = samples.reduce(
    (latest, [at, used]) => (at < full && used <= calm ? Math.max(latest, at) : latest),
    calmUntil,
  );
  return (full - onset) / HOUR_SECONDS;
}

/** The measures of one detector; null = nothing to measure it on. */
export interface Measures {
  /** Episodes that began over 240 h before full, or where full never comes ÷ Σ trace time until full in 30 days. */
  falseAlarmsPerHostMonth: number | null;
  /**
   * Exhausting traces with an alarm that counts ÷ exhausting traces. It counts when it is up at an hour of the last 24 and
   * was raised 12 … 240 h before full; of a runaway 1 … 240 h.
   */
  recall: number | null;
  /** The lowest of the recalls of each family. */
  worstFamilyRecall: number | null;
  /** Median of the hours from the alarms that count to full. */
  leadHours: number | null;
  /** Median of |p50 − left| ÷ left at the alarms that count and have a date. */
  dateError: number | null;
  /** Share of the alarms that count and have an interval, with p10 ≤ left ≤ p90. */
  coverage: number | null;
  /**
   * Mean CRPS ÷ mean CRPS of Theil–Sen, at each whole day of the last 10 before full at which one of the two has a date. Where
   * neither has (before an onset) both err alike, and were two thirds of Theil–Sen's sum: nobody could be much better.
   */
  crpsRatio: number | null;
  /** The same at those moments at which both have a date. */
  crpsRatioWhereBoth: number | null;
  /** Median of lead ÷ (full − onset) of the runaways with an alarm that counts. */
  runawayLeadShare: number | null;
  /** Like `coverage`, at each whole day of the last 10 before full that had an interval. */
  dailyCoverage: number | null;
}

/** @param reference name of the detector whose CRPS is 1 */
export function measure(judged: readonly Judged[], detector: string, reference: string): Measures {
  const outcomes = judged.map((one) => outcomeIn(one, detector));
  const exhausting = judged.filter(({ exhausts }) => exhausts);
  const families = Map.groupBy(exhausting, ({ family }) => family);
  const alarms = outcomes.flatMap(({ alarm }) => alarm ?? []);
  const hostMonths = judged.reduce((sum, one) => sum + one.hostMonths, 0);
  const falseAlarms = outcomes.reduce((sum, one) => sum + one.falseAlarms, 0);
  const recallOf = (some: readonly Judged[]): number | null =>
    ratio(some.filter((one) => outcomeIn(one, detector).alarm !== null).length, some.length);
  const recalls = [...families.values()].flatMap((some) => recallOf(some) ?? []);
  const pairs = judged.flatMap((one) => pairsIn(one, detector, reference));
  return {
    falseAlarmsPerHostMonth: ratio(falseAlarms, hostMonths),
    recall: recallOf(exhausting),
    worstFamilyRecall: recalls.length === 0 ? null : Math.min(...recalls),
    leadHours: median(alarms.map(({ left }) => left)),
    dateError: median(alarms.flatMap(({ left, p50 }) => (p50 === null ? [] : [Math.abs(p50 - left) / left]))),
    coverage: coverageOf(alarms),
    crpsRatio: crpsRatioOf(pairs.filter((pair) => pair.some(hasDate))),
    crpsRatioWhereBoth: crpsRatioOf(pairs.filter((pair) => pair.every(hasDate))),
    runawayLeadShare: median(outcomes.flatMap(({ leadShare }) => leadShare ?? [])),
    dailyCoverage: coverageOf(outcomes.flatMap(({ daily }) => daily)),
  };
}

function outcomeIn({ outcomes }: Judged, detector: string): Outcome {
  const outcome = outcomes[detector];
  assert(outcome, `no outcome of ${detector}`);
  return outcome;
}

/** What two detectors said at the same moments. */
function pairsIn(judged: Judged, detector: string, reference: string): [Scored, Scored][] {
  const [ours, theirs] = [outcomeIn(judged, detector).daily, outcomeIn(judged, reference).daily];
  assert.equal(ours.length, theirs.length, 'all are asked at the same moments');
  return ours.map((one, place) => [one, theirs[place] as Scored]);
}

const hasDate = ({ p50 }: Scored): boolean => p50 !== null;

function crpsRatioOf(pairs: readonly [Scored, Scored][]): number | null {
  const sum = (side: 0 | 1): number => pairs.reduce((total, pair) => total + crps(pair[side]), 0);
  return ratio(sum(0), sum(1));
}

/**
 * CRPS of a distribution of which three quantiles are known, hours: twice the mean of their quantile losses,
 * 2/3 · Σ (left − x) · (q − [left < x]) (Gneiting and Raftery 2007, section 4.2 and 6.2). A single date has its own error as
 * CRPS. What is missing or beyond `CAP_HOURS` stands as `CAP_HOURS`; an interval without ends is the date itself.
 */
export function crps({ left, p10, p50, p90 }: Scored): number {
  const capped = (hours: number | null): number => Math.min(hours ?? CAP_HOURS, CAP_HOURS);
  const loss = (hours: number, share: number): number => (left - hours) * (share - (left < hours ? 1 : 0));
  if (p10 === null) return Math.abs(left - capped(p50));
  return (2 / 3) * (loss(capped(p10), 0.1) + loss(capped(p50), 0.5) + loss(capped(p90), 0.9));
}

/** An interval without an upper end reaches for ever. */
function coverageOf(dates: readonly Scored[]): number | null {
  const withInterval = dates.filter(({ p10 }) => p10 !== null);
  const covered = withInterval.filter(({ left, p10, p90 }) => (p10 as number) <= left && left <= (p90 ?? Infinity));
  return ratio(covered.length, withInterval.length);
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** Mean of the two in the middle where there is none. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]] as [number, number];
  return (low + high) / 2;
}
