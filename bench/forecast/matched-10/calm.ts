import { between, logBetween, pick, type Random } from '../draw.ts';
import { DAY_SECONDS, type Family, HOUR_SECONDS, type Trace } from '../family.ts';
import type { Curve, Range } from './growth.ts';
import { bursts, noise, saw, season } from './swings.ts';
import { makeTrace, type Plan } from './trace.ts';

/** What all that is calm has. Levels and heights are shares of the capacity. */
export interface CalmRanges {
  level: Range;
  noise: Range;
}

interface Drawn {
  random: Random;
  level: number;
  /** Seconds. */
  endAt: number;
}

/** A curve is what comes on top of the level and its noise. */
type Shape = (drawn: Drawn) => { curve: Curve } & Partial<Plan>;

const calm = (name: string, ranges: CalmRanges, shape: Shape): Family => ({
  name,
  exhausts: false,
  isRunaway: false,
  make(random: Random, days: number): Trace {
    const level = between(random, ...ranges.level);
    const readings = noise(random, logBetween(random, ...ranges.noise));
    const { curve, ...plan } = shape({ random, level, endAt: days * DAY_SECONDS });
    return makeTrace(random, { family: name, days, share: (at) => level + readings(at) + curve(at), ...plan });
  },
});

/** Nothing happens, though the host is not always up and its clock may be set back. */
export const flat = (name: string, ranges: CalmRanges & { clockSteps: Range; stepMinutes: Range }): Family =>
  calm(name, ranges, ({ random, endAt }) => ({
    curve: () => 0,
    holes: 6,
    longestHoleHours: 24,
    clockSteps: Array.from({ length: Math.round(between(random, ...ranges.clockSteps)) }, () => ({
      at: between(random, 0.1, 0.9) * endAt,
      seconds: Math.round(logBetween(random, ...ranges.stepMinutes) * 60),
    })),
  }));

/** A sine of some days, with a smaller one of a day (`day` is a share of it). Its level is its middle. */
export const seasonal = (
  name: string,
  ranges: CalmRanges & { height: Range; periodDays: number; day: Range },
): Family =>
  calm(name, ranges, ({ random }) => {
    const height = between(random, ...ranges.height);
    const long = season(random, height, ranges.periodDays);
    const day = season(random, height * between(random, ...ranges.day), 1);
    return { curve: (at) => long(at) + day(at) };
  });

export interface SawKind {
  /** Shares of what is free above its level, of which a tooth takes that much. */
  height: Range;
  periodDays: Range;
}

/** It rises and is pruned, as logs each night and backups each week. Each kind is as likely as another. */
export const sawtooth = (
  name: string,
  ranges: CalmRanges & { kinds: readonly [SawKind, ...SawKind[]]; toothSpread: Range },
): Family =>
  calm(name, ranges, ({ random, level, endAt }) => {
    const kind = pick(random, ranges.kinds);
    const [height, periodDays] = [
      (1 - level) * between(random, ...kind.height),
      logBetween(random, ...kind.periodDays),
    ];
    return { curve: saw(random, { height, periodDays, toothSpread: between(random, ...ranges.toothSpread) }, endAt) };
  });

/** A cache that frees some of itself whenever it is at its bound, which is its level. */
export const selfCleaning = (
  name: string,
  ranges: CalmRanges & { height: Range; periodDays: Range; toothSpread: Range },
): Family =>
  calm(name, ranges, ({ random, level, endAt }) => {
    const height = (1 - level) * between(random, ...ranges.height);
    const [periodDays, toothSpread] = [
      logBetween(random, ...ranges.periodDays),
      between(random, ...ranges.toothSpread),
    ];
    const tooth = saw(random, { height, periodDays, toothSpread }, endAt);
    return { curve: (at) => tooth(at) - height };
  });

/** A migration, then nothing more. */
export const stepThenFlat = (name: string, ranges: CalmRanges & { height: Range; hours: Range }): Family =>
  calm(name, ranges, ({ random, endAt }) => {
    const at = between(random, 0.1, 0.9) * endAt;
    const [height, rise] = [between(random, ...ranges.height), logBetween(random, ...ranges.hours) * HOUR_SECONDS];
    return { curve: (now) => height * Math.min(1, Math.max(0, (now - at) / rise)) };
  });

/** Dumps and builds that come and go; a height is a share of what is free. */
export const bursting = (
  name: string,
  ranges: CalmRanges & { everyDays: Range; height: Range; riseHours: Range; lastHours: Range },
): Family =>
  calm(name, ranges, ({ random, level, endAt }) => {
    const everyDays = logBetween(random, ...ranges.everyDays);
    const free = 1 - level;
    const heights: Range = [ranges.height[0] * free, ranges.height[1] * free];
    const { riseHours, lastHours } = ranges;
    return { curve: bursts(random, { everyDays, heights, riseHours, lastHours }, endAt) };
  });

/** A cache or an index that gets nearer and nearer to all it will have. */
export const levellingOff = (name: string, ranges: CalmRanges & { height: Range; days: Range }): Family =>
  calm(name, ranges, ({ random, endAt }) => {
    const from = between(random, -0.1, 0.4) * endAt;
    const [height, memory] = [between(random, ...ranges.height), logBetween(random, ...ranges.days) * DAY_SECONDS];
    return { curve: (at) => height * (1 - Math.exp(-Math.max(0, at - from) / memory)) };
  });
