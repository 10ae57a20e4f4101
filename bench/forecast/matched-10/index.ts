import type { Family } from '../family.ts';
import * as calm from './calm.ts';
import * as filling from './filling.ts';

const LOW_NOISE = [0.0001, 0.002] as const;
const NOISE = [0.0002, 0.003] as const;
const HIGH_NOISE = [0.0003, 0.005] as const;

const LEAK: filling.FillingRanges = {
  fullAt: [0.6, 0.98],
  start: [0.4, 0.65],
  doublings: [0, 0],
  daySpread: [0.1, 0.4],
  hourSpread: [0, 0.4],
  noise: [0.0002, 0.0045],
  daySwing: [0, 0.015],
};

/** Nothing is wrong in the first eight; the others fill. */
export const MATCHED_10_FAMILIES: readonly Family[] = [
  calm.flat('flat', { level: [0.1, 0.75], noise: HIGH_NOISE, clockSteps: [0, 2], stepMinutes: [2, 120] }),
  calm.seasonal('steady-high', { level: [0.86, 0.97], noise: NOISE, height: [0, 0.005], periodDays: 1, day: [0, 0] }),
  calm.seasonal('weekly-season', {
    level: [0.4, 0.75],
    noise: HIGH_NOISE,
    height: [0.03, 0.12],
    periodDays: 7,
    day: [0.05, 0.3],
  }),
  calm.sawtooth('sawtooth', {
    level: [0.5, 0.85],
    noise: NOISE,
    kinds: [
      { height: [0.2, 0.7], periodDays: [1, 1] },
      { height: [0.1, 0.5], periodDays: [7, 7] },
    ],
    toothSpread: [0.05, 0.2],
  }),
  calm.stepThenFlat('step-then-flat', {
    level: [0.15, 0.5],
    noise: HIGH_NOISE,
    height: [0.1, 0.42],
    hours: [0.2, 6],
  }),
  calm.bursting('bursts', {
    level: [0.45, 0.75],
    noise: LOW_NOISE,
    everyDays: [1.5, 8],
    height: [0.1, 0.8],
    riseHours: [0.3, 3],
    lastHours: [1, 8],
  }),
  calm.selfCleaning('self-cleaning', {
    level: [0.78, 0.9],
    noise: LOW_NOISE,
    height: [0.3, 0.7],
    periodDays: [1, 5],
    toothSpread: [0.02, 0.05],
  }),
  calm.levellingOff('levelling-off', { level: [0.15, 0.45], noise: HIGH_NOISE, height: [0.1, 0.4], days: [3, 10] }),
  filling.leak('slow-leak', { ...LEAK, fullAt: [0.5, 0.98], start: [0.25, 0.6], hourSpread: [0, 0.6] }),
  filling.leakUnderSaw('leak-under-sawtooth', {
    ...LEAK,
    start: [0.4, 0.6],
    doublings: [0.5, 2.5],
    daySpread: [0.1, 0.5],
    daySwing: [0, 0.005],
    height: [0.08, 0.27],
    periodDays: [1],
  }),
  filling.leak('accelerating', {
    ...LEAK,
    start: [0.35, 0.6],
    doublings: [2, 5],
    daySpread: [0.1, 0.5],
    noise: LOW_NOISE,
  }),
  filling.chunkStaircase('chunk-staircase', {
    ...LEAK,
    fullAt: [0.4, 0.98],
    daySpread: [0.05, 0.3],
    chunks: [40, 300],
  }),
  filling.weekdayStaircase('weekday-staircase', {
    ...LEAK,
    start: [0.35, 0.6],
    daySpread: [0.1, 0.5],
    idle: [0.2, 0.6],
  }),
  filling.lateOnset('late-onset', { ...LEAK, start: [0.4, 0.8], onsetDays: [1.2, 4.5] }),
  filling.runaway('runaway', {
    ...LEAK,
    start: [0.4, 0.85],
    hourSpread: [0.4, 1.2],
    noise: LOW_NOISE,
    daySwing: [0, 0.005],
    onsetHours: [2, 20],
  }),
  filling.quotaCut('quota-cut', {
    ...LEAK,
    fullAt: [0.4, 0.98],
    daySpread: [0.05, 0.35],
    noise: [0.0001, 0.01],
    cutDays: [2, 8],
    times: [1.25, 2.5],
  }),
];
