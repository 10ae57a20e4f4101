import type { ForecastRecord, ItemPast, PastReading } from '@silt/db';
import { PAST_READING_DAYS } from '@silt/db';
import type { SeriesName, Snapshot } from '@silt/domain';
import type { FindingPast, KeptFinding } from '@silt/domain/findings';
import { keyOf } from '../derive/judge-keep.ts';
import { dayAgoOf, growthOf, standingFindings, storeForecasts } from '../derive/judge-past.ts';

const DAY_MILLISECONDS = 86_400_000;
/** What was forecast holds until the next day's, since the past is forecast once a day. */
const FORECAST_HELD_MILLISECONDS = DAY_MILLISECONDS;

/** A beat of the past. */
export interface PastBeat {
  /** Milliseconds since the epoch. */
  at: number;
  snapshot: Snapshot;
}

/** All that is kept of a host. */
export interface HostPast {
  /** By `Item.key`. */
  items: ReadonlyMap<string, ItemPast>;
  forecasts: readonly ForecastRecord[];
  /** In order of time. */
  beats: readonly PastBeat[];
}

/** What rules would have known of a host at a moment of its past; nothing of it is from after that. */
export function pastAt(
  { items, forecasts, beats }: HostPast,
  { now, findings }: { now: number; findings: readonly KeptFinding[] },
): FindingPast {
  const standing = standingFindings(findings.filter(({ resolvedAt }) => resolvedAt === null));
  const readings = (storeKey: string, series: SeriesName) => readingsBefore(beats, { storeKey, series, now });
  return {
    forecasts: storeForecasts(forecastsAt(forecasts, now), now),
    firstSeenAt(key) {
      const at = items.get(key)?.firstSeenAt ?? null;
      return at !== null && at <= now ? at : null;
    },
    stateSince: (key) => stateSinceOf(items.get(key), now),
    standing: (rule, subject) => standing.get(keyOf({ rule, subject })) ?? null,
    growthPerDay(storeKey, series) {
      const beat = beats.findLast(({ at }) => at <= now);
      return growthOf(readings(storeKey, series), beat ? readingOf(beat.snapshot, storeKey, series) : null, now);
    },
    valueADayAgo: (storeKey, series) => dayAgoOf(readings(storeKey, series), now),
  };
}

/** Of each clock the last one that was said and held. */
function forecastsAt(forecasts: readonly ForecastRecord[], now: number): ForecastRecord[] {
  const said = forecasts.filter(({ madeAt }) => madeAt.getTime() <= now);
  const last = new Map(said.map((one) => [`${one.clock} ${one.storeKey}`, one]));
  const held = [...last.values()].filter(
    ({ confirmedAt }) => confirmedAt.getTime() >= now - FORECAST_HELD_MILLISECONDS,
  );
  return held.map((one) => ({ ...one, confirmedAt: new Date(now) }));
}

/** As `readItemsStateSince` tells it of now. */
function stateSinceOf(item: ItemPast | undefined, now: number): number | null {
  const runs = item?.states ?? [];
  return runs.find(({ from, to }) => from <= now && (to === null || now < to))?.from ?? null;
}

/** As `readPastReadings` reads them. */
function readingsBefore(
  beats: readonly PastBeat[],
  { storeKey, series, now }: { storeKey: string; series: SeriesName; now: number },
): PastReading[] {
  const days = new Map<number, PastReading>();
  for (const { at, snapshot } of beats) {
    const day = Math.floor((now - at) / DAY_MILLISECONDS);
    if (day < 1 || day > PAST_READING_DAYS) continue;
    const value = readingOf(snapshot, storeKey, series);
    if (value !== null) days.set(day, { at, value });
  }
  return [...days.values()].toReversed();
}

/** null = not read. */
function readingOf({ layout, readings }: Snapshot, storeKey: string, series: SeriesName): number | null {
  const place = layout.entries.findIndex((one) => one.storeKey === storeKey && one.series === series);
  return readings[place] ?? null;
}
