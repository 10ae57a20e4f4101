import { between, logBetween, type Random, wholeBetween } from '../draw.ts';
import type { Family } from '../family.ts';
import { anyHour, dayWave, saw, wander } from './shapes.ts';
import { record, type Tape } from './tape.ts';

/** Of what is written and deleted between two samples. */
const NOISE = [0.001, 0.006] as const;

type Draft = Omit<Tape, 'family' | 'noise'> & { noise?: number };

function calm(name: string, make: (random: Random, hours: number) => Draft): Family {
  return {
    name,
    exhausts: false,
    isRunaway: false,
    make: (random, days) =>
      record(random, days, { family: name, noise: logBetween(random, ...NOISE), ...make(random, days * 24) }),
  };
}

/** A disk on which nothing happens but small comings and goings. */
const flat = calm('flat', (random, hours) => {
  const level = between(random, 0.15, 0.75);
  const drift = wander(random, between(random, 0.001, 0.006), between(random, 12, 72), hours);
  return { course: (hour) => level + drift(hour) };
});

/** Nearly full for months, and well: an archive, a cache with a bound. */
const steadyHigh = calm('steady-high', (random, hours) => {
  const level = between(random, 0.86, 0.97);
  const drift = wander(random, between(random, 0.0005, 0.003), between(random, 12, 72), hours);
  return { course: (hour) => level + drift(hour), noise: logBetween(random, 0.0003, 0.004) };
});

/** Full and empty with the week, with a little of the hours of the day. */
const weeklySeason = calm('weekly-season', (random, hours) => {
  const swing = between(random, 0.02, 0.055);
  const level = between(random, 0.71, 0.87) - swing;
  const daily = between(random, 0.004, 0.014);
  const peak = anyHour(random);
  const phase = between(random, 0, 168);
  const drift = wander(random, 0.003, 24, hours);
  return {
    course: (hour) =>
      level + swing * Math.sin(((hour - phase) / 168) * 2 * Math.PI) + daily * dayWave(hour, peak) + drift(hour),
  };
});

/** Grows all day, and a job cleans up each night. */
const dailySaw = calm('daily-sawtooth', (random, hours) => {
  const height = between(random, 0.03, 0.15);
  const low = between(random, 0.5, 0.95) - height;
  const phase = random();
  const drift = wander(random, 0.004, 24, hours);
  return { course: (hour) => low + height * saw(hour, 24, phase) + drift(hour) };
});

/** Grows all week until logs are rotated or images pruned. */
const weeklySaw = calm('weekly-sawtooth', (random, hours) => {
  const height = between(random, 0.06, 0.18);
  const low = between(random, 0.76, 0.91) - height;
  const phase = random();
  const drift = wander(random, 0.003, 24, hours);
  return { course: (hour) => low + height * saw(hour, 168, phase) + drift(hour) };
});

/** Somebody puts something large there, once. */
const stepThenFlat = calm('step-then-flat', (random, hours) => {
  const step = between(random, 0.08, 0.3);
  const low = between(random, 0.5, 0.95) - step;
  const at = between(random, 0.2, 0.8) * hours;
  const takes = logBetween(random, 0.5, 12);
  const drift = wander(random, 0.003, 24, hours);
  return { course: (hour) => low + step * Math.min(1, Math.max(0, (hour - at) / takes)) + drift(hour) };
});

/** Temporary files of builds, dumps or restores, gone after some hours. */
const bursts = calm('bursts', (random, hours) => {
  const level = between(random, 0.45, 0.76);
  const count = wholeBetween(random, 2, 8);
  const height = between(random, 0.06, 0.26);
  const some = Array.from({ length: count }, () => {
    const from = between(random, 0, hours);
    return {
      from,
      rise: logBetween(random, 0.5, 6),
      stays: logBetween(random, 1, 20),
      height: height * between(random, 0.5, 1.3),
    };
  });
  const drift = wander(random, 0.003, 24, hours);
  const one = (hour: number, { from, rise, stays, height }: (typeof some)[number]): number =>
    hour < from || hour > from + rise + stays ? 0 : height * Math.min(1, (hour - from) / rise);
  return { course: (hour) => level + drift(hour) + Math.max(0, ...some.map((burst) => one(hour, burst))) };
});

/** Fills quickly when new, then ever more slowly up to a level. */
const levelsOff = calm('levels-off', (random, hours) => {
  const low = between(random, 0.2, 0.5);
  const top = between(random, 0.65, 0.94);
  const memory = between(random, 60, 200);
  const drift = wander(random, 0.003, 24, hours);
  return { course: (hour) => top - (top - low) * Math.exp(-hour / memory) + drift(hour) };
});

export const CALM_FAMILIES: readonly Family[] = [
  flat,
  steadyHigh,
  weeklySeason,
  dailySaw,
  weeklySaw,
  stepThenFlat,
  bursts,
  levelsOff,
];
