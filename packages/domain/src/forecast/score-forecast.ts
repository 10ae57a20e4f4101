import type { ForecastOutcome, ForecastScore, ScoredForecast } from '../forecast-views.ts';
import { type DaysLeft, FULL_ROOM_SHARE, type Verdict } from './forecast.ts';
import { HOUR_MILLISECONDS, type UsePoint } from './use-history.ts';

const DAY_MILLISECONDS = 86_400_000;
/** Of the hours between a forecast and its end, so many must have been read to say what did not happen. */
export const MIN_READ_SHARE = 0.5;
/** Of the room there was: less is not called room that somebody made. */
export const AVERTED_ROOM_SHARE = 0.2;

/** What was said of a clock at a moment. */
export interface ForecastToScore {
  /** Milliseconds since the epoch. */
  madeAt: number;
  horizonDays: number;
  verdict: Verdict;
  daysLeft: DaysLeft | null;
  slopePerDay: { low: number; mid: number; high: number } | null;
}

/** The hours of a clock, oldest first; those in its chunks where it is one of btrfs. See `ClockHistory`. */
export interface ClockHours {
  use: { hours: readonly UsePoint[] };
  inChunks: { hours: readonly UsePoint[] } | null;
}

/** What became of it. */
export interface ForecastFate {
  outcome: ForecastOutcome;
  /** Days until it was full; null = it was not. */
  actualDays: number | null;
  /** Growth a day until it was full, or until its time had come; null = not known. */
  actualSlope: number | null;
  /** When that could be told, milliseconds since the epoch. */
  toldAt: number;
}

/**
 * When it can be told how good a forecast was, milliseconds since the epoch: at the end of its interval, or of its horizon
 * where it has none. null = never: what is full already, and what is too short, says nothing of what is to come.
 */
export function dueAtOf({ madeAt, horizonDays, verdict, daysLeft }: ForecastToScore): number | null {
  if (verdict === 'full' || verdict === 'too-short') return null;
  return Math.round(madeAt + (daysLeft?.p90 ?? horizonDays) * DAY_MILLISECONDS);
}

/**
 * What became of a forecast, told once its time has come, or as soon as it was full.
 *
 * @param clock hours up to that of `madeAt`, in which it may have been full before, and after `now` are not looked at.
 * @param now milliseconds since the epoch.
 * @returns null = its time has not come, or it is none that is scored.
 */
export function scoreForecast(said: ForecastToScore, clock: ClockHours, now: number): ForecastFate | null {
  const dueAt = dueAtOf(said);
  if (dueAt === null) return null;
  const end = Math.min(dueAt, now);
  const seen = clock.use.hours.filter(({ at }) => hourOf(at) > hourOf(said.madeAt) && at <= end);
  const fullAt = seen.find((point) => isFull(point) && isFullInChunks(clock, point))?.at ?? null;
  if (fullAt === null && now < dueAt) return null;
  const toldAt = fullAt ?? dueAt;
  const actualSlope = slopeOf(seen.filter(({ at }) => at <= toldAt));
  if (fullAt === null) return { outcome: outcomeOfNotFull(said, seen, dueAt), actualDays: null, actualSlope, toldAt };
  const actualDays = (fullAt - said.madeAt) / DAY_MILLISECONDS;
  return { outcome: outcomeOfFull(said, actualDays), actualDays, actualSlope, toldAt };
}

const isFull = ({ high, capacity }: UsePoint): boolean => capacity > 0 && capacity - high <= capacity * FULL_ROOM_SHARE;

/** A kind of btrfs is full when no chunk can be made and those it has are full. */
function isFullInChunks({ inChunks }: ClockHours, { at }: UsePoint): boolean {
  if (inChunks === null) return true;
  const chunks = inChunks.hours.find((point) => hourOf(point.at) === hourOf(at));
  return chunks === undefined || isFull(chunks);
}

const hourOf = (at: number): number => Math.floor(at / HOUR_MILLISECONDS);

function outcomeOfFull({ daysLeft }: ForecastToScore, actualDays: number): ForecastOutcome {
  if (daysLeft === null) return 'missed';
  return actualDays < daysLeft.p10 ? 'sooner' : 'in-time';
}

function outcomeOfNotFull(said: ForecastToScore, seen: readonly UsePoint[], dueAt: number): ForecastOutcome {
  const hours = (dueAt - said.madeAt) / HOUR_MILLISECONDS;
  if (seen.length === 0 || seen.length < Math.floor(hours) * MIN_READ_SHARE) return 'unknown';
  if (said.daysLeft === null) return 'held';
  if (isRoomMade(said, seen)) return 'averted';
  // Without a p90 it was looked at for its horizon alone: more likely than not it had named a later day.
  return said.daysLeft.p90 === null && said.daysLeft.p50 > said.horizonDays ? 'held' : 'later';
}

/**
 * The capacity grew, or what was used fell, by more than `AVERTED_ROOM_SHARE` of the room there was; and in the end less is
 * used than the slowest growth that was said would have made of it. Growth that became slower makes no room.
 */
function isRoomMade({ madeAt, slopePerDay }: ForecastToScore, seen: readonly UsePoint[]): boolean {
  const [first, last] = [seen[0], seen.at(-1)];
  if (!first || !last) return false;
  const margin = AVERTED_ROOM_SHARE * Math.max(0, first.capacity - first.last);
  if (seen.some(({ capacity }) => capacity > first.capacity + margin)) return true;
  const highest = seen.reduce((most, point) => Math.max(most, point.last), first.last);
  const least = first.last + (Math.max(0, slopePerDay?.low ?? 0) * (last.at - madeAt)) / DAY_MILLISECONDS;
  return last.last < highest - margin && last.last < least - margin;
}

/** By the first and the last hour; null = less than two. */
function slopeOf(seen: readonly UsePoint[]): number | null {
  const [first, last] = [seen[0], seen.at(-1)];
  if (!first || !last || last.at - first.at < HOUR_MILLISECONDS / 2) return null;
  return ((last.last - first.last) / (last.at - first.at)) * DAY_MILLISECONDS;
}

/**
 * How forecasts did.
 *
 * @param past those that were scored in the last `days` days.
 */
export function forecastScore(
  past: readonly Pick<ScoredForecast, 'outcome' | 'actualDays' | 'actualSlope' | 'daysLeft' | 'slopePerDay'>[],
  days: number,
): ForecastScore {
  const score: ForecastScore = {
    days,
    outcomes: { 'in-time': 0, sooner: 0, later: 0, averted: 0, held: 0, missed: 0, unknown: 0 },
    slopes: { known: 0, within: 0 },
    dateError: null,
  };
  const errors: number[] = [];
  for (const { outcome, actualDays, actualSlope, daysLeft, slopePerDay } of past) {
    score.outcomes[outcome] += 1;
    if (actualDays !== null && actualDays > 0 && daysLeft)
      errors.push(Math.abs(daysLeft.p50 - actualDays) / actualDays);
    if (slopePerDay === null || actualSlope === null) continue;
    score.slopes.known += 1;
    if (actualSlope >= slopePerDay.low && actualSlope <= slopePerDay.high) score.slopes.within += 1;
  }
  return { ...score, dateError: median(errors) };
}

/** null = of nothing. */
function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >>> 1;
  const [low, high] = [sorted[middle - 1 + (sorted.length % 2)], sorted[middle]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
