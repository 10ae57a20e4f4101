import { DAY_SECONDS } from '../family.ts';
import { churn, sumOf } from './churn.ts';
import { drawnFull } from './leaks.ts';
import { familyOf } from './story.ts';

/** Allocated in chunks of one size, at uneven times: flat in between, as `btrfs` allocates. */
const chunkStaircase = familyOf({
  name: 'chunk-staircase',
  exhausts: true,
  resource: 'btrfs-unallocated',
  course: (draw, days) => {
    const [from, full] = [draw.between(0.2, 0.6), drawnFull(draw, days)];
    const count = draw.whole(10, 50);
    const pauses = Array.from({ length: count }, () => draw.lognormal(0.8));
    const total = pauses.reduce((sum, pause) => sum + pause, 0);
    const steps: number[] = [];
    for (const pause of pauses) steps.push((steps.at(-1) ?? 0) + (pause * full) / total);
    let taken = 0;
    return (at) => {
      while (taken < count && (steps[taken] as number) <= at) taken += 1;
      return from + ((1 - from) * taken) / count;
    };
  },
});

const WORKDAYS = 5;
const [WORK_FROM, WORK_TO] = [8 / 24, 18 / 24];

/** CI leaves things behind in the hours of work, on some days more than on others, and rests at night and over the weekend. */
const weekdayStaircase = familyOf({
  name: 'weekday-staircase',
  exhausts: true,
  course: (draw, days) => {
    const [from, full] = [draw.between(0.2, 0.6), drawnFull(draw, days)];
    const monday = draw.whole(0, 6);
    const uneven = draw.between(0.1, 0.7);
    const shares = Array.from({ length: days }, (_, day) =>
      (day + monday) % 7 < WORKDAYS ? draw.lognormal(uneven) : 0,
    );
    const left = (at: number): number =>
      shares.reduce((sum, share, day) => sum + share * workedOf(at / DAY_SECONDS - day), 0);
    const all = left(full);
    return sumOf((at) => from + ((1 - from) * left(at)) / all, churn(draw, draw.logBetween(0.0005, 0.006)));
  },
});

/** What is over of a day's work at a moment, days since its midnight. */
const workedOf = (day: number): number => Math.min(1, Math.max(0, (day - WORK_FROM) / (WORK_TO - WORK_FROM)));

export const STAIRCASES = [chunkStaircase, weekdayStaircase];
