import { between, chance, logBetween, normal, type Random, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, type Trace } from '../family.ts';

const MINUTE_SECONDS = 60;
const BLOCK_BYTES = 4_096;
const [MIB, GIB, TIB] = [2 ** 20, 2 ** 30, 2 ** 40];

export type Range = readonly [low: number, high: number];
export const drawn = (random: Random, [low, high]: Range): number => between(random, low, high);
/** For what ranges over magnitudes. */
export const drawnLog = (random: Random, [low, high]: Range): number => logBetween(random, low, high);

/** What a resource goes through: days as time, shares of its first capacity as bytes. */
export interface Course {
  resource: string;
  capacityBytes: number;
  /** Its capacity becomes so large. */
  resizes?: readonly { day: number; share: number }[];
  /** What is used without noise, on any day; asked in order. */
  used(day: number): number;
  /** Deviation of what comes and goes between two readings. */
  noise: number;
  /** From then on it is full, if it was not before. */
  fullDay?: number;
}

/** From a small cloud disk to a storage pool. */
export const diskBytes = (random: Random): number => Math.round(logBetween(random, 20 * GIB, 8 * TIB) / MIB) * MIB;
export const thinMetadataBytes = (random: Random): number => wholeBetween(random, 16, 512) * 4 * MIB;

const HOURS_AFTER_FULL: Range = [2, 12];

/** A course as it is read: with noise, holes, restarts and a clock that is set now and then. */
export function traceOf(random: Random, family: string, course: Course, days: number): Trace {
  const { resource, noise, fullDay = Number.POSITIVE_INFINITY } = course;
  const capacityBytes = capacitiesOf(course);
  const samples: Trace['samples'] = [];
  let [exhaustedAt, lastDay]: [number | null, number] = [null, days];
  for (const { day, shown } of readings(random, course, days)) {
    if (day > lastDay) break;
    const capacity = capacityBytes.findLast(([since]) => since <= shown)?.[1] ?? course.capacityBytes;
    const bytes = (course.used(day) + noise * normal(random)) * course.capacityBytes;
    const isFull = exhaustedAt !== null || day >= fullDay || (fullDay < days && bytes >= capacity);
    const blocks = Math.round(Math.min(bytes, capacity - BLOCK_BYTES) / BLOCK_BYTES);
    samples.push([shown, isFull ? capacity : Math.max(0, blocks) * BLOCK_BYTES]);
    if (!isFull || exhaustedAt !== null) continue;
    exhaustedAt = shown;
    lastDay = day + drawn(random, HOURS_AFTER_FULL) / 24;
  }
  const id = `${family}-${Math.floor(random() * 2 ** 32).toString(16)}`;
  return { id, family, resource, capacityBytes, samples, exhaustedAt };
}

/** `[since which second, bytes]`, oldest first. */
function capacitiesOf({ capacityBytes, resizes = [] }: Course): [number, number][] {
  const later = resizes.map(({ day, share }): [number, number] => [
    Math.round(day * DAY_SECONDS),
    Math.round((capacityBytes * share) / MIB) * MIB,
  ]);
  return [[0, capacityBytes], ...later];
}

interface Reading {
  /** In truth. */
  day: number;
  /** Seconds by the host's clock. */
  shown: number;
}

const BEAT_MINUTES: Range = [5, 15];
const JITTER: Range = [0.85, 1.15];
const MAX_HOLES = 3;
const HOLE_HOURS: Range = [1, 14];
const MAX_RESTARTS = 4;
const RESTART_HOURS: Range = [0.05, 0.7];
const SHARE_WITH_CLOCK_STEP = 0.2;
const CLOCK_STEP_MINUTES: Range = [1, 180];

/** One is right at `fullDay`. A clock that was ahead is set back; that of a host with a resize never is. */
function* readings(random: Random, { fullDay, resizes = [] }: Course, days: number): Generator<Reading> {
  const calmDays = (fullDay ?? days) - 1;
  const pauses = [
    ...pausesOf(random, wholeBetween(random, 0, MAX_HOLES), calmDays, HOLE_HOURS),
    ...pausesOf(random, wholeBetween(random, 0, MAX_RESTARTS), calmDays, RESTART_HOURS),
  ];
  const isSet = chance(random, SHARE_WITH_CLOCK_STEP) && resizes.length === 0;
  const setDay = between(random, 1, calmDays);
  const ahead = isSet ? drawnLog(random, CLOCK_STEP_MINUTES) * MINUTE_SECONDS : 0;
  const beat = (drawn(random, BEAT_MINUTES) * MINUTE_SECONDS) / DAY_SECONDS;
  for (let day = beat * random(); day <= days; ) {
    const isPaused = pauses.some(({ from, upTo }) => day >= from && day < upTo);
    if (!isPaused) yield { day, shown: Math.round(day * DAY_SECONDS + (day < setDay ? ahead : 0)) };
    const next = day + beat * drawn(random, JITTER);
    day = fullDay !== undefined && day < fullDay && next > fullDay ? fullDay : next;
  }
}

function pausesOf(random: Random, count: number, lastDay: number, hours: Range): { from: number; upTo: number }[] {
  return Array.from({ length: count }, () => {
    const from = between(random, 0.5, lastDay);
    return { from, upTo: from + drawnLog(random, hours) / 24 };
  });
}
