import type { ClockName } from '../clocks/clock.ts';
import type { DaysLeft } from '../forecast.ts';
import { isAlarmHeld } from '../held-alarm.ts';
import { HOUR_MILLISECONDS, MAX_FORECAST_HOURS } from '../use-history.ts';
import { type AlarmEpisode, episodesOf, type ReplayStep, type StoreAlarm, storeAlarms } from './alarm-episodes.ts';
import { DAY_MILLISECONDS, fullMoments, PAUSE_MILLISECONDS } from './full-moments.ts';
import { alarmFilter, type MayAlarm } from './may-alarm.ts';
import type { ReplayedClock } from './replayed-clock.ts';

/** An alarm that is up when the range begins is followed back so far, to when it was raised. */
export const LEAD_IN_DAYS = 30;
/** What a replay needs to know from before its range. */
export const BEFORE_RANGE_MILLISECONDS = LEAD_IN_DAYS * DAY_MILLISECONDS + MAX_FORECAST_HOURS * HOUR_MILLISECONDS;

export interface ReplaySettings {
  /** Milliseconds since the epoch. */
  from: number;
  to: number;
  /** Between two moments; the moments are multiples of it in UTC. */
  stepHours: number;
  /** Compared with each other. */
  horizonsDays: readonly number[];
}

/** Times in milliseconds since the epoch. */
export interface StoreFill {
  /** Which was full first. */
  clock: ClockName;
  fullAt: number;
  /** For each horizon, hours from the alarm of a clock that was full to then; null = there was none. */
  toldHoursBefore: (number | null)[];
}

export interface StoreReplay {
  /** Clocks that stop writes. */
  clocks: number;
  /** Days of the range, in days since the epoch, for which something was read. */
  daysRead: number[];
  fills: StoreFill[];
  /** For each horizon, oldest first. */
  alarms: StoreAlarm[][];
  /** Forecasts that were made. */
  forecasts: number;
}

/**
 * Replays a store: at each moment of the range, what would have been said from the past of that moment alone. Yields after
 * each moment, so that who runs it can do other things and stop.
 */
export function* replayStore(
  clocks: readonly ReplayedClock[],
  settings: ReplaySettings,
): Generator<undefined, StoreReplay> {
  const { from, to, stepHours, horizonsDays } = settings;
  const seen = clocks.map((one) => {
    const points = one.points.filter(({ at }) => at <= to);
    return { ...one, points, mayAlarm: alarmFilter(points) };
  });
  const step = stepHours * HOUR_MILLISECONDS;
  const steps: StepAlarms[] = [];
  let forecasts = 0;
  const alarmsAt = (at: number): StepAlarms => {
    const told = stepAlarms(seen, at, horizonsDays);
    forecasts += told.forecasts;
    return told;
  };
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    steps.push(alarmsAt(at));
    yield;
  }
  // Back to when what is up at the beginning was raised.
  const earliest = from - LEAD_IN_DAYS * DAY_MILLISECONDS;
  for (let lastUp = steps[0]; lastUp !== undefined && isAnyUp(lastUp) && lastUp.at > earliest; ) {
    let earlier: StepAlarms;
    do {
      earlier = alarmsAt((steps[0] as StepAlarms).at - step);
      steps.unshift(earlier);
      yield;
    } while (!isAnyUp(earlier) && lastUp.at - earlier.at < PAUSE_MILLISECONDS);
    lastUp = earlier;
  }
  return { ...judge(seen, steps, settings), forecasts };
}

interface StepAlarms {
  at: number;
  /** For each horizon, the clocks that would raise one. */
  alarms: ReadonlyMap<ClockName, DaysLeft>[];
  /** Of clocks with a date. */
  dates: ReadonlyMap<ClockName, DaysLeft>;
  forecasts: number;
}

const isAnyUp = ({ alarms }: StepAlarms): boolean => alarms.some(({ size }) => size > 0);

