import { between, chance, logBetween, normal, pick, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS, type Trace } from '../family.ts';

export type Random = () => number;
export type Range = readonly [low: number, high: number];

const MINUTE_SECONDS = 60;
export const MIB = 2 ** 20;
export const GIB = 2 ** 30;
/** How much a reading comes late, of the beat. */
const BEAT_JITTER = 0.1;
/** A host is now and then not read: for an upgrade, a restart, a network that is down. */
const HOLES: Range = [0, 3];
const HOLE_HOURS: Range = [0.3, 8];
/** Of the traces in which nothing is wrong, so many have a clock that was wrong for a while. */
const CLOCK_STEPS = 0.05;
const CLOCK_AHEAD_HOURS: Range = [0.1, 3];
/** For so long a resource that got full is still read. */
const AFTER_FULL_HOURS: Range = [2, 12];

/** Share of the capacity that is used at a moment, in days. */
export type Level = (day: number) => number;

export interface Resource {
  name: string;
  bytes: number;
}

/** A disk as hosts have them. */
export const disk = (random: Random): Resource => ({
  name: 'filesystem',
  bytes: Math.round(logBetween(random, 20, 8_000)) * GIB,
});

/** Moments at which a host is read, in seconds: a beat of its own, with jitter and holes. */
function readings(random: Random, days: number): number[] {
  const beat = pick(random, [5, 5, 10, 10, 15]) * MINUTE_SECONDS;
  const gaps = Array.from({ length: wholeBetween(random, ...HOLES) }, () => {
    const from = between(random, 0, days * DAY_SECONDS);
    return [from, from + logBetween(random, ...HOLE_HOURS) * HOUR_SECONDS] as const;
  });
  const times: number[] = [];
  for (let at = between(random, 0, beat); at < days * DAY_SECONDS; at += beat) {
    const late = at + BEAT_JITTER * beat * random();
    if (!gaps.some(([from, upTo]) => late >= from && late < upTo)) times.push(Math.round(late));
  }
  return times;
}

/** Files that come and go: a deviation `spread` that is forgotten at half every `halfHours`, asked at rising moments. */
function wander(random: Random, spread: number, halfHours: number): Level {
  let [value, last] = [spread * normal(random), 0];
  return (day) => {
    const kept = 0.5 ** ((Math.max(0, day - last) * 24) / halfHours);
    value = kept * value + Math.sqrt(1 - kept ** 2) * spread * normal(random);
    last = day;
    return value;
  };
}

/** What differs by host: temporary files within the hour, and what a day's work leaves and takes. */
export interface Noise {
  /** Share of the capacity, from reading to reading. */
  quick: Range;
  /** The same over hours. */
  slow: Range;
  /** Height of the daily swing. */
  daily: Range;
}

export const QUIET: Noise = { quick: [0.0002, 0.002], slow: [0.0005, 0.004], daily: [0.0005, 0.005] };

export function noiseOf(random: Random, { quick, slow, daily }: Noise): Level {
  const [quickSpread, height, phase] = [logBetween(random, ...quick), logBetween(random, ...daily), random()];
  const slowly = wander(random, logBetween(random, ...slow), logBetween(random, 2, 12));
  return (day) => quickSpread * normal(random) + slowly(day) + (height / 2) * Math.sin(2 * Math.PI * (day - phase));
}

/** A sum of what a resource holds. */
export const sum =
  (...levels: readonly Level[]): Level =>
  (day) =>
    levels.reduce((total, level) => total + level(day), 0);

/** Most that a resource in which nothing is wrong is seen to hold, and the least. */
const CALM_MOST = 0.995;
const LEAST = 0.005;

interface Made {
  family: string;
  random: Random;
  days: number;
  level: Level;
  resource?: Resource;
  capacityBytes?: [number, number][];
}

const idOf = (family: string, random: Random): string => `${family}-${Math.floor(random() * 2 ** 32).toString(16)}`;

/** A trace that never gets full. Levels are shares of the last capacity. */
export function calmTrace({ family, random, days, level, resource = disk(random), ...more }: Made): Trace {
  const capacityBytes = more.capacityBytes ?? [[0, resource.bytes]];
  const samples = readings(random, days).map((at): [number, number] => {
    const capacity = capacityAt(capacityBytes, at);
    const used = level(at / DAY_SECONDS) * resource.bytes;
    return [at, Math.round(Math.min(CALM_MOST * capacity, Math.max(LEAST * capacity, used)))];
  });
  return {
    ...{ id: idOf(family, random), family, resource: resource.name, capacityBytes },
    samples: chance(random, CLOCK_STEPS) ? withClockStep(random, samples) : samples,
    exhaustedAt: null,
  };
}

/** A trace that ends some hours after its level came to 1, or is full with the last of its days. */
export function fullTrace({ family, random, days, level, resource = disk(random), ...more }: Made): Trace {
  const capacityBytes = more.capacityBytes ?? [[0, resource.bytes]];
  const afterFull = between(random, ...AFTER_FULL_HOURS) * HOUR_SECONDS;
  const times = readings(random, days);
  const samples: [number, number][] = [];
  let exhaustedAt: number | null = null;
  for (const at of times) {
    if (exhaustedAt !== null && at > exhaustedAt + afterFull) break;
    const capacity = capacityAt(capacityBytes, at);
    const used = Math.round(Math.max(LEAST, level(at / DAY_SECONDS)) * resource.bytes);
    if (used >= capacity || at === times.at(-1)) exhaustedAt ??= at;
    // What is full stays so: nobody is there to clean up.
    samples.push([at, exhaustedAt === null ? used : capacity]);
  }
  return { id: idOf(family, random), family, resource: resource.name, capacityBytes, samples, exhaustedAt };
}

function capacityAt(capacityBytes: readonly [number, number][], at: number): number {
  const [, bytes] = capacityBytes.findLast(([since]) => since <= at) ?? (capacityBytes[0] as [number, number]);
  return bytes;
}

/** Times of a host whose clock was ahead for a while, until it was set right: they leap, and fall again. */
function withClockStep(random: Random, samples: [number, number][]): [number, number][] {
  const from = Math.floor(samples.length * between(random, 0.1, 0.9));
  const upTo = from + samples.length * between(random, 0.01, 0.05);
  const ahead = Math.round(logBetween(random, ...CLOCK_AHEAD_HOURS) * HOUR_SECONDS);
  return samples.map(([at, used], place) => [place >= from && place < upTo ? at + ahead : at, used]);
}
