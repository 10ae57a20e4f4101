import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';
import { activity } from '../shapes/activity.ts';
import { pruned, prunedAtTimes } from '../shapes/cycles.ts';
import type { Draw } from '../shapes/draw.ts';
import { type Course, course, fitted, highest, STEPS_A_DAY, scaled, together } from '../shapes/grid.ts';
import { anyKind, fileSystem } from '../shapes/kinds.ts';
import { family, type Plan } from '../shapes/make-trace.ts';
import { bursts, jitter } from '../shapes/noise.ts';

/** Logs that are rotated, builds that are pruned: up by day or week, down at once. */
export const sawtooth = family({
  name: 'sawtooth',
  exhausts: false,
  plan: (draw, steps) => ({ kind: anyKind(draw), level: teeth(draw, steps, draw.between(0.25, 0.86)) }),
});

/** The same where it nearly touches the top each time. */
export const sawtoothHigh = family({
  name: 'sawtooth-high',
  exhausts: false,
  plan: (draw, steps) => ({ kind: anyKind(draw), level: teeth(draw, steps, draw.between(0.86, 0.985)) }),
});

function teeth(draw: Draw, steps: number, top: number): Course {
  const cycle = prunedAtTimes(draw, activity(draw, steps));
  const noise = jitter(draw, steps, draw.logBetween(0.001, 0.05) * highest(cycle));
  return fitted(together(cycle, noise), top - draw.between(0.08, 0.7) * top, top);
}

/** A runner between jobs: builds unpack gigabytes and delete them within hours. */
export const burstsFamily = family({
  name: 'bursts',
  exhausts: false,
  plan: (draw, steps) => {
    const base = draw.between(0.1, 0.75);
    const room = draw.between(0.86, 0.985) - base;
    const comes = bursts(draw, steps, {
      everyHours: draw.logBetween(6, 120),
      height: [0.15, 1],
      hours: [0.2, draw.logBetween(1, 20)],
    });
    const level = comes.map((value) => base + room * Math.min(1, value));
    return { kind: anyKind(draw), level: together(level, jitter(draw, steps, draw.logBetween(1e-4, 0.005))) };
  },
});

/** Garbage collection at a bound (kubelet's image collection, a cache with a limit): days up, then down by a part. */
export const selfCleaning = family({
  name: 'self-cleaning',
  exhausts: false,
  plan: (draw, steps) => cleanedAtBound(draw, steps, draw.logBetween(0.4, 5)),
});

/** The same where the first clean-up is beyond the week that a detector waits: until then it is a leak to everybody. */
export const selfCleaningSlow = family({
  name: 'self-cleaning-slow',
  exhausts: false,
  plan: (draw, steps) => cleanedAtBound(draw, steps, draw.between(8, 20)),
});

function cleanedAtBound(draw: Draw, steps: number, everyDays: number): Plan {
  const bound = draw.between(0.7, 0.95);
  const depth = draw.between(0.04, 0.5);
  const flow = scaled(activity(draw, steps), (bound * depth) / (everyDays * STEPS_A_DAY));
  const keeps = 1 - depth;
  const level = pruned(draw, flow, { bound }, [keeps * draw.between(0.9, 1), keeps]);
  return { kind: anyKind(draw), level: together(level, jitter(draw, steps, draw.logBetween(1e-4, 0.003))) };
}

/** The host is off at times; temporary files are gone when it is back, or images are pulled again. */
export const restartGaps = family({
  name: 'restart-gaps',
  exhausts: false,
  plan: (draw, steps) => {
    const level = draw.between(0.2, 0.88);
    const room = 1 - level;
    const restarts = draw.logBetween(1, 8) * STEPS_A_DAY;
    let [next, jump] = [draw.wait(restarts), 0];
    const jumps = course(steps, (step) => {
      if (step >= next) {
        jump = draw.between(-0.5, 0.5) * room * draw.next();
        next += draw.wait(restarts);
      }
      return jump;
    });
    const slow = scaled(prunedAtTimes(draw, activity(draw, steps)), (draw.between(0, 0.3) * room) / STEPS_A_DAY / 7);
    const noise = jitter(draw, steps, draw.logBetween(1e-4, 0.03) * room);
    return {
      kind: anyKind(draw),
      level: together(
        jumps.map((value) => level + value),
        slow,
        noise,
      ),
      beats: { holeEveryDays: draw.logBetween(0.7, 4), longestHoleDays: draw.pick([0.3, 1, 3]) },
    };
  },
});

/** A clock that is set back or forth while the host lives: samples come with times that repeat or leap. */
export const clockSteps = family({
  name: 'clock-steps',
  exhausts: false,
  plan: (draw, steps, days) => {
    const seconds = days * DAY_SECONDS;
    const wrong = Array.from({ length: draw.whole(1, 5) }, () => {
      const from = draw.between(0, seconds);
      const by = (draw.chance(0.5) ? 1 : -1) * draw.logBetween(HOUR_SECONDS / 12, 2 * DAY_SECONDS);
      return { from, to: from + draw.logBetween(HOUR_SECONDS / 2, 2 * DAY_SECONDS), by };
    });
    const level = draw.chance(0.5)
      ? teeth(draw, steps, draw.between(0.4, 0.9))
      : jitter(draw, steps, 0.01).map((value) => 0.6 + value);
    return {
      kind: fileSystem(draw),
      level,
      clockOffset: (at) => wrong.reduce((sum, { from, to, by }) => sum + (at >= from && at < to ? by : 0), 0),
    };
  },
});

export const CYCLE_FAMILIES = [sawtooth, sawtoothHigh, burstsFamily, selfCleaning, restartGaps, clockSteps];
