import { between, logBetween, pick, type Random } from '../draw.ts';
import { DAY_SECONDS, type Family, HOUR_SECONDS, type Trace } from '../family.ts';
import { type Curve, growth, inChunks, type Range } from './growth.ts';
import { noise, saw, season } from './swings.ts';
import { makeTrace, type Plan } from './trace.ts';

/** What all that fills has. Levels and heights are shares of the capacity. */
export interface FillingRanges {
  /** In what part of the trace it gets full. */
  fullAt: Range;
  start: Range;
  /** How much faster it grows in the end than at first, in doublings. */
  doublings: Range;
  /** How unlike its days are, and the hours of a day: deviations of the logarithm. */
  daySpread: Range;
  hourSpread: Range;
  noise: Range;
  /** What comes and goes with each day. */
  daySwing: Range;
}

interface Drawn {
  random: Random;
  /** Seconds. */
  fullAt: number;
  /** From `start` to 1 at `fullAt`, at a pace of its own if one is given. */
  leak(pace?: Curve): Curve;
  /** What its readings differ by from what it leaks. */
  restless: Curve;
}

type Shape = (drawn: Drawn) => Pick<Plan, 'share'> & Partial<Plan>;

function filling(name: string, ranges: FillingRanges, shape: Shape, isRunaway = false): Family {
  return {
    name,
    exhausts: true,
    isRunaway,
    make(random: Random, days: number): Trace {
      const fullAt = between(random, ...ranges.fullAt) * days * DAY_SECONDS;
      const start = between(random, ...ranges.start);
      const doublings = between(random, ...ranges.doublings);
      const [daySpread, hourSpread] = [between(random, ...ranges.daySpread), between(random, ...ranges.hourSpread)];
      const readings = noise(random, logBetween(random, ...ranges.noise));
      const day = season(random, between(random, ...ranges.daySwing), 1);
      const leak = (pace: Curve = () => 1): Curve => {
        const bent: Curve = (at) => pace(at) * 2 ** ((doublings * at) / fullAt);
        const grown = growth(random, { fullAt, pace: bent, daySpread, hourSpread });
        return (at) => start + (1 - start) * grown(at);
      };
      const restless: Curve = (at) => readings(at) + day(at);
      return makeTrace(random, { family: name, days, fullAt, ...shape({ random, fullAt, leak, restless }) });
    },
  };
}

const sum =
  (...curves: Curve[]): Curve =>
  (at) =>
    curves.reduce((total, curve) => total + curve(at), 0);

/** Something that is never cleaned up. With doublings it is one that accelerates: more users, more of the same. */
export const leak = (name: string, ranges: FillingRanges): Family =>
  filling(name, ranges, ({ leak, restless }) => ({ share: sum(leak(), restless) }));

/** Part of what is written is pruned; `periodDays` are as likely as one another. */
export const leakUnderSaw = (
  name: string,
  ranges: FillingRanges & { height: Range; periodDays: readonly [number, ...number[]] },
): Family =>
  filling(name, ranges, ({ random, fullAt, leak, restless }) => {
    const [height, periodDays] = [between(random, ...ranges.height), pick(random, ranges.periodDays)];
    return { share: sum(leak(), saw(random, { height, periodDays, toothSpread: 0.15 }, fullAt), restless) };
  });

/** Storage that is taken in pieces: `chunks` of them are the whole capacity. */
export const chunkStaircase = (name: string, ranges: FillingRanges & { chunks: Range }): Family =>
  filling(name, ranges, ({ random, leak }) => {
    const [used, chunk] = [leak(), 1 / logBetween(random, ...ranges.chunks)];
    return {
      share: (at) => inChunks(used(at), chunk),
      resource: pick(random, ['btrfs-unallocated', 'thin-data', 'thin-metadata']),
    };
  });

/** What continuous integration leaves behind: it grows in working hours, and little else (`idle`, a share of that pace). */
export const weekdayStaircase = (name: string, ranges: FillingRanges & { idle: Range }): Family =>
  filling(name, ranges, ({ random, leak, restless }) => {
    const [monday, idle] = [between(random, 0, 7) * DAY_SECONDS, between(random, ...ranges.idle)];
    const share = leak((at) => {
      const day = ((at + monday) / DAY_SECONDS) % 7;
      return day < 5 && day % 1 > 0.33 && day % 1 < 0.75 ? 1 : idle;
    });
    return { share: sum(share, restless) };
  });

/** Calm, then a leak. */
export const lateOnset = (name: string, ranges: FillingRanges & { onsetDays: Range }): Family =>
  filling(name, ranges, ({ random, fullAt, leak, restless }) => {
    const onset = fullAt - between(random, ...ranges.onsetDays) * DAY_SECONDS;
    return {
      share: sum(
        leak((at) => (at < onset ? 0 : 1)),
        restless,
      ),
    };
  });

/** A log that is written in a loop, a dump that does not end. */
export const runaway = (name: string, ranges: FillingRanges & { onsetHours: Range }): Family =>
  filling(
    name,
    ranges,
    ({ random, fullAt, leak, restless }) => {
      const onset = fullAt - logBetween(random, ...ranges.onsetHours) * HOUR_SECONDS;
      return {
        share: sum(
          leak((at) => (at < onset ? 0 : 1)),
          restless,
        ),
      };
    },
    true,
  );

/** Its quota is cut, some days before it is full, from so many times as much. */
export const quotaCut = (name: string, ranges: FillingRanges & { cutDays: Range; times: Range }): Family =>
  filling(name, ranges, ({ random, fullAt, leak, restless }) => {
    const changeAt = fullAt - between(random, ...ranges.cutDays) * DAY_SECONDS;
    return { share: sum(leak(), restless), before: { changeAt, share: between(random, ...ranges.times) } };
  });
