import type { Detector, Said } from '../detector.ts';
import { HOUR_SECONDS } from '../family.ts';
import { SampleWindow } from './sample-window.ts';

const MINUTE_SECONDS = 60;

const hoursLeft = (free: number, lostPerHour: number): number | null => {
  if (free <= 0) return 0;
  return lostPerHour > 0 ? free / lostPerHour : null;
};

const NETDATA_ALARM_HOURS = 8;
const NETDATA_CLEAR_HOURS = 48;

/**
 * `disk_fill_rate` and `out_of_disk_space_time` of Netdata (health.d/disks.conf): the lowest that was free 60 to 50
 * minutes ago, less what is free now, is what an hour takes. A reading holds until the next, as with slow beats there
 * may be none in the ten minutes.
 */
export const netdata: Detector = {
  name: 'netdata',
  start() {
    const window = new SampleWindow(2);
    let alarm = false;
    return {
      see: (at, used, capacity) => window.add(at, used, capacity),
      say(now): Said {
        const [from, upTo] = [now - 60 * MINUTE_SECONDS, now - 50 * MINUTE_SECONDS];
        const then = [window.at(from) ?? [], window.within(now).filter(({ at }) => at >= from && at <= upTo)].flat();
        const { latest } = window;
        if (latest === undefined || then.length === 0) return { alarm, p10: null, p50: null, p90: null };
        const hours = hoursLeft(latest.free, Math.min(...then.map(({ free }) => free)) - latest.free);
        if (hours !== null && hours < NETDATA_ALARM_HOURS) alarm = true;
        else if (hours === null || hours > NETDATA_CLEAR_HOURS) alarm = false;
        return { alarm, p10: null, p50: hours, p90: null };
      },
    };
  },
};

const CHECKMK_ALARM_HOURS = 72;
const CHECKMK_HALF_HOURS = 24;

/** Checkmk's trend (`get_average` on the rate, `df.include`): an old rate weighs 0.5^(Δt ÷ 24 h), the new one the rest. */
export const checkmk: Detector = {
  name: 'checkmk-trend',
  start() {
    let last: { at: number; used: number; free: number } | null = null;
    let perHour: number | null = null;
    return {
      see(at, used, capacity) {
        if (last !== null && at > last.at) {
          const hours = (at - last.at) / HOUR_SECONDS;
          const rate = (used - last.used) / hours;
          const weight = 0.5 ** (hours / CHECKMK_HALF_HOURS);
          perHour = perHour === null ? rate : weight * perHour + (1 - weight) * rate;
        }
        last = { at, used, free: capacity - used };
      },
      say(): Said {
        const hours = last === null || perHour === null ? null : hoursLeft(last.free, perHour);
        return { alarm: hours !== null && hours < CHECKMK_ALARM_HOURS, p10: null, p50: hours, p90: null };
      },
    };
  },
};
