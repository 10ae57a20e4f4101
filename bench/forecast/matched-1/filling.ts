import { between, chance, logBetween, pick, type Random, wholeBetween } from '../draw.ts';
import type { Family } from '../family.ts';
import { anyHour, dayWave, growth, isOfficeHour, isWorkday, perDay, saw, wander } from './shapes.ts';
import { type Course, record, type Tape } from './tape.ts';

/** Of what is written and deleted between two samples. */
const NOISE = [0.0003, 0.007] as const;
/** Deviation and memory of what comes and goes over hours. */
const TEMPORARY = [0.002, 0.008] as const;
const TEMPORARY_HOURS = [12, 36] as const;
const FULL_DAY = [12, 29] as const;

/** Growth goes up and down with the hour of the day, and from day to day. */
function work(random: Random, fullBy: number, spread: number): (hour: number) => number {
  const ofDay = perDay(random, 30, between(random, 0.05, spread));
  const [daily, peak] = [between(random, 0.3, 1), anyHour(random)];
  const opens = fullBy - between(random, 0.5, 9.5);
  if (chance(random, 0.4)) return (hour) => ofDay(hour) * (isOfficeHour(hour, opens) ? 1 : 0.1);
  return (hour) => ofDay(hour) * (1 + daily * dayWave(hour, peak));
}

/** What comes and goes on top of a leak. */
const temporary = (random: Random, hours: number): Course =>
  wander(random, logBetween(random, ...TEMPORARY), between(random, ...TEMPORARY_HOURS), hours + 24);

type Draft = Omit<Tape, 'family' | 'noise' | 'fullBy'> & { noise?: number };

function filling(name: string, make: (random: Random, fullBy: number) => Draft): Family {
  return {
    name,
    exhausts: true,
    isRunaway: name.includes('runaway'),
    make(random, days) {
      const fullBy = between(random, FULL_DAY[0], Math.min(days - 0.6, FULL_DAY[1])) * 24;
      return record(random, days, {
        family: name,
        noise: logBetween(random, ...NOISE),
        fullBy,
        ...make(random, fullBy),
      });
    },
  };
}

/** Grows from the first day at a rate that differs from hour to hour and day to day, and nobody deletes anything. */
const slowLeak = filling('slow-leak', (random, fullBy) => {
  const low = between(random, 0.32, 0.64);
  const ofDay = work(random, fullBy, 0.5);
  const grown = growth(fullBy, ofDay);
  const files = temporary(random, fullBy);
  return { course: (hour) => low + (1 - low) * grown(hour) + files(hour) };
});

/** A leak under what a job of each night cleans up; it is full just before the job would have run. */
const leakUnderSaw = filling('leak-under-sawtooth', (random, fullBy) => {
  const low = between(random, 0.38, 0.59);
  const height = between(random, 0.08, 0.22);
  const phase = 0.999 - ((fullBy / 24) % 1);
  const ofDay = work(random, fullBy, 0.45);
  const grown = growth(fullBy, ofDay);
  return { course: (hour) => low + (1 - low - height) * grown(hour) + height * saw(hour + 24, 24, phase) };
});

/** The more users, the more they leave: a power of the time since the first day. */
const accelerating = filling('accelerating', (random, fullBy) => {
  const low = between(random, 0.25, 0.6);
  const power = between(random, 1.4, 2.3);
  const ofDay = perDay(random, 30, between(random, 0, 0.03));
  const grown = growth(fullBy, (hour) => ofDay(hour) * (hour / fullBy) ** (power - 1));
  return { noise: logBetween(random, 0.0002, 0.001), course: (hour) => low + (1 - low) * grown(hour) };
});

/** A pool that takes whole chunks, of which the smaller ones' use is not seen. */
const chunkStaircase = filling('chunk-staircase', (random, fullBy) => {
  const resource = pick(random, ['btrfs-unallocated', 'thin-data', 'thin-metadata']);
  const low = between(random, 0.4, 0.65);
  const chunk = logBetween(random, 0.008, 0.06);
  const ofDay = work(random, fullBy, 0.5);
  const grown = growth(fullBy, ofDay);
  return { resource, course: (hour) => Math.floor((low + (1 - low) * grown(hour)) / chunk) * chunk, noise: 0 };
});

/** What CI leaves at the hours in which it builds: a step each workday, little on weekends. */
const weekdayStaircase = filling('weekday-staircase', (random, fullBy) => {
  const low = between(random, 0.4, 0.65);
  const lasts = logBetween(random, 3, 14);
  const opens = fullBy - lasts * between(random, 0.3, 0.95);
  const weekend = between(random, 0, 0.15);
  const mondays = opens - 24 * wholeBetween(random, 0, 6);
  const ofDay = perDay(random, 30, between(random, 0.1, 0.3));
  const grown = growth(fullBy, (hour) =>
    isOfficeHour(hour, opens, lasts) ? ofDay(hour) * (isWorkday(hour, mondays) ? 1 : weekend) : 0.02,
  );
  return { course: (hour) => low + (1 - low) * grown(hour) };
});

/** All is well until something begins to leak, one to six days before full. */
const lateOnset = filling('late-onset', (random, fullBy) => {
  const low = between(random, 0.45, 0.82);
  const onset = fullBy - between(random, 28, 138);
  const ofDay = work(random, fullBy, 0.45);
  const grown = growth(fullBy, (hour) => (hour < onset ? 0 : ofDay(hour)));
  return { noise: logBetween(random, 0.0004, 0.004), course: (hour) => low + (1 - low) * grown(hour) };
});

/** Debug logs or a dump without an end: from calm to full within hours. */
const runaway = filling('runaway', (random, fullBy) => {
  const low = between(random, 0.5, 0.85);
  const takes = logBetween(random, 3, 34);
  const drift = wander(random, 0.003, 24, fullBy + 24);
  return { course: (hour) => low + drift(hour) + (1 - low) * Math.max(0, 1 - (fullBy - hour) / takes) };
});

/** A leak that somebody answers by making the disk larger, soon after it began; it goes on. */
const leakWithResize = filling('leak-with-resize', (random, fullBy) => {
  const factor = between(random, 1.1, 1.35);
  const low = between(random, 0.62, 0.8);
  const takes = Math.min(fullBy, logBetween(random, 200, 450));
  const resizedAt = fullBy - takes * between(random, 0.75, 0.95);
  const ofDay = work(random, fullBy, 0.45);
  const grown = growth(fullBy, (hour) => (hour < fullBy - takes ? 0 : ofDay(hour)));
  const files = temporary(random, fullBy);
  return {
    course: (hour) => low + (factor - low) * grown(hour) + files(hour),
    resize: { hour: resizedAt, factor },
  };
});

export const FILLING_FAMILIES: readonly Family[] = [
  slowLeak,
  leakUnderSaw,
  accelerating,
  chunkStaircase,
  weekdayStaircase,
  lateOnset,
  runaway,
  leakWithResize,
];
