import { between, logNormal, pick, wholeBetween } from '../draw.ts';
import type { Family } from '../family.ts';
import { type Course, diskBytes, drawn, drawnLog, type Range, traceOf } from './course.ts';
import { dayWave, sawOf, wandering } from './rhythm.ts';

type Plan = (random: () => number, days: number) => Omit<Course, 'resource' | 'capacityBytes'>;

const calm = (name: string, plan: Plan): Family => ({
  ...{ name, exhausts: false, isRunaway: false },
  make: (random, days) => {
    const capacityBytes = diskBytes(random);
    return traceOf(random, name, { resource: 'filesystem', capacityBytes, ...plan(random, days) }, days);
  },
});

const NOISE: Range = [0.001, 0.008];

/** A disk that was filled on purpose and stays so: an archive, a cache with a bound. */
const steadyHigh = calm('steady-high', (random) => {
  const [level, drift, wander] = [drawn(random, [0.86, 0.97]), drawnLog(random, [0.001, 0.006]), wandering(random, 2)];
  return { used: (day) => Math.min(0.985, level + drift * wander(day)), noise: drawnLog(random, [0.0003, 0.0025]) };
});

/** Fills on working days and is emptied at the weekend. */
const weeklySeason = calm('weekly-season', (random) => {
  const [level, size, phase] = [drawn(random, [0.55, 0.85]), drawn(random, [0.01, 0.04]), random() * 7];
  const [wave, daily] = [dayWave(random), drawn(random, [0, 0.02])];
  return {
    used: (day) => level + size * Math.sin((2 * Math.PI * (day + phase)) / 7) + daily * wave(day),
    noise: drawnLog(random, NOISE),
  };
});

/** Backups and logs that are pruned each night, or each week. */
const sawtooth = calm('sawtooth', (random, days) => {
  const period = pick(random, [1, 1, 7] as const);
  const saw = sawOf(random, { period: [period, period], unevenness: 0.1 }, days);
  const [floor, height] = [drawn(random, [0.3, 0.65]), drawn(random, [0.04, 0.15])];
  return { used: (day) => floor + height * saw(day), noise: drawnLog(random, NOISE) };
});

/** The same on a disk that has little to spare. */
const highSawtooth = calm('high-sawtooth', (random, days) => {
  const period = pick(random, [1, 7, 7] as const);
  const saw = sawOf(random, { period: [period, period], unevenness: 0.05 }, days);
  const [top, height] = [drawn(random, [0.82, 0.92]), drawn(random, [0.04, 0.14])];
  return { used: (day) => Math.min(0.98, top - height + height * saw(day)), noise: drawnLog(random, NOISE) };
});

/** Something large is put there and stays: a database import, an image. */
const stepThenFlat = calm('step-then-flat', (random, days) => {
  const [level, size] = [drawn(random, [0.2, 0.6]), drawn(random, [0.12, 0.36])];
  const [from, length] = [drawn(random, [5, days - 5]), drawnLog(random, [0.01, 0.4])];
  return {
    used: (day) => Math.min(0.95, level + size * Math.min(1, Math.max(0, (day - from) / length))),
    noise: drawnLog(random, NOISE),
  };
});

/** Builds, dumps, video jobs: much for some hours, then gone. */
const bursts = calm('bursts', (random, days) => {
  const level = drawn(random, [0.3, 0.65]);
  const some = Array.from({ length: wholeBetween(random, 4, 11) }, () => ({
    from: between(random, 0.5, days),
    rise: drawnLog(random, [0.02, 0.3]),
    stay: drawnLog(random, [0.05, 0.5]),
    size: drawn(random, [0.05, 0.25]),
  }));
  const burst = (day: number): number =>
    some.reduce((sum, { from, rise, stay, size }) => {
      const since = day - from;
      return since < 0 || since > rise + stay ? sum : sum + size * Math.min(1, since / rise);
    }, 0);
  return { used: (day) => Math.min(0.97, level + burst(day)), noise: drawnLog(random, NOISE) };
});

/** A spool, a journal or a registry that cleans itself when it has reached its bound. */
const selfCleaning = calm('self-cleaning', (random, days) => {
  const [bound, share] = [drawn(random, [0.76, 0.87]), drawn(random, [0.06, 0.16])];
  const saw = sawOf(random, { period: [3, 8], unevenness: 0 }, days);
  return { used: (day) => bound - share + share * saw(day), noise: drawnLog(random, NOISE) };
});

/** A new service that finds its size. */
const levellingOff = calm('levelling-off', (random) => {
  const [start, size, length] = [drawn(random, [0.2, 0.4]), drawn(random, [0.15, 0.45]), drawn(random, [2, 8])];
  const lag = drawn(random, [0, 5]) * logNormal(random, 0.2);
  return {
    used: (day) => start + size * (1 - Math.exp(-Math.max(0, day - lag) / length)),
    noise: drawnLog(random, NOISE),
  };
});

/** Nothing is wrong. */
export const CALM_FAMILIES: readonly Family[] = [
  ...[steadyHigh, weeklySeason, sawtooth, highSawtooth],
  ...[stepThenFlat, bursts, selfCleaning, levellingOff],
];
