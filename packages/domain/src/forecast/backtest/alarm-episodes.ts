import type { BacktestAlarmKind } from '../../forecast-views.ts';
import type { ClockName } from '../clocks/clock.ts';
import type { DaysLeft } from '../forecast.ts';
import { isFull, PAUSE_MILLISECONDS } from './full-moments.ts';
import { placeAfter } from './may-alarm.ts';
import type { ReplayedClock } from './replayed-clock.ts';
import { roomWasMade } from './room-made.ts';

/** Which clocks alarm at a moment of the replay, and what is said of them. */
export interface ReplayStep {
  /** Milliseconds since the epoch. */
  at: number;
  alarms: ReadonlyMap<ClockName, DaysLeft>;
}

/** An alarm of one clock, from when it came up until it was gone for a day or more; milliseconds since the epoch. */
export interface AlarmEpisode {
  clock: ClockName;
  raisedAt: number;
  /** null = up at the last step. */
  clearedAt: number | null;
  /** What was said when it came up. */
  daysLeft: DaysLeft;
}

/** @param steps oldest first. */
export function episodesOf(clock: ClockName, steps: readonly ReplayStep[]): AlarmEpisode[] {
  const episodes: AlarmEpisode[] = [];
  let episode: AlarmEpisode | undefined;
  for (const { at, alarms } of steps) {
    const daysLeft = alarms.get(clock);
    if (!daysLeft) {
      if (episode) episode.clearedAt ??= at;
    } else if (episode && (episode.clearedAt === null || at - episode.clearedAt < PAUSE_MILLISECONDS)) {
      episode.clearedAt = null;
    } else {
      episode = { clock, raisedAt: at, clearedAt: null, daysLeft };
      episodes.push(episode);
    }
  }
  return episodes;
}

/** What a person was told of a store, and what came of it. */
export interface StoreAlarm extends AlarmEpisode {
  kind: BacktestAlarmKind;
}

/**
 * Alarms of a store: those of several clocks at once are one, which names the clock that was full, or else the one that
 * was said to be full first.
 *
 * @param episodes of all clocks. @param endAt last step.
 */
export function storeAlarms(
  clocks: readonly ReplayedClock[],
  episodes: readonly AlarmEpisode[],
  endAt: number,
): StoreAlarm[] {
  const pointsOf = new Map(clocks.map(({ clock, points }) => [clock, points]));
  const judged = episodes.map((episode) => ({
    ...episode,
    kind: kindOf(episode, pointsOf.get(episode.clock) ?? [], endAt),
  }));
  judged.sort((one, other) => one.raisedAt - other.raisedAt);
  const alarms: StoreAlarm[] = [];
  for (const next of judged) {
    const last = alarms.at(-1);
    if (last && isOngoing(last, next.raisedAt)) alarms[alarms.length - 1] = joined(last, next);
    else alarms.push(next);
  }
  return alarms;
}

const isOngoing = ({ clearedAt }: AlarmEpisode, at: number): boolean =>
  clearedAt === null || at - clearedAt < PAUSE_MILLISECONDS;

function joined(one: StoreAlarm, other: StoreAlarm): StoreAlarm {
  const [first, second] = other.kind === 'real' && one.kind !== 'real' ? [other, one] : [one, other];
  const sooner = first.raisedAt === second.raisedAt && first.kind === second.kind && isSooner(second, first);
  const named = sooner ? second : first;
  const clearedAt =
    one.clearedAt === null || other.clearedAt === null ? null : Math.max(one.clearedAt, other.clearedAt);
  return { ...named, clearedAt, kind: joinedKind(one.kind, other.kind) };
}

const isSooner = (one: AlarmEpisode, other: AlarmEpisode): boolean => one.daysLeft.p50 < other.daysLeft.p50;

/** Worst first. */
const KIND_ORDER: readonly BacktestAlarmKind[] = ['real', 'open', 'averted', 'false'];
const joinedKind = (one: BacktestAlarmKind, other: BacktestAlarmKind): BacktestAlarmKind =>
  KIND_ORDER.indexOf(one) < KIND_ORDER.indexOf(other) ? one : other;

function kindOf(
  { raisedAt, clearedAt }: AlarmEpisode,
  points: ReplayedClock['points'],
  endAt: number,
): BacktestAlarmKind {
  const until = Math.min(endAt, (clearedAt ?? endAt) + PAUSE_MILLISECONDS);
  const [from, to] = [placeAfter(points, raisedAt), placeAfter(points, until)];
  const atRaise = points[from - 1];
  if ((atRaise && isFull(atRaise)) || points.slice(from, to).some(isFull)) return 'real';
  if (clearedAt === null) return 'open';
  return roomWasMade(points, raisedAt, clearedAt) ? 'averted' : 'false';
}
