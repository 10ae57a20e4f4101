import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';
import { between, chance, logBetween, pick, type Random, waitOf, wholeBetween } from './draw.ts';

const MINUTE_SECONDS = 60;
/** What the beat is set by; jitter and waits of random length stay under SAMPLES_MOST with it. */
const SAMPLES_PLANNED = 4_300;
export const SAMPLES_MOST = 5_000;
const HOLE_MOST_SECONDS = 2 * DAY_SECONDS;

/** From `from` until before `until`, in seconds, nothing was read. */
export interface Hole {
  from: number;
  until: number;
}

export interface Sampling {
  endSeconds: number;
  /** Holes of an hour or more end before it. */
  seenFrom: number;
  slowestBeatSeconds: number;
  /** Beside those that are drawn. */
  holes: readonly Hole[];
}

/** When it was read: whole seconds, rising, 1 min to 1 h apart where there is no hole. */
export function sampleTimes(random: Random, sampling: Sampling): number[] {
  const nextGap = beatOf(random, sampling);
  const holes = [...sampling.holes, ...drawHoles(random, sampling)];
  const times: number[] = [];
  for (let at = between(random, 0, 10 * MINUTE_SECONDS); at <= sampling.endSeconds; at += nextGap(at)) {
    const whole = Math.floor(at);
    if (!holes.some(({ from, until }) => from <= whole && whole < until)) times.push(whole);
  }
  if (times.length > SAMPLES_MOST) throw new Error(`a trace of ${times.length} samples`);
  return times;
}

/** A steady beat with jitter, one of random waits, or a slow one that somebody makes faster for some hours. */
function beatOf(random: Random, { endSeconds, slowestBeatSeconds }: Sampling): (at: number) => number {
  const fastest = Math.min(slowestBeatSeconds, Math.max(MINUTE_SECONDS, endSeconds / SAMPLES_PLANNED));
  const bounded = (gap: number) => Math.min(HOUR_SECONDS, Math.max(MINUTE_SECONDS, gap));
  const beat = logBetween(random, fastest, slowestBeatSeconds);
  const jitter = between(random, 0, 0.15) * beat;
  const steady = () => bounded(beat + between(random, -jitter, jitter));
  const style = pick(random, ['steady', 'random', 'hurried']);
  if (style === 'steady' || slowestBeatSeconds < HOUR_SECONDS) return steady;
  if (style === 'random') return () => bounded(waitOf(random, beat * 1.1));
  const slow = between(random, 20 * MINUTE_SECONDS, HOUR_SECONDS);
  const fast = between(random, MINUTE_SECONDS, 3 * MINUTE_SECONDS);
  const windows = Array.from({ length: wholeBetween(random, 1, 3) }, () => {
    const from = between(random, 0, endSeconds);
    return { from, until: from + between(random, 3, 10) * HOUR_SECONDS };
  });
  return (at) => bounded(windows.some(({ from, until }) => from <= at && at < until) ? fast : slow);
}

/** Collector restarts of minutes, outages of hours and, on one host of four, one of up to two days. */
function drawHoles(random: Random, { endSeconds, seenFrom }: Sampling): Hole[] {
  const short = Array.from({ length: wholeBetween(random, 0, 10) }, () =>
    holeBefore(random, endSeconds, between(random, 2, 20) * MINUTE_SECONDS),
  );
  const long = Array.from({ length: wholeBetween(random, 0, 3) }, () =>
    holeBefore(random, seenFrom, between(random, 1, 8) * HOUR_SECONDS),
  );
  if (chance(random, 0.25)) {
    long.push(holeBefore(random, seenFrom, between(random, 12 * HOUR_SECONDS, HOLE_MOST_SECONDS)));
  }
  return [...short, ...long].filter(({ from }) => from > 0);
}

function holeBefore(random: Random, latest: number, lengthSeconds: number): Hole {
  const until = between(random, 0, latest);
  return { from: until - lengthSeconds, until };
}
