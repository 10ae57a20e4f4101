import { between, chance, logBetween, normal, type Random, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS, type Trace } from '../family.ts';

export const GIB = 2 ** 30;
export const MIB = 2 ** 20;
export const HOUR = HOUR_SECONDS;
export const DAY = DAY_SECONDS;

/** What is used at a moment, as a share of the capacity at the beginning. */
export type Use = (at: number) => number;

export interface Resource {
  family: string;
  resource: string;
  /** At the beginning. */
  bytes: number;
  /** Later ones: since when, and as a share of the first. */
  resizes?: readonly (readonly [at: number, share: number])[];
  use: Use;
  /** Deviation of what comes and goes between two readings, as a share of the capacity at the beginning. */
  noise: number;
  /** It is full at this moment at the latest; null = what it never is. */
  fullBy: number | null;
}

const BLOCK_BYTES = 4_096;
/** A resource in which nothing is wrong takes so much of its capacity at most. */
const MOST_CALM = 0.992;
const STEP_SECONDS = { from: 300, upTo: 900 };
const JITTER = 0.15;

/** Reads a resource as an agent does: not quite evenly, with holes, restarts and now and then a clock that steps back. */
export function readTrace(random: Random, days: number, host: Resource): Trace {
  const capacityBytes: Trace['capacityBytes'] = [
    [0, host.bytes],
    ...(host.resizes ?? []).map(([at, share]): [number, number] => [Math.round(at), Math.round(host.bytes * share)]),
  ];
  const capacityAt = (at: number): number => capacityBytes.findLast(([since]) => since <= at)?.[1] ?? host.bytes;
  const samples: Trace['samples'] = [];
  let exhaustedAt: number | null = null;
  let end = days * DAY;
  for (const at of timesOf(random, days, host.fullBy)) {
    if (at > end) break;
    const capacity = capacityAt(at);
    const wanted = (host.use(at) + host.noise * normal(random)) * host.bytes;
    const used = exhaustedAt === null ? Math.max(0, Math.round(wanted / BLOCK_BYTES) * BLOCK_BYTES) : capacity;
    const most = host.fullBy === null ? Math.round(capacity * MOST_CALM) : capacity;
    const isFull = host.fullBy !== null && (used >= capacity || at >= host.fullBy);
    if (isFull && exhaustedAt === null) {
      exhaustedAt = at;
      end = Math.min(end, at + logBetween(random, 2, 24) * HOUR);
    }
    samples.push([at, isFull ? capacity : Math.min(used, most)]);
  }
  stepClock(random, samples, exhaustedAt ?? end);
  const id = `${host.family}-${wholeBetween(random, 0, 0xffffffff).toString(16).padStart(8, '0')}`;
  return { id, family: host.family, resource: host.resource, capacityBytes, samples, exhaustedAt };
}

function* timesOf(random: Random, days: number, always: number | null): Generator<number> {
  const step = between(random, STEP_SECONDS.from, STEP_SECONDS.upTo);
  const holes = [
    ...Array.from({ length: wholeBetween(random, 0, 2) }, () => logBetween(random, 1, 12) * HOUR),
    ...Array.from({ length: wholeBetween(random, 0, 4) }, () => between(random, 0.2, 0.8) * HOUR),
  ].map((length) => ({ from: between(random, 0, days * DAY), length }));
  let isAlwaysDue = always !== null;
  let at = between(random, 0, step);
  while (at <= days * DAY) {
    if (isAlwaysDue && at >= (always as number)) {
      isAlwaysDue = false;
      yield Math.ceil(always as number);
    }
    const hole = holes.find(({ from, length }) => at >= from && at < from + length);
    if (hole) at = hole.from + hole.length;
    if (!hole) yield Math.round(at);
    at += step * (1 + JITTER * between(random, -1, 1));
  }
}

/** A clock that was ahead for some hours is set right: times fall there. */
function stepClock(random: Random, samples: Trace['samples'], before: number): void {
  if (!chance(random, 0.12)) return;
  const until = between(random, 0.1, 0.7) * before;
  const since = until - logBetween(random, 1, 24) * HOUR;
  const ahead = Math.round(logBetween(random, 60, 3 * HOUR));
  for (const sample of samples) if (sample[0] >= since && sample[0] < until) sample[0] += ahead;
}
