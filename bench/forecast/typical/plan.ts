import { between, type Random } from '../draw.ts';
import { type Family, HOUR_SECONDS, type Trace } from '../family.ts';
import { type Calendar, DAY_MINUTES, drawCalendar } from './calendar.ts';
import type { Curve, Scene } from './curves.ts';
import { drawReads } from './reads.ts';
import type { Kind } from './resources.ts';

const MINUTE_SECONDS = 60;
/** No trace is full sooner, nor so late that nothing could be read afterwards. */
const EARLIEST_FULL_DAYS = 8.2;
const LAST_CLEAR_DAYS = 0.8;
/** What never fills keeps so far from it. */
const CALM_BELOW = 0.994;
const TAIL_HOURS: [low: number, high: number] = [0.5, 11];
const MAX_DRAWS = 1_000;

/** The past of one resource before it is read. */
export interface Plan {
  kind: Kind;
  /** Of the first capacity; it may go beyond what there is, where it is full. */
  used: Curve;
  /** Later capacities, of the first; `at` in minutes. */
  resizes?: { at: number; share: number }[];
}

interface Draft {
  name: string;
  exhausts: boolean;
  draw: (scene: Scene) => Plan;
  /** Where the rhythm of the host is part of the family. */
  calendarOf?: (random: Random) => Calendar;
}

/** A family whose traces are drawn anew until they fill in their days, or keep clear of it. */
export function familyOf({ name, exhausts, draw, calendarOf = drawCalendar }: Draft): Family {
  return {
    name,
    exhausts,
    isRunaway: name.includes('runaway'),
    make(random, days) {
      for (let drawn = 0; drawn < MAX_DRAWS; drawn += 1) {
        const plan = draw({ random, calendar: calendarOf(random), minutes: days * DAY_MINUTES });
        const fullAt = fullMinuteOf(plan);
        const isRight = exhausts
          ? isInTime(fullAt, days)
          : plan.used.every((used, at) => used < CALM_BELOW * shareAt(plan, at));
        if (isRight) return traceOf(name, random, plan, fullAt);
      }
      throw new RangeError(`${name}: no trace fits into ${days} days`);
    },
  };
}

const isInTime = (fullAt: number | null, days: number): boolean =>
  fullAt !== null && fullAt > EARLIEST_FULL_DAYS * DAY_MINUTES && fullAt < (days - LAST_CLEAR_DAYS) * DAY_MINUTES;

const shareAt = ({ resizes = [] }: Plan, minute: number): number =>
  resizes.findLast(({ at }) => at <= minute)?.share ?? 1;

function fullMinuteOf(plan: Plan): number | null {
  const minute = plan.used.findIndex((used, at) => used >= shareAt(plan, at));
  return minute < 0 ? null : minute;
}

function traceOf(family: string, random: Random, plan: Plan, fullAt: number | null): Trace {
  const { kind, used, resizes = [] } = plan;
  const sizeOf = (share: number): number => Math.round((share * kind.bytes) / kind.unitBytes) * kind.unitBytes;
  const keepClear = [...resizes.map(({ at }) => at), fullAt ?? []].flat().map((minute) => minute * MINUTE_SECONDS);
  const reads = drawReads(random, used.length * MINUTE_SECONDS, keepClear);
  const samples = reads.map(({ at, shown }): [number, number] => {
    const minute = Math.floor(at / MINUTE_SECONDS);
    const size = sizeOf(shareAt(plan, minute));
    const isFull = fullAt !== null && minute >= fullAt;
    return [shown, isFull ? size : Math.min(size - kind.unitBytes, Math.max(0, sizeOf(used[minute] as number)))];
  });
  const exhaustedAt = fullAt === null ? null : (reads.find(({ at }) => at >= fullAt * MINUTE_SECONDS)?.at ?? null);
  const end = exhaustedAt === null ? Infinity : exhaustedAt + between(random, ...TAIL_HOURS) * HOUR_SECONDS;
  return {
    id: `${family}-${[random(), random()].map((number) => Math.floor(number * 2 ** 32).toString(36)).join('-')}`,
    family,
    resource: kind.resource,
    capacityBytes: [
      [0, sizeOf(1)],
      ...resizes.map(({ at, share }): [number, number] => [at * MINUTE_SECONDS, sizeOf(share)]),
    ],
    samples: samples.filter(([at]) => at <= end),
    exhaustedAt,
  };
}