/** One forecast tells from which horizon on it alarms. */
function stepAlarms(
  clocks: readonly (ReplayedClock & { mayAlarm: MayAlarm })[],
  at: number,
  horizonsDays: readonly number[],
): StepAlarms {
  const alarms = horizonsDays.map(() => new Map<ClockName, DaysLeft>());
  const dates = new Map<ClockName, DaysLeft>();
  let forecasts = 0;
  const settings = { now: at, horizonDays: Math.max(...horizonsDays) };
  for (const { clock, mayAlarm, forecastAt } of clocks) {
    if (!mayAlarm(settings)) continue;
    forecasts += 1;
    const { alarmFromDays = null, daysLeft = null } = forecastAt(settings) ?? {};
    if (daysLeft === null) continue;
    dates.set(clock, daysLeft);
    if (alarmFromDays === null) continue;
    for (const [place, horizonDays] of horizonsDays.entries()) {
      if (alarmFromDays <= horizonDays) alarms[place]?.set(clock, daysLeft);
    }
  }
  return { at, alarms, dates, forecasts };
}

/** Those that are up at each step: raised, or held since the step before. Steps in order of time. */
function heldAlarms(steps: readonly StepAlarms[], place: number, horizonDays: number): ReplayStep[] {
  let before: ReadonlyMap<ClockName, DaysLeft> = new Map();
  return steps.map(({ at, alarms, dates }) => {
    const up = new Map(alarms[place]);
    for (const [clock, daysLeft] of dates) {
      if (isAlarmHeld(before.has(clock), daysLeft, horizonDays)) up.set(clock, daysLeft);
    }
    before = up;
    return { at, alarms: up };
  });
}

function judge(
  clocks: readonly ReplayedClock[],
  steps: readonly StepAlarms[],
  { from, to, horizonsDays }: ReplaySettings,
): Omit<StoreReplay, 'forecasts'> {
  const episodes = horizonsDays.map((horizonDays, place) => {
    const ofHorizon = heldAlarms(steps, place, horizonDays);
    const all = clocks.flatMap(({ clock }) => episodesOf(clock, ofHorizon));
    return all.filter(({ clearedAt }) => clearedAt === null || clearedAt >= from);
  });
  const days = new Set<number>();
  for (const { points } of clocks) {
    for (const { at } of points) if (at >= from) days.add(Math.floor(at / DAY_MILLISECONDS));
  }
  return {
    clocks: clocks.length,
    daysRead: [...days].sort((a, b) => a - b),
    fills: fillsOf(clocks, episodes, from),
    alarms: episodes.map((ofHorizon) => storeAlarms(clocks, ofHorizon, to)),
  };
}

/** Clocks that are full within a day of each other are one fill; the clock's own alarm counts, of any of them. */
function fillsOf(
  clocks: readonly ReplayedClock[],
  episodes: readonly (readonly AlarmEpisode[])[],
  from: number,
): StoreFill[] {
  const fills: StoreFill[] = [];
  const moments = clocks.flatMap(({ clock, points }) => fullMoments(points).map((fullAt) => ({ clock, fullAt })));
  for (const { clock, fullAt } of moments.sort((one, other) => one.fullAt - other.fullAt)) {
    if (fullAt < from) continue;
    const told = episodes.map((ofHorizon) => leadHours(ofHorizon, clock, fullAt));
    const last = fills.at(-1);
    if (!last || fullAt - last.fullAt >= PAUSE_MILLISECONDS) fills.push({ clock, fullAt, toldHoursBefore: told });
    else last.toldHoursBefore = last.toldHoursBefore.map((hours, place) => hours ?? leadOf(told[place], last, fullAt));
  }
  return fills;
}

/** Hours before the first clock of a fill was full, of an alarm for another; null = it came later. */
function leadOf(hours: number | null | undefined, { fullAt }: StoreFill, otherFullAt: number): number | null {
  if (hours == null) return null;
  const before = hours - (otherFullAt - fullAt) / HOUR_MILLISECONDS;
  return before > 0 ? before : null;
}

/** Of the alarm that was up when it was full, or at most a day before. */
function leadHours(episodes: readonly AlarmEpisode[], clock: ClockName, fullAt: number): number | null {
  const told = episodes.find(
    (episode) =>
      episode.clock === clock &&
      episode.raisedAt < fullAt &&
      (episode.clearedAt === null || fullAt - episode.clearedAt < PAUSE_MILLISECONDS),
  );
  return told ? (fullAt - told.raisedAt) / HOUR_MILLISECONDS : null;
}
