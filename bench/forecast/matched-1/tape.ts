import { between, chance, logBetween, normal, pick, type Random, wholeBetween } from '../draw.ts';
import { HOUR_SECONDS, type Trace } from '../family.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** Share of the first capacity that is used, at an hour of the trace. */
export type Course = (hour: number) => number;

/** What a family says of one of its traces, in hours and in shares of the first capacity. */
export interface Tape {
  family: string;
  resource?: string;
  course: Course;
  /** Deviation of what is written and deleted between two samples. */
  noise: number;
  /** From an hour on, this many times the first capacity. */
  resize?: { hour: number; factor: number };
  /** By this hour it is full, whatever the noise; it is looked at for some hours more. */
  fullBy?: number;
}

const CAPACITY_GIB: readonly [number, ...number[]] = [8, 20, 40, 50, 100, 200, 250, 500, 931, 1862, 3725, 7450];
/** Between two samples; most agents beat each five minutes. */
const STEP_SECONDS: readonly [number, ...number[]] = [300, 300, 600, 900];
/** Of a step, to either side. */
const JITTER = 0.3;
const HOLES = [0, 2] as const;
const HOLE_HOURS = [1, 14] as const;
const RESTARTS = [0, 3] as const;
const RESTART_MINUTES = [12, 50] as const;
/** Of traces: the clock runs ahead for some hours, then is set back. */
const CLOCK_STEP_SHARE = 0.08;
const CLOCK_AHEAD_MINUTES = [4, 110] as const;
const CLOCK_AHEAD_HOURS = [1, 20] as const;
/** What never fills is kept this far below by its bound. */
const HIGHEST_CALM = 0.998;
const HOURS_LOOKED_AT_AFTER = [3, 14] as const;

/** Hours. */
interface Span {
  from: number;
  upTo: number;
}

/** Reads a course each 5 to 15 minutes, not quite evenly, with holes, restarts and a clock that is set back. */
export function record(random: Random, days: number, tape: Tape): Trace {
  const capacity = capacityOf(random, tape.resource);
  const end = Math.min(days * 24, (tape.fullBy ?? days * 24) + between(random, ...HOURS_LOOKED_AT_AFTER));
  const step = pick(random, STEP_SECONDS) / HOUR_SECONDS;
  // Nothing odd happens to the clock or the agent shortly before full: the truth is to be seen in the samples.
  const spans = (count: number, hours: () => number): Span[] =>
    Array.from({ length: count }, () => {
      const from = between(random, 0.05, 0.85) * (tape.fullBy ?? end);
      return { from, upTo: from + hours() };
    });
  const holes = [
    ...spans(wholeBetween(random, ...HOLES), () => between(random, ...HOLE_HOURS)),
    ...spans(wholeBetween(random, ...RESTARTS), () => between(random, ...RESTART_MINUTES) / 60),
  ];
  const fast = spans(chance(random, CLOCK_STEP_SHARE) ? 1 : 0, () => between(random, ...CLOCK_AHEAD_HOURS)).map(
    (span) => ({
      ...span,
      ahead: between(random, ...CLOCK_AHEAD_MINUTES) / 60,
    }),
  );
  const capacityBytes: Trace['capacityBytes'] = [[0, capacity]];
  if (tape.resize)
    capacityBytes.push([Math.round(tape.resize.hour * HOUR_SECONDS), Math.round(capacity * tape.resize.factor)]);

  const samples: Trace['samples'] = [];
  let exhaustedAt: number | null = null;
  for (let due = step * random(); due < end; due += step) {
    const hour = due + step * JITTER * (2 * random() - 1);
    const noise = tape.noise * normal(random);
    if (hour < 0 || hour >= end || holes.some(({ from, upTo }) => hour >= from && hour < upTo)) continue;
    const limit = tape.resize && hour >= tape.resize.hour ? tape.resize.factor : 1;
    const isFull = tape.fullBy !== undefined && hour >= tape.fullBy;
    const top = tape.fullBy === undefined ? HIGHEST_CALM * limit : limit;
    const share = isFull ? limit : Math.min(top, Math.max(0.005, tape.course(hour) + noise));
    const ahead = fast.find(({ from, upTo }) => hour >= from && hour < upTo)?.ahead ?? 0;
    const at = Math.round((hour + ahead) * HOUR_SECONDS);
    samples.push([at, Math.round(share * capacity)]);
    if (share >= limit) exhaustedAt ??= at;
  }
  const { family, resource = 'filesystem' } = tape;
  return {
    id: `${family}-${Math.floor(random() * 2 ** 32).toString(36)}`,
    family,
    resource,
    capacityBytes,
    samples,
    exhaustedAt,
  };
}

function capacityOf(random: Random, resource: string | undefined): number {
  if (resource === 'thin-metadata') return pick(random, [32, 64, 112, 128, 256, 512]) * MIB;
  if (resource === 'thin-data' || resource === 'btrfs-unallocated')
    return Math.round(logBetween(random, 60, 4000)) * GIB;
  return Math.round(pick(random, CAPACITY_GIB) * between(random, 0.92, 1) * GIB);
}
