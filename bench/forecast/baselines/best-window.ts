import { type Detector, type Said, SILENT, TREND_HORIZON_HOURS } from '../detector.ts';
import { GridPoints } from './grid-points.ts';

/** From two days to all of a month, in hours. */
const SHORTEST_HOURS = 48;
const LONGEST_HOURS = 720;
/** What the best line must explain, and how far from it the last reading may be, of the capacity. */
const LEAST_R2 = 0.9;
const MAX_LAST_ERROR = 0.05;
const LEAST_FILL = 0.1;

/**
 * Of the lines through all windows that end now, the one with the highest R², when it is good enough (Chamness, "Capacity
 * Forecasting in a Backup Storage Environment", LISA 2011, with its rules; hours in place of days).
 */
export const bestWindow: Detector = {
  name: 'best-r2-window',
  start() {
    const grid = new GridPoints(1, LONGEST_HOURS);
    return {
      see: (at, used, capacity) => grid.add(at, used, capacity),
      say(): Said {
        const best = bestLine(grid);
        const last = grid.points.at(-1);
        if (best === null || last === undefined) return SILENT;
        const isGood =
          best.r2 >= LEAST_R2 &&
          best.perHour > 0 &&
          Math.abs(best.level - last.used) <= MAX_LAST_ERROR * grid.capacity &&
          last.used >= LEAST_FILL * grid.capacity;
        if (!isGood) return SILENT;
        const hours = Math.max(0, (grid.capacity - best.level) / best.perHour);
        return { alarm: hours < TREND_HORIZON_HOURS, p10: null, p50: hours, p90: null };
      },
    };
  },
};

interface Line {
  r2: number;
  perHour: number;
  /** At the last slot. */
  level: number;
}

/** Backwards from the last point, so that each window adds to the sums of the shorter one. */
function bestLine({ points, capacity }: GridPoints): Line | null {
  const last = points.at(-1);
  let best: Line | null = null;
  let [count, sumX, sumY, sumXX, sumXY, sumYY] = [0, 0, 0, 0, 0, 0];
  for (let place = points.length - 1; last && place >= 0; place -= 1) {
    const { slot, used } = points[place] as { slot: number; used: number };
    const [x, y] = [slot - last.slot, (used - last.used) / capacity];
    count += 1;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
    sumYY += y * y;
    if (-x < SHORTEST_HOURS) continue;
    const [varX, varY, both] = [sumXX - sumX ** 2 / count, sumYY - sumY ** 2 / count, sumXY - (sumX * sumY) / count];
    const r2 = varX > 0 && varY > 0 ? both ** 2 / (varX * varY) : 0;
    if (best !== null && r2 <= best.r2) continue;
    const slope = both / varX;
    const level = (sumY - slope * sumX) / count;
    best = { r2, perHour: slope * capacity, level: last.used + level * capacity };
  }
  return best;
}
