import { HOUR_SECONDS } from '../family.ts';
import type { Draw } from '../shapes/draw.ts';

/** How often an agent reads, seconds. */
const INTERVALS = [60, 120, 300, 300, 600] as const;
/** A reading is late by up to so much of the interval. */
const MOST_JITTER = 0.2;
/** A reading is lost now and then. */
const MOST_LOST = 0.02;
/** The agent or its host is down: once in so many days, for so many hours. */
const [DAYS_BETWEEN_HOLES, SHORTEST_HOLE_HOURS, LONGEST_HOLE_HOURS] = [12, 0.25, 6];

/** Rising whole seconds from 0 up to `seconds`. */
export function* readTimes(draw: Draw, seconds: number): Generator<number> {
  const interval = draw.pick(INTERVALS);
  const jitter = draw.between(0, MOST_JITTER) * interval;
  const lost = draw.between(0, MOST_LOST);
  const untilHole = () => draw.wait(DAYS_BETWEEN_HOLES * 24) * HOUR_SECONDS;
  let nextHole = untilHole();
  for (let beat = 0; beat < seconds; beat += interval) {
    if (beat >= nextHole) {
      const hole = draw.logBetween(SHORTEST_HOLE_HOURS, LONGEST_HOLE_HOURS) * HOUR_SECONDS;
      beat += Math.ceil(hole / interval) * interval;
      nextHole = beat + untilHole();
      if (beat >= seconds) return;
    }
    if (!draw.chance(lost)) yield Math.floor(beat + draw.between(0, jitter));
  }
}
