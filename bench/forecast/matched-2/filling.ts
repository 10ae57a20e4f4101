import { between, chance, logBetween, pick, type Random, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, type Family, HOUR_SECONDS } from '../family.ts';
import { type Course, dailySwing, noise, saw, sumOf, workClock } from './course.ts';
import { type Story, tell } from './trace.ts';

type Plot = Pick<Story, 'used' | 'resize'> & { resource?: string };

function filling(name: string, plotOf: (random: Random, days: number) => Plot, isRunaway = false): Family {
  return {
    name,
    exhausts: true,
    isRunaway,
    make: (random, days) => {
      const plot = plotOf(random, days);
      return tell(random, days, { family: name, resource: 'filesystem', ...plot, exhausts: true });
    },
  };
}

/** When it is full, within the days. */
const fullTime = (random: Random, days: number): number => between(random, 0.55, 0.95) * days * DAY_SECONDS;

/** A wave over the day that every host has. */
const smallSwing = (random: Random): Course => dailySwing(random, logBetween(random, 0.0005, 0.006));

/** Temporary files: what comes and goes between two readings, and over hours. */
const hum = (random: Random): Course =>
  noise(random, logBetween(random, 0.0001, 0.004), logBetween(random, 0.0004, 0.005));

/** 0 at the start and 1 at `full`, at the pace of work. */
function progress(random: Random, days: number, full: number): Course {
  const clock = workClock(random, days, {
    day: between(random, 0, 0.4),
    weekend: between(random, 0, 0.6),
    hourSpread: between(random, 0.02, 0.15),
    daySpread: between(random, 0.02, 0.25),
  });
  const whole = clock(full);
  return (at) => clock(at) / whole;
}

/** Nothing is deleted any more: as much each day, but for its rhythm. */
const slowLeak = filling('slow-leak', (random, days) => {
  const done = progress(random, days, fullTime(random, days));
  const start = between(random, 0.3, 0.7);
  return { used: sumOf((at) => start + (1 - start) * done(at), smallSwing(random), hum(random)) };
});

/** The same below what is rotated each day or, less often, pruned each week. */
const leakUnderSawtooth = filling('leak-under-sawtooth', (random, days) => {
  const done = progress(random, days, fullTime(random, days));
  const start = between(random, 0.25, 0.65);
  const isDaily = chance(random, 0.85);
  const depth = isDaily ? between(random, 0.08, 0.22) : between(random, 0.02, 0.06);
  const teeth = saw(random, depth, (isDaily ? 1 : 7) * DAY_SECONDS);
  return { used: sumOf((at) => start + (1 - start - depth / 2) * done(at), teeth, hum(random)) };
});

/** Each week leaves more than the week before. */
const accelerating = filling('accelerating', (random, days) => {
  const done = progress(random, days, fullTime(random, days));
  const start = between(random, 0.25, 0.65);
  const power = between(random, 1.6, 3.8);
  return { used: sumOf((at) => start + (1 - start) * done(at) ** power, smallSwing(random), hum(random)) };
});

/** A pool that is handed out in chunks: even, then a step. */
const chunkStaircase = filling('chunk-staircase', (random, days) => {
  const done = progress(random, days, fullTime(random, days));
  const start = between(random, 0.3, 0.7);
  const chunk = logBetween(random, 0.012, 0.065);
  const used: Course = (at) => 1 - chunk * Math.ceil(((1 - start) * (1 - done(at))) / chunk);
  return { used, resource: pick(random, ['btrfs-unallocated', 'thin-data', 'thin-metadata']) };
});

/** CI leaves something behind with each build; fewer are built at night and on weekends. */
const weekdayStaircase = filling('weekday-staircase', (random, days) => {
  const full = fullTime(random, days);
  const clock = workClock(random, days, {
    day: between(random, 0.6, 1),
    weekend: between(random, 0.4, 0.9),
    hourSpread: 0.3,
    daySpread: 0.3,
  });
  const whole = clock(full);
  const start = between(random, 0.25, 0.6);
  const builds = wholeBetween(random, 12, 70);
  const used: Course = (at) => start + ((1 - start) * Math.floor((builds * clock(at)) / whole + 1e-9)) / builds;
  return { used: sumOf(used, hum(random)) };
});

/** Calm for a week or more, then full within days. */
const lateOnset = filling('late-onset', (random, days) => {
  const full = between(random, 0.5, 0.95) * days * DAY_SECONDS;
  const onset = full - logBetween(random, 1.1, 8) * DAY_SECONDS;
  const clock = workClock(random, days, { day: between(random, 0, 0.8), weekend: 0, hourSpread: 0.5, daySpread: 0.2 });
  const [from, whole] = [clock(onset), clock(full) - clock(onset)];
  const start = between(random, 0.35, 0.75);
  const used: Course = (at) => start + (1 - start) * Math.max(0, (clock(at) - from) / whole);
  return { used: sumOf(used, smallSwing(random), hum(random)) };
});

/** A loop that writes: full within hours. */
const runaway = filling(
  'runaway',
  (random, days) => {
    const lasts = logBetween(random, 3, 24) * HOUR_SECONDS;
    const onset = between(random, 0.2, 0.93) * days * DAY_SECONDS;
    const start = between(random, 0.4, 0.78);
    const used: Course = (at) => start + (1 - start) * Math.max(0, (at - onset) / lasts);
    return { used: sumOf(used, smallSwing(random), hum(random)) };
  },
  true,
);

/** Someone gives it more room, and the leak goes on. */
const leakWithResize = filling('leak-with-resize', (random, days) => {
  const full = fullTime(random, days);
  const done = progress(random, days, full);
  const factor = between(random, 1.1, 1.4);
  const start = between(random, 0.3, 0.65);
  const moment = (between(random, 0.68, 0.84) - start) / (factor - start);
  const resize = { at: full * Math.max(0.1, moment), factor };
  return { used: sumOf((at) => start + (factor - start) * done(at), smallSwing(random), hum(random)), resize };
});

export const FILLING: readonly Family[] = [
  slowLeak,
  leakUnderSawtooth,
  accelerating,
  chunkStaircase,
  weekdayStaircase,
  lateOnset,
  runaway,
  leakWithResize,
];
