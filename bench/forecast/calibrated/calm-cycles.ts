import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';
import { churn, sumOf } from './churn.ts';
import { saw } from './saw.ts';
import { type Course, familyOf } from './story.ts';

/** Logs or build caches that a timer removes each day. */
const dailySawtooth = familyOf({
  name: 'daily-sawtooth',
  exhausts: false,
  course: (draw) => {
    const [bottom, height] = [draw.between(0.3, 0.7), draw.between(0.03, 0.15)];
    const teeth = saw(draw, { days: 1, height, uneven: draw.between(0, 0.2) });
    return sumOf(() => bottom, teeth, churn(draw, draw.logBetween(0.0005, 0.004)));
  },
});

/** The same each week. */
const weeklySawtooth = familyOf({
  name: 'weekly-sawtooth',
  exhausts: false,
  course: (draw) => {
    const [bottom, height] = [draw.between(0.25, 0.6), draw.between(0.08, 0.25)];
    const teeth = saw(draw, { days: 7, height, uneven: draw.between(0, 0.15) });
    return sumOf(() => bottom, teeth, churn(draw, draw.logBetween(0.0005, 0.004)));
  },
});

/** A cache that is cut back each day, close below the capacity. */
const highSawtooth = familyOf({
  name: 'high-sawtooth',
  exhausts: false,
  course: (draw) => {
    const [top, height] = [draw.between(0.83, 0.94), draw.between(0.04, 0.15)];
    const teeth = saw(draw, { days: 1, height, uneven: draw.between(0, 0.06) });
    return sumOf(() => top - height, teeth, churn(draw, draw.logBetween(0.0005, 0.004)));
  },
});

/** Parts of the capacity that no burst goes beyond. */
const HIGHEST_BURST = 0.97;

/** Builds, dumps and sorts that take much for minutes to hours and give it back. */
const bursts = familyOf({
  name: 'bursts',
  exhausts: false,
  course: (draw, days) => {
    const base = draw.between(0.3, 0.7);
    const betweenDays = draw.between(2, 6);
    const ones: { from: number; rises: number; holds: number; height: number }[] = [];
    for (let from = draw.wait(betweenDays); from < days; from += draw.wait(betweenDays))
      ones.push({
        from: from * DAY_SECONDS,
        rises: draw.logBetween(0.2, 3) * HOUR_SECONDS,
        holds: draw.logBetween(0.2, 8) * HOUR_SECONDS,
        height: draw.between(0.08, 0.35),
      });
    const taken: Course = (at) =>
      ones.reduce((sum, { from, rises, holds, height }) => {
        const isUp = at >= from && at < from + rises + holds;
        return sum + (isUp ? height * Math.min(1, (at - from) / rises) : 0);
      }, 0);
    const noise = churn(draw, draw.logBetween(0.0005, 0.004));
    return (at) => Math.min(HIGHEST_BURST, base + taken(at)) + noise(at);
  },
});

/** It fills steadily until it cleans up at a bound of its own, again and again. */
const selfCleaning = familyOf({
  name: 'self-cleaning',
  exhausts: false,
  course: (draw) => {
    const [bound, depth] = [draw.between(0.72, 0.9), draw.between(0.08, 0.25)];
    const perDay = draw.logBetween(0.12, 0.3) * (1 - bound);
    const teeth = saw(draw, { days: depth / perDay, height: depth, uneven: 0 });
    return sumOf(() => bound - depth, teeth, churn(draw, draw.logBetween(0.0005, 0.003)));
  },
});

export const CALM_CYCLES = [dailySawtooth, weeklySawtooth, highSawtooth, bursts, selfCleaning];
