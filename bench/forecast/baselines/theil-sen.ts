import { type Detector, type Said, SILENT, TREND_HORIZON_HOURS } from '../detector.ts';
import { HOUR_SECONDS } from '../family.ts';
import { GridPoints } from './grid-points.ts';

export const THEIL_SEN_SLOT_HOURS = 3;
const WINDOW_DAYS = 7;
export const THEIL_SEN_SLOTS = (WINDOW_DAYS * 24) / THEIL_SEN_SLOT_HOURS;
/** No trend is told from fewer: two days. */
const LEAST_SLOTS = 16;
/** Mann–Kendall, one-sided at 1 %. */
const LEAST_Z = 2.326;
/** 10 % and 90 % of the normal distribution. */
const INTERVAL_Z = 1.2816;

/** Use a slot, lowest likely, middle and highest likely (Sen 1968); z is that of Mann and Kendall. */
export interface Trend {
  low: number;
  mid: number;
  high: number;
  z: number;
}

/** Median of the slopes between all pairs, with a rank test, over seven days on a grid of three hours. */
export const theilSen: Detector = {
  name: 'theil-sen-7d',
  start() {
    const grid = new GridPoints(THEIL_SEN_SLOT_HOURS, THEIL_SEN_SLOTS);
    let [slot, trend]: [number, Trend | null] = [-1, null];
    return {
      see(at, used, capacity) {
        const now = Math.floor(at / (THEIL_SEN_SLOT_HOURS * HOUR_SECONDS));
        // A slot counts once it is over.
        if (now !== slot) trend = grid.points.length < LEAST_SLOTS ? null : trendOf(grid.points);
        slot = now;
        grid.add(at, used, capacity);
      },
      say(): Said {
        const last = grid.points.at(-1);
        if (last === undefined || trend === null || trend.z < LEAST_Z || trend.mid <= 0) return SILENT;
        const free = grid.capacity - last.used;
        const hours = (slope: number): number | null => (slope > 0 ? (free / slope) * THEIL_SEN_SLOT_HOURS : null);
        const p50 = hours(trend.mid) as number;
        return { alarm: p50 < TREND_HORIZON_HOURS, p10: hours(trend.high), p50, p90: hours(trend.low) };
      },
    };
  },
};

/** At least two points with rising slots. */
export function trendOf(points: readonly { slot: number; used: number }[]): Trend {
  const count = points.length;
  const slopes = new Float64Array((count * (count - 1)) / 2);
  let [place, score] = [0, 0];
  for (const [one, { slot, used }] of points.entries()) {
    for (let other = 0; other < one; other += 1) {
      const before = points[other] as { slot: number; used: number };
      const slope = (used - before.used) / (slot - before.slot);
      slopes[place] = slope;
      place += 1;
      score += Math.sign(slope);
    }
  }
  slopes.sort();
  const variance = (count * (count - 1) * (2 * count + 5)) / 18;
  const at = (rank: number): number => slopes[Math.min(slopes.length - 1, Math.max(0, Math.round(rank)))] as number;
  const spread = (INTERVAL_Z * Math.sqrt(variance)) / 2;
  const middle = (slopes.length - 1) / 2;
  return {
    low: at(middle - spread),
    mid: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    high: at(middle + spread),
    z: (score - Math.sign(score)) / Math.sqrt(variance),
  };
}
