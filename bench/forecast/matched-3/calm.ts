import { between, logBetween, type Random, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, type Family, HOUR_SECONDS, type Trace } from '../family.ts';
import { daily, isWeekend, saw } from './courses.ts';
import { type Course, GIB, noise, type Plan, type Range, record, sum, TIB } from './record.ts';

/** In shares of the capacity. */
type Draw = (random: Random, days: number) => Course;

/** Of each trace of a family in which nothing is wrong; shares of the capacity. */
interface Ranges {
  /** What is always there. */
  low: Range;
  /** Deviation of readings. */
  noise: Range;
  /** A day's swing up and down. */
  swing: Range;
}

const WEEK_SECONDS = 7 * DAY_SECONDS;
/** Teeth differ by so much of their height. */
const UNEVEN = 0.2;
const SIZE: Range = [40 * GIB, 4 * TIB];

const calm = (name: string, ranges: Ranges, draw: Draw = () => () => 0): Family => ({
  name,
  exhausts: false,
  isRunaway: false,
  make(random, days): Trace {
    const size = Math.round(logBetween(random, ...SIZE));
    const low = between(random, ...ranges.low);
    const readings = noise(random, logBetween(random, ...ranges.noise));
    const course = sum(draw(random, days), daily(random, between(random, ...ranges.swing)), readings);
    const used: Course = (at) => size * (low + course(at));
    const plan: Plan = { family: name, resource: 'filesystem', capacityBytes: [[0, size]], used, fullBy: null };
    return record(random, plan, days);
  },
});

/** Nothing happens. */
export const flat = (ranges: Ranges): Family => calm('flat', ranges);

/** Nearly full, and has been for years. */
export const steadyHigh = (ranges: Ranges): Family => calm('steady-high', ranges);

/** More on workdays than at weekends; it comes and goes within some hours. */
export const weeklySeason = (ranges: Ranges & { height: Range; takesHours: Range }): Family =>
  calm('weekly-season', ranges, (random) => {
    const [height, firstDay] = [between(random, ...ranges.height), wholeBetween(random, 0, 6)];
    const seconds = between(random, ...ranges.takesHours) * HOUR_SECONDS;
    let [now, last] = [isWeekend(0, firstDay) ? 0 : height, 0];
    return (at) => {
      const goal = isWeekend(at / HOUR_SECONDS, firstDay) ? 0 : height;
      now += (goal - now) * (1 - Math.exp(-(at - last) / seconds));
      last = at;
      return now;
    };
  });

/** Rotated each night. */
export const dailySawtooth = (ranges: Ranges & { height: Range }): Family =>
  calm('daily-sawtooth', ranges, (random) => saw(random, DAY_SECONDS, between(random, ...ranges.height), UNEVEN));

/** Pruned each week. */
export const weeklySawtooth = (ranges: Ranges & { height: Range }): Family =>
  calm('weekly-sawtooth', ranges, (random) => saw(random, WEEK_SECONDS, between(random, ...ranges.height), UNEVEN));

/** Pruned each week too, but with little room left: nearly full, and then not. */
export const highSawtooth = (ranges: Ranges & { height: Range }): Family =>
  calm('high-sawtooth', ranges, (random) => saw(random, WEEK_SECONDS, between(random, ...ranges.height), UNEVEN));

/** Something large is put there and stays. */
export const stepThenFlat = (ranges: Ranges & { height: Range; takesHours: Range }): Family =>
  calm('step-then-flat', ranges, (random, days) => {
    const height = between(random, ...ranges.height);
    const from = between(random, 0.1, 0.9) * days * DAY_SECONDS;
    const takes = logBetween(random, ...ranges.takesHours) * HOUR_SECONDS;
    return (at) => height * Math.min(1, Math.max(0, (at - from) / takes));
  });

/** Dumps, builds, downloads: written within an hour or some, deleted after some more. */
export const bursts = (
  ranges: Ranges & { count: Range; height: Range; takesHours: Range; staysHours: Range },
): Family =>
  calm('bursts', ranges, (random, days) => {
    const all = Array.from({ length: wholeBetween(random, ...ranges.count) }, () => {
      const [from, height] = [between(random, 0, days) * DAY_SECONDS, between(random, ...ranges.height)];
      const takes = logBetween(random, ...ranges.takesHours) * HOUR_SECONDS;
      const upTo = from + takes + logBetween(random, ...ranges.staysHours) * HOUR_SECONDS;
      return { from, height, takes, upTo };
    });
    return (at) =>
      // One at a time: the largest of those that are there.
      all.reduce(
        (most, { from, height, takes, upTo }) =>
          at < from || at > upTo ? most : Math.max(most, height * Math.min(1, (at - from) / takes)),
        0,
      );
  });
