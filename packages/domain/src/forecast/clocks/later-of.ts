import type { DaysLeft, Forecast } from '../forecast.ts';

/**
 * When a kind of btrfs chunk runs out: the later of its room, which it shares with the other kinds, and of what is free
 * inside its own chunks at its own growth g. With free f in them, u unallocated and others that take c a day, the room
 * ends at (f+u)/(g+c), which lies between f/g and u/c (mediant). If f/g ≤ u/c, both are drawn on to the end and the
 * room's date is true and no sooner than f/g; if u/c < f/g, the unallocated part ends first, and f/g is true and the
 * later one.
 *
 * So data that took everything unallocated does not condemn metadata that does not grow.
 *
 * @param room has a date.
 */
export function laterOf(room: Forecast, inChunks: Forecast): Forecast {
  if (room.daysLeft === null || room.verdict === 'full') return room;
  // Full chunks are followed by new ones; what is not known delays nothing.
  if (inChunks.verdict === 'full' || inChunks.verdict === 'too-short') return room;
  const { verdict, reason, since } = inChunks;
  if (inChunks.daysLeft === null)
    return { ...room, verdict, reason, since, daysLeft: null, alarmFromDays: null, alarm: false };
  const later = inChunks.daysLeft.p50 > room.daysLeft.p50 ? inChunks : room;
  return {
    ...room,
    ...{ reason: later.reason, since: later.since, alarmFromDays: later.alarmFromDays, alarm: later.alarm },
    daysLeft: laterDays(room.daysLeft, inChunks.daysLeft),
  };
}

function laterDays(one: DaysLeft, other: DaysLeft): DaysLeft {
  return {
    p10: Math.max(one.p10, other.p10),
    p50: Math.max(one.p50, other.p50),
    p90: one.p90 === null || other.p90 === null ? null : Math.max(one.p90, other.p90),
  };
}
