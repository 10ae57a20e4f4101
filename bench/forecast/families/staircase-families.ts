import { activity } from '../shapes/activity.ts';
import type { Draw } from '../shapes/draw.ts';
import { type Course, course, highWater, STEPS_A_DAY, together } from '../shapes/grid.ts';
import { anyKind, btrfsUnallocated, thinData, thinMetadata } from '../shapes/kinds.ts';
import { family } from '../shapes/make-trace.ts';
import { bursts, jitter } from '../shapes/noise.ts';
import { fullStep, rise } from '../shapes/rise.ts';

/** btrfs gives out a chunk when what is in the old ones has no room; a burst leaves its chunks behind. */
export const btrfsStaircase = family({
  name: 'btrfs-staircase',
  exhausts: true,
  plan: (draw, steps, days) => {
    const kind = btrfsUnallocated(draw);
    const from = draw.between(0.2, 0.8);
    const grows = rise(activity(draw, steps), 0, fullStep(draw, days));
    const passing = bursts(draw, steps, {
      everyHours: draw.logBetween(8, 200),
      height: [0.002, draw.between(0.01, 0.08)],
      hours: [0.2, 6],
    });
    const data = together(
      grows.map((value) => from + (1 - from) * value),
      passing,
      jitter(draw, steps, 0.002),
    );
    return { kind, level: highWater(data) };
  },
});

/** Thin pool data without discard: what was once written stays given out; with a weekly fstrim some comes back. */
export const thinDataStaircase = family({
  name: 'thin-data',
  exhausts: true,
  plan: (draw, steps, days) => {
    const from = draw.between(0.1, 0.75);
    const grows = rise(pulls(draw, steps), 0, fullStep(draw, days));
    const level = grows.map((value) => from + (1 - from) * value);
    return { kind: thinData(draw), level: draw.chance(0.3) ? together(level, trimmed(draw, steps, 1 - from)) : level };
  },
});

/** Metadata of a thin pool: snapshots are made and deleted, mappings break up; a few blocks of 4 KiB at a time. */
export const thinMetadataStaircase = family({
  name: 'thin-metadata',
  exhausts: true,
  plan: (draw, steps, days) => {
    const from = draw.between(0.1, 0.8);
    const grows = rise(pulls(draw, steps), 0, fullStep(draw, days));
    const snapshots = bursts(draw, steps, {
      everyHours: draw.logBetween(3, 48),
      height: [0.001, 0.02],
      hours: [0.2, 24],
    });
    return {
      kind: thinMetadata(draw),
      level: together(
        grows.map((value) => from + (1 - from) * value),
        snapshots,
      ),
    };
  },
});

/** What a runner leaves behind: it grows in working hours of working days and stands still else. */
export const weekdayStaircase = family({
  name: 'weekday-staircase',
  exhausts: true,
  plan: (draw, steps, days) => {
    const from = draw.between(0.15, 0.75);
    const flow = activity(draw, steps, { rhythm: 'office', weekend: draw.pick([0, 0, draw.between(0, 0.1)]) });
    const grows = rise(flow, 0, fullStep(draw, days));
    const noise = jitter(draw, steps, draw.logBetween(1e-4, 0.01));
    return {
      kind: anyKind(draw),
      level: together(
        grows.map((value) => from + (1 - from) * value),
        noise,
      ),
    };
  },
});

/** Comes in lots: an image, a snapshot, a container, some an hour to some a day. */
function pulls(draw: Draw, steps: number): Course {
  const when = activity(draw, steps);
  const everyHours = draw.logBetween(0.3, 14);
  const sizes = draw.between(0.2, 0.9);
  const chance = 24 / everyHours / STEPS_A_DAY;
  return course(steps, (step) => (draw.chance(chance * (when[step] as number)) ? draw.lognormal(sizes) : 0));
}

/** Deleted data piles up and is given back once a week; 0 … a part of `room`. */
function trimmed(draw: Draw, steps: number, room: number): Course {
  const height = draw.between(0.03, 0.2) * room;
  const zone = draw.between(0, 7);
  return course(steps, (step) => (height * ((step / STEPS_A_DAY + zone) % 7)) / 7);
}

export const STAIRCASE_FAMILIES = [btrfsStaircase, thinDataStaircase, thinMetadataStaircase, weekdayStaircase];
