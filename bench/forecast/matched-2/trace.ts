import { between, chance, logBetween, pick, type Random, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS, type Trace } from '../family.ts';
import type { Course } from './course.ts';

const [MIB, GIB, TIB] = [2 ** 20, 2 ** 30, 2 ** 40];
const BLOCK_BYTES = 4096;
const MINUTE_SECONDS = 60;

const FILESYSTEM_BYTES = [20, 40, 60, 100, 200, 250, 480, 960].map((size) => size * GIB) as [number, ...number[]];
const LARGE_BYTES = [1, 2, 4, 8].map((size) => size * TIB) as [number, ...number[]];
const METADATA_BYTES = [64, 128, 256, 512].map((size) => size * MIB) as [number, ...number[]];

export function capacityOf(random: Random, resource: string): number {
  if (resource === 'thin-metadata') return pick(random, METADATA_BYTES);
  return pick(random, chance(random, 0.25) ? LARGE_BYTES : FILESYSTEM_BYTES);
}

/** A hole is a restart, or an agent that did not send for hours. */
const HOLES = { most: 4, shortestMinutes: 15, longestMinutes: 600 };
const CLOCK_STEP = { share: 0.1, shortestMinutes: 1, longestMinutes: 45 };

interface Beat {
  /** True time, and what the host's clock showed. */
  at: number;
  shown: number;
}

/** Each 5 to 15 minutes, not quite, with holes; sometimes the clock is set back on the way. */
function beats(random: Random, days: number): Beat[] {
  const end = days * DAY_SECONDS;
  const every = between(random, 5, 15) * MINUTE_SECONDS;
  const holes = Array.from({ length: wholeBetween(random, 0, HOLES.most) }, () => {
    const from = random() * end;
    return [from, from + logBetween(random, HOLES.shortestMinutes, HOLES.longestMinutes) * MINUTE_SECONDS] as const;
  });
  const stepAt = chance(random, CLOCK_STEP.share) ? random() * end : Number.POSITIVE_INFINITY;
  const step = logBetween(random, CLOCK_STEP.shortestMinutes, CLOCK_STEP.longestMinutes) * MINUTE_SECONDS;
  const all: Beat[] = [];
  for (let at = random() * every; at < end; at += every * between(random, 0.9, 1.1)) {
    if (holes.some(([from, upTo]) => at >= from && at < upTo)) continue;
    all.push({ at, shown: Math.round(at >= stepAt ? at - step : at) });
  }
  return all;
}

export interface Story {
  family: string;
  resource: string;
  /** Of the capacity at the start. */
  used: Course;
  exhausts: boolean;
  /** From a moment on, so many times the capacity at the start. */
  resize?: { at: number; factor: number };
}

const MOST_OF_CALM = 0.995;
/** How long one that is full is still read. */
const HOURS_AFTER_FULL = { least: 2, most: 12 };

/** What was read of a story. Once full it stays full, and the trace ends hours later. */
export function tell(random: Random, days: number, { family, resource, used, exhausts, resize }: Story): Trace {
  const capacity = capacityOf(random, resource);
  const after = between(random, HOURS_AFTER_FULL.least, HOURS_AFTER_FULL.most) * HOUR_SECONDS;
  const samples: [number, number][] = [];
  const capacityBytes: [number, number][] = [[0, capacity]];
  let full: Beat | null = null;
  let exhaustedAt: number | null = null;
  for (const beat of beats(random, days)) {
    const isResized = resize !== undefined && beat.at >= resize.at;
    if (isResized && capacityBytes.length === 1) capacityBytes.push([beat.shown, Math.round(capacity * resize.factor)]);
    const most = (capacityBytes.at(-1) as [number, number])[1];
    const share = Math.max(0, used(beat.at));
    if (exhausts && share * capacity >= most) full ??= beat;
    if (full && beat.at > full.at + after) break;
    const bytes = Math.min(share, exhausts ? share : MOST_OF_CALM) * capacity;
    const blocks = BLOCK_BYTES * Math.floor(Math.min(bytes, most - 1) / BLOCK_BYTES);
    samples.push([beat.shown, full ? most : blocks]);
    if (full) exhaustedAt = Math.min(exhaustedAt ?? beat.shown, beat.shown);
  }
  const id = `${family}-${Math.floor(random() * 2 ** 32).toString(16)}`;
  return { id, family, resource, capacityBytes, samples, exhaustedAt };
}
