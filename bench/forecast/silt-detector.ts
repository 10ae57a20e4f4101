import { forecastUse, UseHistoryCollector } from '@silt/domain';
import { type Detector, HORIZON_HOURS, type Said } from './detector.ts';

const HOURS_A_DAY = 24;
const MILLISECONDS_A_SECOND = 1_000;

/** Ours. */
export const siltDetector: Detector = {
  name: 'silt',
  start() {
    const collector = new UseHistoryCollector();
    return {
      see: (at, used, capacity) => collector.add(at * MILLISECONDS_A_SECOND, used, capacity),
      say(seconds): Said {
        const now = seconds * MILLISECONDS_A_SECOND;
        const { alarm, daysLeft } = forecastUse(collector.historyAt(now), {
          now,
          horizonDays: HORIZON_HOURS / HOURS_A_DAY,
        });
        const hours = (days: number | null | undefined): number | null => (days == null ? null : days * HOURS_A_DAY);
        return { alarm, p10: hours(daysLeft?.p10), p50: hours(daysLeft?.p50), p90: hours(daysLeft?.p90) };
      },
    };
  },
};
