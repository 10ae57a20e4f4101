import { between, chance, logBetween, logNormal, pick, type Random } from '../draw.ts';
import type { Family } from '../family.ts';
import { type Curve, DAY, HOUR, highest, sum, WEEK, walked } from './grid.ts';
import { accumulated, activity, churn, sawtooth } from './host.ts';
import { type Drawing, filledTrace } from './trace.ts';

/** Days between which it is full. */
const FULL_DAYS = [11.5, 28.8] as const;

/** About how many of a day. */
const OFFICE_HOURS = 11;

/** In minutes: the whole trace, and by when it is full. */
interface Plan {
  minutes: number;
  full: number;
}

type Draw = (random: Random, plan: Plan) => Pick<Drawing, 'use'> & Partial<Drawing>;

const filling = (name: string, draw: Draw, isRunaway = false): Family => ({
  ...{ name, exhausts: true, isRunaway },
  make(random, days) {
    const plan = { minutes: days * DAY, full: Math.floor(between(random, ...FULL_DAYS) * DAY) };
    const capacityBytes = logBetween(random, 20e9, 8e12);
    const drawing = { resource: 'filesystem', capacityBytes, resize: null, ...draw(random, plan) };
    return filledTrace(random, name, plan.minutes, plan.full, drawing);
  },
});

/** The same growth, from `start` up to 1 when it is full. */
function scaled(grown: Curve, { full }: Plan, start: number): Curve {
  const scale = (1 - start) / grown(full);
  return (minute) => start + scale * grown(minute);
}

/** From `start` to full at a pace that is uneven by `spread`, and mostly rises a little with its users. */
function leak(random: Random, plan: Plan, start: number, pace: Curve, spread: number): Curve {
  const swelling = between(random, -0.2, 0.5) / plan.full;
  const swollen: Curve = (minute) => pace(minute) * (1 + swelling * minute);
  return scaled(accumulated(random, plan.minutes, swollen, spread), plan, start);
}

/** How uneven the days of a plain leak are; see `accumulated`. */
const spreadOf = (random: Random): number => between(random, 0.1, 0.3);

/** Logs without rotation, or volumes that nobody deletes. */
const slowLeak = filling('slow-leak', (random, plan) => {
  const grown = leak(random, plan, between(random, 0.3, 0.75), activity(random, 0.4), spreadOf(random));
  return { use: sum(0, grown, churn(random, plan.minutes, 0.002, 0.03)) };
});

/** Rotation or prune works, and something beside it is never deleted. */
const leakUnderSawtooth = filling('leak-under-sawtooth', (random, plan) => {
  const grown = leak(random, plan, between(random, 0.3, 0.7), activity(random, 0.5), spreadOf(random));
  const [period, height] = chance(random, 0.7)
    ? [DAY, logBetween(random, 0.01, 0.08)]
    : [WEEK, between(random, 0.02, 0.1)];
  const teeth = sawtooth(random, plan.minutes, period, height);
  return { use: sum(0, grown, teeth, churn(random, plan.minutes, 0.001, 0.01)) };
});

/** Use that grows with its users: each day adds more than the day before. */
const accelerating = filling('accelerating', (random, plan) => {
  const [power, busy] = [between(random, 0.5, 2.5), activity(random, 0.5)];
  const pace: Curve = (minute) => busy(minute) * (minute / plan.full) ** power;
  const grown = leak(random, plan, between(random, 0.25, 0.7), pace, spreadOf(random));
  return { use: sum(0, grown, churn(random, plan.minutes, 0.002, 0.02)) };
});

/** What btrfs has allocated to chunks, or a thin pool to its volumes: whole pieces, none given back. */
const chunkStaircase = filling('chunk-staircase', (random, plan) => {
  const grown = leak(random, plan, between(random, 0.3, 0.75), activity(random, 0.3), spreadOf(random));
  const chunk = logBetween(random, 0.003, 0.03);
  return {
    use: (minute) => chunk * Math.ceil(grown(minute) / chunk),
    resource: pick(random, ['btrfs-unallocated', 'thin-data']),
  };
});

/** Snapshots each night, and what is written over by day, in a pool's metadata; a prune each week gives a little back. */
const thinMetadata = filling('thin-metadata', (random, plan) => {
  const [snapshotAt, nightly] = [Math.floor(between(random, 0, DAY)), logBetween(random, 0.05, 0.8) * DAY];
  const busy = activity(random, 0.3);
  const pace: Curve = (minute) => busy(minute) + (minute % DAY === snapshotAt ? nightly : 0);
  const grown = leak(random, plan, between(random, 0.25, 0.7), pace, between(random, 0.15, 0.5));
  const pruned = sawtooth(random, plan.minutes, WEEK, logBetween(random, 0.001, 0.05));
  return { use: sum(0, grown, pruned), resource: 'thin-metadata', capacityBytes: logBetween(random, 32e6, 16e9) };
});

/** Builds in office hours that leave images and caches behind; few or none of them at night and at weekends. */
const weekdayStaircase = filling('weekday-staircase', (random, plan) => {
  const [aDay, sizes, busy] = [logBetween(random, 2, 25), between(random, 0.3, 0.9), activity(random, 0)];
  const left = walked(plan.minutes, 0, (minute, before) =>
    chance(random, (aDay / (OFFICE_HOURS * HOUR)) * busy(minute) ** 2) ? before + logNormal(random, sizes) : before,
  );
  const grown = scaled(left, plan, between(random, 0.3, 0.7));
  return { use: sum(0, grown, churn(random, plan.minutes, 0.001, 0.01)) };
});

/** Calm for weeks, then a release that logs too much or a job that no longer cleans. */
const lateOnset = filling('late-onset', (random, plan) => {
  const [onset, busy] = [plan.full - logBetween(random, 1.2, 7) * DAY, activity(random, 0.5)];
  const pace: Curve = (minute) => (minute < onset ? 0 : busy(minute));
  const grown = leak(random, plan, between(random, 0.35, 0.8), pace, between(random, 0.15, 0.5));
  return { use: sum(0, grown, churn(random, plan.minutes, 0.002, 0.02)) };
});

/** A loop that logs, a core dump a minute, a copy without end: full in hours. */
function drawRunaway(random: Random, plan: Plan): Pick<Drawing, 'use'> {
  const [takes, power] = [logBetween(random, 4, 30) * HOUR, pick(random, [0, between(random, 0, 1)])];
  const onset = plan.full - takes;
  const pace: Curve = (minute) => (minute < onset ? 0 : ((minute - onset) / takes) ** power);
  const grown = leak(random, plan, between(random, 0.3, 0.8), pace, between(random, 0.05, 0.3));
  return { use: sum(0, grown, churn(random, plan.minutes, 0.002, 0.02)) };
}

/** A leak that was answered with more room, or one whose quota was cut. */
const leakWithResize = filling('leak-with-resize', (random, plan) => {
  const at = Math.floor(between(random, 0.3, 0.8) * plan.full);
  const grown = leak(random, plan, between(random, 0.3, 0.65), activity(random, 0.5), spreadOf(random));
  const use = sum(0, grown, churn(random, plan.minutes, 0.002, 0.02));
  const least = highest(use, 0, at) / between(random, 0.85, 0.96);
  const before = chance(random, 0.25) ? between(random, 1.1, 1.6) : between(random, least, Math.max(least, 0.95));
  return { use, resize: { at, before } };
});

export const FILLING: readonly Family[] = [
  ...[slowLeak, leakUnderSawtooth, accelerating, chunkStaircase, thinMetadata, weekdayStaircase],
  ...[lateOnset, filling('runaway', drawRunaway, true), leakWithResize],
];
