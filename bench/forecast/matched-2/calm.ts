import { between, chance, logBetween, type Random, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, type Family, HOUR_SECONDS } from '../family.ts';
import { type Course, dailySwing, noise, saw, sumOf } from './course.ts';
import { tell } from './trace.ts';

function calm(name: string, courseOf: (random: Random, days: number) => Course): Family {
  return {
    name,
    exhausts: false,
    isRunaway: false,
    make: (random, days) => {
      const course = courseOf(random, days);
      return tell(random, days, { family: name, resource: 'filesystem', used: course, exhausts: false });
    },
  };
}

const constant =
  (share: number): Course =>
  () =>
    share;

/** Small noise that every host has. */
const hum = (random: Random): Course =>
  noise(random, logBetween(random, 0.0002, 0.002), logBetween(random, 0.0005, 0.003));

/** Nothing but noise and a small wave over the day. */
const flat = calm('flat', (random) =>
  sumOf(constant(between(random, 0.15, 0.8)), dailySwing(random, logBetween(random, 0.001, 0.02)), hum(random)),
);

/** As flat, where every threshold cries. */
const steadyHigh = calm('steady-high', (random) =>
  sumOf(constant(between(random, 0.86, 0.97)), dailySwing(random, logBetween(random, 0.0005, 0.006)), hum(random)),
);

/** Higher on work days than on weekends. */
const weeklySeason = calm('weekly-season', (random) => {
  const level = between(random, 0.64, 0.84);
  const amplitude = between(random, 0.02, 0.05);
  const peak = random() * 7 * DAY_SECONDS;
  const week: Course = (at) => amplitude * Math.cos((2 * Math.PI * (at - peak)) / (7 * DAY_SECONDS));
  return sumOf(constant(level), week, dailySwing(random, logBetween(random, 0.002, 0.03)), hum(random));
});

/** Logs that are rotated each day, or images that are pruned each week. */
const sawtooth = calm('sawtooth', (random) => {
  const isDaily = chance(random, 0.5);
  const depth = isDaily ? between(random, 0.03, 0.2) : between(random, 0.08, 0.24);
  const top = between(random, 0.6, isDaily ? 0.96 : 0.9);
  return sumOf(constant(top - depth), saw(random, depth, (isDaily ? 1 : 7) * DAY_SECONDS), hum(random));
});

/** A large copy or an installation: up within hours, then as calm as before. */
const stepThenFlat = calm('step-then-flat', (random, days) => {
  const at = between(random, 0.2, 0.8) * days * DAY_SECONDS;
  const lasts = logBetween(random, 0.3, 12) * HOUR_SECONDS;
  const level = between(random, 0.2, 0.6);
  const height = between(random, 0.05, 0.9 * (0.93 - level));
  const step: Course = (now) => height * Math.min(1, Math.max(0, (now - at) / lasts));
  return sumOf(constant(level), step, dailySwing(random, logBetween(random, 0.001, 0.01)), hum(random));
});

/** Builds and exports that take much for hours and give it back. */
const bursts = calm('bursts', (random, days) => {
  const level = between(random, 0.4, 0.78);
  const largest = between(random, 0.1, 0.9 * (0.97 - level));
  const all = Array.from({ length: wholeBetween(random, 3, 13) }, () => {
    const from = random() * days * DAY_SECONDS;
    const rises = logBetween(random, 0.15, 2) * HOUR_SECONDS;
    return { from, rises, stays: logBetween(random, 0.3, 4) * HOUR_SECONDS, height: largest * between(random, 0.4, 1) };
  });
  const burst: Course = (at) =>
    Math.max(
      0,
      ...all.map(({ from, rises, stays, height }) => {
        if (at < from || at > from + rises + stays) return 0;
        return height * Math.min(1, (at - from) / rises);
      }),
    );
  return sumOf(constant(level), burst, hum(random));
});

/** A cache that fills to its bound and then throws out its oldest, again and again. */
const selfCleaning = calm('self-cleaning', (random) => {
  const bound = between(random, 0.72, 0.93);
  const depth = between(random, 0.04, 0.15);
  const cycle = logBetween(random, 8, 48) * HOUR_SECONDS;
  return sumOf(constant(bound - depth), saw(random, depth, cycle), hum(random));
});

/** A database that grows until all is loaded. */
const levelsOff = calm('levels-off', (random) => {
  const start = between(random, 0.15, 0.5);
  const gain = between(random, 0.1, 0.88 - start);
  const slows = between(random, 3, 9) * DAY_SECONDS;
  return sumOf(
    (at) => start + gain * (1 - Math.exp(-at / slows)),
    dailySwing(random, logBetween(random, 0.001, 0.01)),
    hum(random),
  );
});

export const CALM: readonly Family[] = [
  flat,
  steadyHigh,
  weeklySeason,
  sawtooth,
  stepThenFlat,
  bursts,
  selfCleaning,
  levelsOff,
];
