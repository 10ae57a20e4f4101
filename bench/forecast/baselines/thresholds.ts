import type { Detector } from '../detector.ts';

/** Used is over so many per cent: the rule that most people have. */
export function overPercent(percent: number): Detector {
  return {
    name: `over-${percent}`,
    start() {
      let share = 0;
      return {
        see: (_at, used, capacity) => {
          share = used / capacity;
        },
        say: () => ({ alarm: share * 100 > percent, p10: null, p50: null, p90: null }),
      };
    },
  };
}
