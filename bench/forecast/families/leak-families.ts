import { activity } from '../shapes/activity.ts';
import { pruned, prunedAtTimes } from '../shapes/cycles.ts';
import type { Draw } from '../shapes/draw.ts';
import { type Course, fitted, highest, STEPS_A_DAY, STEPS_AN_HOUR, together } from '../shapes/grid.ts';
import { anyKind, btrfsUnallocated, thinData } from '../shapes/kinds.ts';
import { family } from '../shapes/make-trace.ts';
import { jitter } from '../shapes/noise.ts';
import { fullStep, rise } from '../shapes/rise.ts';

/** Volumes, layers or logs that nobody removes: a little each day, as much as is done that day. */
export const slowLeak = family({
  name: 'slow-leak',
  exhausts: true,
  plan: (draw, steps, days) => {
    const from = draw.between(0.15, 0.85);
    const leak = rise(activity(draw, steps), 0, fullStep(draw, days));
    const noise = jitter(draw, steps, draw.logBetween(1e-4, 0.06) * (1 - from));
    return {
      kind: anyKind(draw),
      level: leak.map((value, step) => from + (1 - from) * value + (noise[step] as number)),
    };
  },
});

/** What is pruned comes and goes; what prune does not see stays. */
export const leakUnderSawtooth = family({
  name: 'leak-under-sawtooth',
  exhausts: true,
  plan: (draw, steps, days) => {
    const from = draw.between(0.1, 0.6);
    const room = 1 - from;
    const height = draw.between(0.1, 0.6) * room;
    const cycle = prunedAtTimes(draw, activity(draw, steps));
    const leak = rise(activity(draw, steps), 0, fullStep(draw, days));
    const noise = jitter(draw, steps, draw.logBetween(1e-4, 0.01));
    const teeth = fitted(cycle, 0, height);
    return {
      kind: anyKind(draw),
      level: together(
        leak.map((value) => from + (room - height / 2) * value),
        teeth,
        noise,
      ),
    };
  },
});

/** A leak that feeds itself: retries that log, a queue that is not drained, a user base that grows. */
export const accelerating = family({
  name: 'accelerating',
  exhausts: true,
  plan: (draw, steps, days) => {
    const from = draw.between(0.1, 0.7);
    const leak = rise(activity(draw, steps), 0, fullStep(draw, days), draw.between(1.6, 4));
    const noise = jitter(draw, steps, draw.logBetween(1e-4, 0.03) * (1 - from));
    return {
      kind: anyKind(draw),
      level: leak.map((value, step) => from + (1 - from) * value + (noise[step] as number)),
    };
  },
});

/** Calm for days, then a release that leaks: 1.5 to 10 days from then to full. */
export const lateOnset = family({
  name: 'late-onset',
  exhausts: true,
  plan: (draw, steps, days) => {
    const full = fullStep(draw, days);
    const onset = full - Math.min(0.6 * full, draw.logBetween(1.5, 10) * STEPS_A_DAY);
    const calm = calmLevel(draw, steps, draw.between(0.2, 0.85));
    const leak = rise(activity(draw, steps), onset, full);
    const room = 1 - highest(calm.slice(0, Math.floor(full)));
    return {
      kind: anyKind(draw),
      level: together(
        calm,
        leak.map((value) => room * value),
      ),
    };
  },
});

/** A job that writes until nothing is left: 3 to 36 hours from calm to full. */
export const runaway = family({
  name: 'runaway',
  exhausts: true,
  isRunaway: true,
  plan: (draw, steps, days) => {
    const full = fullStep(draw, days);
    const onset = full - draw.logBetween(3, 36) * STEPS_AN_HOUR;
    const calm = calmLevel(draw, steps, draw.between(0.2, 0.85));
    const writes = activity(draw, steps, { rhythm: 'even', weekend: 1 });
    const room = 1 - (calm[full] as number);
    const bend = draw.pick([1, 1, draw.between(0.8, 1.8)]);
    const kind = draw.chance(0.15) ? btrfsUnallocated(draw) : draw.chance(0.2) ? thinData(draw) : anyKind(draw);
    return {
      kind,
      level: together(
        calm,
        rise(writes, onset, full, bend).map((value) => room * value),
      ),
    };
  },
});

/** Flat, or a sawtooth by time or bound, that stays below `top`. */
function calmLevel(draw: Draw, steps: number, top: number): Course {
  const noise = jitter(draw, steps, draw.logBetween(1e-4, 0.01));
  if (draw.chance(0.5)) return noise.map((value) => top + value);
  const flow = activity(draw, steps);
  const cycle = draw.chance(0.7)
    ? prunedAtTimes(draw, flow)
    : pruned(draw, flow, { bound: draw.between(1, 6) * STEPS_A_DAY }, [0.4, 0.8]);
  return together(fitted(cycle, top * draw.between(0.4, 0.95), top), noise);
}

export const LEAK_FAMILIES = [slowLeak, leakUnderSawtooth, accelerating, lateOnset, runaway];
