import { activity } from '../shapes/activity.ts';
import type { Draw } from '../shapes/draw.ts';
import { type Course, course, fitted, STEPS_A_DAY, STEPS_AN_HOUR, scaled, together } from '../shapes/grid.ts';
import { anyKind, fileSystem, thinData } from '../shapes/kinds.ts';
import { family, type Plan } from '../shapes/make-trace.ts';
import { jitter, wander } from '../shapes/noise.ts';
import { rise } from '../shapes/rise.ts';

/** Nothing happens but small files that come and go; some creep so slowly that they last for months. */
export const flat = family({
  name: 'flat',
  exhausts: false,
  plan: (draw, steps, days) => {
    const level = draw.between(0.03, 0.85);
    const creep = draw.chance(0.4) ? (draw.between(-0.3, 0.25) * (1 - level) * days) / 90 : 0;
    const noise = jitter(draw, steps, draw.logBetween(1e-5, 0.01));
    return { kind: anyKind(draw), level: noise.map((value, step) => level + value + (creep * step) / steps) };
  },
});

/** A database or an archive that was laid out to be nearly full, and stays so. */
export const steadyHigh = family({
  name: 'steady-high',
  exhausts: false,
  plan: (draw, steps) => {
    const level = draw.between(0.86, 0.97);
    const noise = jitter(draw, steps, draw.logBetween(1e-4, 0.15) * (1 - level));
    return { kind: anyKind(draw), level: noise.map((value) => Math.min(0.998, level + value)) };
  },
});

/** Fills through the working week and is emptied for the weekend, or swings with the hours of the day. */
export const weeklySeason = family({
  name: 'weekly-season',
  exhausts: false,
  plan: (draw, steps) => {
    const top = draw.between(0.3, 0.95);
    const depth = draw.logBetween(0.02, 0.4) * top;
    const zone = draw.between(0, 7);
    const daily = draw.between(0, 0.3);
    const peak = draw.between(3, 6);
    const wave = course(steps, (step) => {
      const day = (step / STEPS_A_DAY + zone) % 7;
      const week = day < peak ? day / peak : (7 - day) / (7 - peak);
      return week + daily * Math.sin(2 * Math.PI * day);
    });
    const weeks = wander(draw, steps, draw.between(0, 0.08), 96);
    const season = together(wave, weeks, jitter(draw, steps, draw.logBetween(0.003, 0.08)));
    return { kind: anyKind(draw), level: fitted(season, top - depth, top) };
  },
});

/** An image is pulled, a dump restored, a data set copied: minutes to some hours, then nothing. */
export const stepThenFlat = family({
  name: 'step-then-flat',
  exhausts: false,
  plan: (draw, steps) => copies(draw, steps, () => draw.logBetween(0.1, 3)),
});

/** The same over the larger part of a working day: while it lasts, it is a runaway to everybody. */
export const longCopies = family({
  name: 'long-copies',
  exhausts: false,
  plan: (draw, steps) => copies(draw, steps, () => draw.between(4, 12)),
});

function copies(draw: Draw, steps: number, hours: () => number): Plan {
  const [from, to] = [draw.between(0.1, 0.6), draw.between(0.65, 0.94)];
  const count = draw.pick([1, 1, 1, 2, 3]);
  const stairs = Array.from({ length: count }, () => copied(draw, steps, hours()));
  const level = fitted(together(stairs[0] as Course, ...stairs.slice(1)), from, to);
  return { kind: anyKind(draw), level: together(level, jitter(draw, steps, draw.logBetween(1e-4, 0.008))) };
}

/** 0, then 1 after so many hours; sizes differ. */
function copied(draw: Draw, steps: number, hours: number): Course {
  const start = draw.between(0.05, 0.95) * steps;
  const length = hours * STEPS_AN_HOUR;
  const size = draw.between(0.3, 1);
  return course(steps, (step) => size * Math.min(1, Math.max(0, (step - start) / length)));
}

/** A cache or a retention that fills up to what it keeps: each day it grows by less. */
export const levelsOff = family({
  name: 'levels-off',
  exhausts: false,
  plan: (draw, steps, days) => {
    const from = draw.between(0.05, 0.6);
    const top = draw.between(Math.max(0.55, from + 0.1), 0.94);
    const start = draw.chance(0.5) ? 0 : draw.between(0, 0.5) * steps;
    const grows = rise(activity(draw, steps), start, start + (steps - start) / Math.max(1, days));
    const fade = draw.logBetween(1.5, 7);
    const level = grows.map((value) => from + (top - from) * (1 - Math.exp(-value / fade)));
    return { kind: anyKind(draw), level: together(level, jitter(draw, steps, draw.logBetween(1e-4, 0.008))) };
  },
});

/** It is made larger, now and then smaller, long before it is full; a thin pool extends itself at a threshold. */
export const resize = family({
  name: 'resize',
  exhausts: false,
  plan: (draw, steps, days) => (draw.chance(0.4) ? autoextended(draw, steps, days) : resizedByHand(draw, steps)),
});

function resizedByHand(draw: Draw, steps: number): Plan {
  const level = draw.between(0.2, 0.88);
  const resizes: { step: number; factor: number }[] = [];
  let factor = 1;
  for (let left = draw.whole(1, 3); left > 0; left -= 1) {
    factor *= draw.chance(0.75) ? draw.between(1.05, 2) : Math.max(level / factor / 0.93, draw.between(0.7, 0.95));
    resizes.push({ step: draw.whole(1, steps - 1), factor });
  }
  const steplist = resizes.map(({ step }) => step).sort((a, b) => a - b);
  const inOrder = resizes.map((one, place) => ({ ...one, step: steplist[place] as number }));
  const noise = jitter(draw, steps, draw.logBetween(1e-4, 0.02) * (1 - level));
  return { kind: anyKind(draw), level: noise.map((value) => level + value), resizes: inOrder };
}

/** lvm.conf(5), `thin_pool_autoextend_threshold` and `_percent`; it grows so slowly that no extension is urgent. */
function autoextended(draw: Draw, steps: number, days: number): Plan {
  const [threshold, by] = [draw.pick([0.7, 0.8, 0.85]), draw.pick([0.1, 0.2, 0.5])];
  const perDay = draw.logBetween(0.001, 0.75 * ((1 - threshold) / 12));
  const grows = scaled(rise(activity(draw, steps), 0, steps - 1), perDay * days);
  const from = draw.between(threshold - 0.15, threshold);
  const level = together(
    grows.map((value) => from + value),
    jitter(draw, steps, draw.logBetween(1e-5, 1e-3)),
  );
  const resizes: { step: number; factor: number }[] = [];
  let factor = 1;
  for (const [step, value] of level.entries()) {
    if (step === 0 || value / factor < threshold) continue;
    factor *= 1 + by;
    resizes.push({ step, factor });
  }
  return { kind: draw.chance(0.7) ? thinData(draw) : fileSystem(draw), level, resizes };
}

export const LEVEL_FAMILIES = [flat, steadyHigh, weeklySeason, stepThenFlat, levelsOff, resize];
