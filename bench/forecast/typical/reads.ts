import { between, chance, logBetween, normal, pick, type Random } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';
import { momentsOf } from './moments.ts';

/** One reading: when it was, and when by the host's clock. Whole seconds. */
export interface Read {
  at: number;
  shown: number;
}

const INTERVALS_SECONDS = [60, 60, 120, 300, 300, 300, 600, 900] as const;
const RESTART_PAUSE_DAYS = [5, 10, 20, 60] as const;
/** Nothing is missed so near to a moment that the truth of the trace hangs on. */
const CLEAR_SECONDS = 4 * HOUR_SECONDS;

interface Restart {
  from: number;
  upTo: number;
  /** The clock is off by `offSeconds` until it is set. */
  clockSetAt: number;
  offSeconds: number;
}

/**
 * When a host is read: at an interval that is not kept to the second, with reads missed, restarts with nothing read,
 * and a clock that is wrong after some of these until it is set.
 *
 * @param upTo seconds
 * @param keepClear seconds at which the host is up and its clock right
 */
export function drawReads(random: Random, upTo: number, keepClear: readonly number[]): Read[] {
  const interval = pick(random, INTERVALS_SECONDS);
  const [unevenSeconds, missedShare] = [between(random, 0, interval / 60), chance(random, 0.5) ? 0.004 : 0];
  const restarts = drawRestarts(random, upTo).filter(
    ({ from, clockSetAt }) =>
      !keepClear.some((moment) => moment > from - CLEAR_SECONDS && moment < clockSetAt + CLEAR_SECONDS),
  );
  const reads: Read[] = [];
  for (let due = random() * interval; due + interval < upTo; due += interval) {
    const at = Math.floor(due + Math.min(interval / 3, Math.abs(normal(random) * unevenSeconds)));
    const isDown = restarts.some(({ from, upTo }) => at >= from && at < upTo);
    if (isDown || chance(random, missedShare)) continue;
    const wrong = restarts.find((restart) => at >= restart.upTo && at < restart.clockSetAt);
    reads.push({ at, shown: at + (wrong?.offSeconds ?? 0) });
  }
  return reads;
}

/** Most last minutes; a host that is moved or mended is away for hours. */
function drawRestarts(random: Random, upTo: number): Restart[] {
  const hasBadClock = chance(random, 0.3);
  return momentsOf(random, pick(random, RESTART_PAUSE_DAYS) * DAY_SECONDS, upTo - 2 * DAY_SECONDS).map((moment) => {
    const from = moment + DAY_SECONDS / 2;
    const hours = chance(random, 0.8) ? logBetween(random, 0.03, 0.4) : logBetween(random, 0.4, 10);
    const upAgain = from + Math.floor(hours * HOUR_SECONDS);
    const isWrong = hasBadClock && chance(random, 0.6);
    const offSeconds = Math.floor(logBetween(random, 90, 3 * HOUR_SECONDS)) * (chance(random, 0.5) ? 1 : -1);
    const wrongFor = isWrong ? Math.floor(logBetween(random, 0.1, 8) * HOUR_SECONDS) : 0;
    return { from, upTo: upAgain, clockSetAt: upAgain + wrongFor, offSeconds };
  });
}
