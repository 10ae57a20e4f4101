import { activity } from '../shapes/activity.ts';
import { STEPS_A_DAY, together } from '../shapes/grid.ts';
import { anyKind, fileSystem } from '../shapes/kinds.ts';
import { family } from '../shapes/make-trace.ts';
import { jitter } from '../shapes/noise.ts';
import { fullStep, rise } from '../shapes/rise.ts';

/** It leaks, somebody makes it larger, and it leaks on. */
export const leakWithResize = family({
  name: 'leak-with-resize',
  exhausts: true,
  plan: (draw, steps, days) => {
    const full = fullStep(draw, days);
    const [from, factor] = [draw.between(0.2, 0.7), draw.between(1.08, 1.7)];
    const leak = rise(activity(draw, steps), 0, full);
    const noise = jitter(draw, steps, draw.logBetween(1e-4, 0.02) * (1 - from));
    const level = leak.map((value, step) => from + (factor - from) * value + (noise[step] as number));
    const tooHigh = level.findIndex((value) => value >= draw.between(0.7, 0.97));
    return { kind: anyKind(draw), level, resizes: [{ step: Math.max(1, tooHigh), factor }] };
  },
});

/** A quota is cut, or a device removed, while it grows slowly: what lasted for months lasts for days. */
export const quotaCut = family({
  name: 'quota-cut',
  exhausts: true,
  plan: (draw, steps, days) => {
    const full = fullStep(draw, days);
    const cut = Math.floor(full - Math.min(0.6 * full, draw.between(1.5, 9) * STEPS_A_DAY));
    const factor = draw.between(0.4, 0.9);
    const before = factor * draw.between(0.6, 0.93);
    const grows = rise(activity(draw, steps), 0, full);
    const noise = jitter(draw, steps, draw.logBetween(1e-4, 0.004));
    const level = together(
      grows.map((value) => before + (factor - before) * value),
      noise,
    );
    return { kind: draw.chance(0.6) ? fileSystem(draw) : anyKind(draw), level, resizes: [{ step: cut, factor }] };
  },
});

export const CAPACITY_FAMILIES = [leakWithResize, quotaCut];
