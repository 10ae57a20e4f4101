import { between, chance, logBetween, logNormal, normal, type Random } from '../draw.ts';
import { type Calendar, DAY_MINUTES, HOUR_MINUTES } from './calendar.ts';
import { momentsOf } from './moments.ts';

/** Use at each minute of a trace, of the capacity that it begins with. */
export type Curve = Float64Array;

/** What all curves of a trace are drawn from. */
export interface Scene {
  random: Random;
  calendar: Calendar;
  minutes: number;
}

export const curveOf = (minutes: number, usedAt: (minute: number) => number): Curve =>
  Float64Array.from({ length: minutes }, (_, minute) => usedAt(minute));

export const level = ({ minutes }: Scene, share: number): Curve => curveOf(minutes, () => share);

export function sumOf(...curves: readonly Curve[]): Curve {
  const sum = new Float64Array((curves[0] as Curve).length);
  for (const curve of curves)
    for (const [minute, used] of curve.entries()) sum[minute] = (sum[minute] as number) + used;
  return sum;
}

/** Noise that returns to 0 within about `hours` (Ornstein–Uhlenbeck), with `spread` as its deviation. */
function wander({ random, minutes }: Scene, spread: number, hours: number): Curve {
  const kept = Math.exp(-1 / (hours * HOUR_MINUTES));
  const jolt = spread * Math.sqrt(1 - kept ** 2);
  let now = spread * normal(random);
  return curveOf(minutes, () => {
    now = kept * now + jolt * normal(random);
    return now;
  });
}

interface Passing {
  perDay: number;
  /** From least to most. */
  share: [low: number, high: number];
  hours: [low: number, high: number];
}

/** Builds, dumps and pulls: each takes space in the first half of its time and gives all back at its end. */
export function passing({ random, calendar, minutes }: Scene, { perDay, share, hours }: Passing): Curve {
  const curve = new Float64Array(minutes);
  for (const begin of momentsOf(random, DAY_MINUTES / perDay, minutes)) {
    const [size, lasts] = [logBetween(random, ...share), Math.ceil(logBetween(random, ...hours) * HOUR_MINUTES)];
    const rises = Math.ceil(lasts * between(random, 0.1, 0.6));
    if (!chance(random, Math.min(1, 0.2 + calendar.busyAt(begin)))) continue;
    for (let minute = begin; minute < Math.min(minutes, begin + lasts); minute += 1)
      curve[minute] = (curve[minute] as number) + size * Math.min(1, (minute - begin) / rises);
  }
  return curve;
}

/** A job of every night, as a dump that is sent away: how much it takes differs a little. */
function nightly({ random, calendar, minutes }: Scene, share: number): Curve {
  const [begin, lasts] = [Math.floor(between(random, 0, 5 * HOUR_MINUTES)), Math.ceil(between(random, 15, 100))];
  let size = share;
  return curveOf(minutes, (minute) => {
    const since = calendar.dayMinuteAt(minute) - begin;
    if (since === 0) size = share * logNormal(random, 0.15);
    return since >= 0 && since < lasts ? (size * since) / lasts : 0;
  });
}

/** What goes on on any host besides: noise, the rhythm of days and weeks, small jobs. */
export function background(scene: Scene, restlessness: number): Curve {
  const { random, calendar, minutes } = scene;
  const sway = restlessness * between(random, 0, 0.006);
  return sumOf(
    wander(scene, restlessness * between(random, 0.0005, 0.003), between(random, 0.3, 4)),
    wander(scene, restlessness * between(random, 0.001, 0.005), between(random, 18, 60)),
    curveOf(minutes, (minute) => sway * calendar.busyAt(minute)),
    passing(scene, {
      perDay: logBetween(random, 0.3, 6),
      share: [restlessness * 0.001, restlessness * 0.012],
      hours: [0.15, 6],
    }),
    nightly(scene, chance(random, 0.4) ? restlessness * between(random, 0.003, 0.02) : 0),
  );
}

interface Growth {
  perDay: number;
  /** Deviation of the logarithm of a day's share. */
  unevenness: number;
  /** How far it follows what goes on: 0 = not at all, 1 = it stands still when nothing does. */
  withWork: number;
}

/** Growth by about `perDay` a day at each minute, from 0. */
export function growth({ random, calendar, minutes }: Scene, { perDay, unevenness, withWork }: Growth): Curve {
  let [used, ofDay] = [0, logNormal(random, unevenness)];
  return curveOf(minutes, (minute) => {
    if (calendar.dayMinuteAt(minute) === 0) ofDay = logNormal(random, unevenness);
    used += ((perDay * ofDay) / DAY_MINUTES) * (1 - withWork + withWork * calendar.busyAt(minute));
    return used;
  });
}

interface Sawtooth {
  /** What a period adds, about. */
  height: number;
  periodDays: number;
  unevenness: number;
}

/** Grows until a job empties it all but for a little, at the same hour of each period. */
export function sawtooth(scene: Scene, { height, periodDays, unevenness }: Sawtooth): Curve {
  const { random, calendar, minutes } = scene;
  const withWork = between(random, 0.3, 1);
  const period = periodDays * DAY_MINUTES;
  const grown = growth(scene, { perDay: height / periodDays, unevenness, withWork });
  const emptiedAt = Math.floor(between(random, 0, 6 * HOUR_MINUTES)) + Math.floor(random() * periodDays) * DAY_MINUTES;
  let gone = (-height * ((calendar.weekMinuteAt(0) + period - (emptiedAt % period)) % period)) / period;
  return curveOf(minutes, (minute) => {
    const now = grown[minute] as number;
    if (calendar.weekMinuteAt(minute) % period === emptiedAt % period)
      gone = now - (now - gone) * between(random, 0, 0.12);
    return now - gone;
  });
}
