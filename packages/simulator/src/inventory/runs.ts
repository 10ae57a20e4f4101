import { DAY_MILLISECONDS, isWorkday } from '../calendar.ts';
import type { Moment } from './moment.ts';

const HOUR_MILLISECONDS = 3_600_000;
const WORK_BEGINS_HOUR = 7;
const WORK_HOURS = 14;
const PRUNE_HOUR = 3;
const DAYS_TO_PRUNE = 2;
const FAILING_SHARE = 0.15;
/** Days back that any list of runs goes. */
const MAX_DAYS = 120;

/** One run of something that comes on workdays, in working hours. */
export interface Run {
  /** Its own among all runs of the host. */
  label: string;
  /** Within its day, from 0. */
  number: number;
  /** Milliseconds since the epoch. */
  beginsAt: number;
  endsAt: number;
  /** Its container stays until it is pruned. */
  fails: boolean;
}

/** Runs that have begun between two moments, the first of them first. Two are half an hour apart at least. */
export function runsBetween(moment: Moment, name: string, runsADay: number, span: { from: number; to: number }): Run[] {
  const last = Math.floor(span.to / DAY_MILLISECONDS);
  const first = Math.max(Math.floor(span.from / DAY_MILLISECONDS), last - MAX_DAYS);
  const gap = (WORK_HOURS * HOUR_MILLISECONDS) / runsADay;
  const runs: Run[] = [];
  for (let day = first; day <= last; day += 1) {
    if (!isWorkday(day)) continue;
    for (let number = 0; number < runsADay; number += 1) {
      const label = `run ${name} ${day} ${number}`;
      const place = number + 0.2 + 0.5 * moment.share(label);
      const beginsAt = wholeSecond(day * DAY_MILLISECONDS + WORK_BEGINS_HOUR * HOUR_MILLISECONDS + place * gap);
      if (beginsAt < span.from || beginsAt > span.to) continue;
      const endsAt = wholeSecond(beginsAt + gap * (0.1 + 0.3 * moment.share(label, 1)));
      runs.push({ label, number, beginsAt, endsAt, fails: moment.share(label, 2) < FAILING_SHARE });
    }
  }
  return runs;
}

/** When the container of a run that failed is pruned. */
export function prunedAt({ beginsAt }: Run): number {
  return (Math.floor(beginsAt / DAY_MILLISECONDS) + DAYS_TO_PRUNE) * DAY_MILLISECONDS + PRUNE_HOUR * HOUR_MILLISECONDS;
}

/** Runs that may still be running, or not yet pruned. */
export const recentSpan = (at: number) => ({ from: at - (DAYS_TO_PRUNE + 1) * DAY_MILLISECONDS, to: at });

/** The last Sunday, 03:00 UTC, when images and volumes that nothing uses are pruned. */
export function lastWeeklyPrune(at: number): number {
  // 1970-01-04 was a Sunday.
  const offset = 3 * DAY_MILLISECONDS + PRUNE_HOUR * HOUR_MILLISECONDS;
  const week = 7 * DAY_MILLISECONDS;
  return Math.floor((at - offset) / week) * week + offset;
}

/** One deployment of something that is deployed every so many days. */
export interface Deployment {
  number: number;
  at: number;
  /** The next one takes its place. */
  replacedAt: number;
}

/** The one that runs, and before it those that were replaced since a moment, the latest first. */
export function deploymentsSince(
  moment: Moment,
  options: { name: string; days: number; since: number },
): [Deployment, ...Deployment[]] {
  const period = options.days * DAY_MILLISECONDS;
  const phase = moment.share(`deployment ${options.name}`) * period;
  const numbered = (number: number): Deployment => {
    const at = wholeSecond(number * period + phase);
    return { number, at, replacedAt: wholeSecond((number + 1) * period + phase) };
  };
  let number = Math.floor((moment.at - phase) / period);
  if (numbered(number).at > moment.at) number -= 1;
  const all: [Deployment, ...Deployment[]] = [numbered(number)];
  for (let before = numbered(number - 1); before.replacedAt > options.since; before = numbered(before.number - 1)) {
    all.push(before);
  }
  return all;
}

const wholeSecond = (at: number): number => Math.floor(at / 1_000) * 1_000;
