import { between, logBetween, pick, type Random, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, type Family, HOUR_SECONDS } from '../family.ts';
import { type Curve, dayWave, diskBytes, saw, traceOf } from './trace-of.ts';

/** A family that never fills. `curve` gives the share used. */
function calm(name: string, curve: (random: Random, days: number) => Curve): Family {
  return {
    name,
    exhausts: false,
    isRunaway: false,
    make(random, days) {
      const [capacity, noise, used] = [diskBytes(random), logBetween(random, 0.0004, 0.005), curve(random, days)];
      return traceOf(random, { family: name, days, capacity, used, noise, fullAt: null });
    },
  };
}

/** Nothing but readings that differ, and days. */
const flat = calm('flat', (random) => {
  const [level, wave] = [between(random, 0.2, 0.82), dayWave(random, 0.0005, 0.015)];
  return (at) => level + wave(at);
});

/** A disk that is nearly full, and is meant to be. */
const steadyHigh = calm('steady-high', (random) => {
  const [level, wave] = [between(random, 0.86, 0.97), dayWave(random, 0.0002, 0.004)];
  return (at) => level + wave(at);
});

/** Five days up, two days down, week for week. */
const weeklySeason = calm('weekly-season', (random) => {
  const [level, size, phase] = [between(random, 0.54, 0.8), between(random, 0.02, 0.07), between(random, 0, 7)];
  const wave = dayWave(random, 0.005, 0.03);
  return (at) => level + size * Math.sin((2 * Math.PI * (at / DAY_SECONDS + phase)) / 7) + wave(at);
});

/** Logs or caches that a timer prunes each day. */
const dailySawtooth = calm('daily-sawtooth', (random) => {
  const height = between(random, 0.03, 0.18);
  const [level, teeth] = [between(random, 0.3, 0.93 - height), saw(random, DAY_SECONDS, height, 0.1)];
  return (at) => level + teeth(at);
});

/** Backups that are pruned once a week. */
const weeklySawtooth = calm('weekly-sawtooth', (random) => {
  const height = between(random, 0.08, 0.24);
  const [top, teeth] = [between(random, 0.72, 0.87), saw(random, 7 * DAY_SECONDS, height, 0.05)];
  return (at) => top - height + teeth(at);
});

/** Something large was put there, once. */
const stepThenFlat = calm('step-then-flat', (random, days) => {
  const [level, step] = [between(random, 0.4, 0.7), between(random, 0.1, 0.26)];
  const [from, hours] = [between(random, 0.15, 0.85) * days * DAY_SECONDS, logBetween(random, 0.3, 5)];
  const wave = dayWave(random, 0.0005, 0.006);
  return (at) => level + step * Math.min(1, Math.max(0, (at - from) / (hours * HOUR_SECONDS))) + wave(at);
});

/** Exports and builds that take room for some hours. */
const bursts = calm('bursts', (random, days) => {
  const [level, wave] = [between(random, 0.42, 0.74), dayWave(random, 0.0005, 0.006)];
  const some = Array.from({ length: wholeBetween(random, 3, 8) }, () => ({
    from: between(random, 0, days * DAY_SECONDS),
    size: between(random, 0.04, 0.24),
    rise: logBetween(random, 0.3, 4) * HOUR_SECONDS,
    hold: logBetween(random, 0.5, 12) * HOUR_SECONDS,
  }));
  return (at) => {
    const above = some.map(({ from, size, rise, hold }) =>
      at < from + hold ? size * Math.min(1, Math.max(0, (at - from) / rise)) : 0,
    );
    return level + wave(at) + Math.max(...above);
  };
});

/** A store that grows up to its bound, then throws away what is oldest, over and over. */
const selfCleaning = calm('self-cleaning', (random) => {
  const bound = between(random, 0.7, 0.93);
  const freed = between(random, 0.03, 0.1);
  const period = logBetween(random, 0.3, 1.5) * DAY_SECONDS;
  const teeth = saw(random, period, freed, pick(random, [0, 0.05]));
  return (at) => bound - freed + teeth(at);
});

export const CALM_FAMILIES: readonly Family[] = [
  ...[flat, steadyHigh, weeklySeason, dailySawtooth, weeklySawtooth, stepThenFlat, bursts, selfCleaning],
];
