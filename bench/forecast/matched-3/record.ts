import { between, chance, logBetween, normal, pick, type Random, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS, type Trace } from '../family.ts';

export const GIB = 2 ** 30;
export const TIB = 2 ** 40;

/** Low and high. */
export type Range = [low: number, high: number];

/** A value at a moment, seconds. Asked with rising times. */
export type Course = (at: number) => number;

/** What a host does, before anyone reads it. */
export interface Plan {
  family: string;
  resource: string;
  capacityBytes: [at: number, bytes: number][];
  /** Used bytes at a moment; may pass what there is room for. */
  used: Course;
  /** It is full at this moment at the latest; null = it never gets full, whatever is asked of it. */
  fullBy: number | null;
}

/** Some more hours are read once a resource is full. */
const AFTER_FULL_HOURS: [number, number] = [2, 12];
/** What never fills stays this far below its capacity. */
const CALM_CEILING = 0.99;
const MOST_HOLES = 3;

/** Reads a plan as an agent does: about each five to fifteen minutes, with holes and restarts. */
export function record(random: Random, plan: Plan, days: number): Trace {
  const times = readingTimes(random, days, plan.fullBy);
  const extra = between(random, ...AFTER_FULL_HOURS) * HOUR_SECONDS;
  const samples: Trace['samples'] = [];
  let exhaustedAt: number | null = null;
  for (const at of times) {
    const room = plan.capacityBytes.findLast(([since]) => since <= at)?.[1] ?? plan.capacityBytes[0]?.[1] ?? 0;
    if (exhaustedAt !== null && at > exhaustedAt + extra) break;
    const used = Math.max(0, Math.round(plan.used(at)));
    if (plan.fullBy !== null && exhaustedAt === null && (used >= room || at >= plan.fullBy)) exhaustedAt = at;
    const shown = exhaustedAt !== null ? room : Math.min(used, plan.fullBy === null ? room * CALM_CEILING : room);
    samples.push([at, Math.floor(shown)]);
  }
  const id = `${plan.family}-${Math.floor(random() * 2 ** 32).toString(16)}`;
  return { id, family: plan.family, resource: plan.resource, capacityBytes: plan.capacityBytes, samples, exhaustedAt };
}

/** `fullBy` is one of them. */
function readingTimes(random: Random, days: number, fullBy: number | null): number[] {
  const beat = pick(random, [300, 600, 900]);
  const holes = Array.from({ length: wholeBetween(random, 0, MOST_HOLES) }, () => {
    const from = between(random, 0, days * DAY_SECONDS);
    // A restart takes minutes, an agent that is down takes hours.
    const seconds = chance(random, 0.5) ? logBetween(random, 600, 3600) : logBetween(random, 3600, 10 * 3600);
    return [from, from + seconds] as const;
  });
  const times: number[] = [];
  for (let at = between(random, 0, beat); at < days * DAY_SECONDS; at += beat * between(random, 0.9, 1.1))
    if (!holes.some(([from, upTo]) => at >= from && at < upTo)) times.push(Math.round(at));
  if (fullBy !== null) times.push(Math.round(fullBy));
  return times.sort((a, b) => a - b);
}

/** Readings lie around what is there; `deviation` in bytes. */
export const noise =
  (random: Random, deviation: number): Course =>
  () =>
    deviation * normal(random);

export const sum =
  (...courses: readonly Course[]): Course =>
  (at) =>
    courses.reduce((total, course) => total + course(at), 0);
