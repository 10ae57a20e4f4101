import { type Forecast, forecastUse, HOUR_MILLISECONDS, UseHistoryCollector } from '../../src/index.ts';

export const DAY = 24 * HOUR_MILLISECONDS;
/** A Thursday; 1 January 1970 was one too. */
export const NOW = Date.UTC(2026, 9, 15, 12);
export const CAPACITY = 1e12;
export const BEAT = HOUR_MILLISECONDS / 6;

/** Share of the capacity at so many days before now: 0 or negative. */
export type Level = (days: number) => number;

export interface Past {
  days: number;
  level: Level;
  /** Of `CAPACITY`, at so many days before now. */
  factor?: (days: number) => number;
  /** Whether a beat was read. */
  isRead?: (days: number) => boolean;
}

/** What is said at `NOW`. */
export function forecast({ days, level, factor = () => 1, isRead = () => true }: Past, horizonDays = 7): Forecast {
  const collector = new UseHistoryCollector();
  for (let at = NOW - days * DAY; at <= NOW; at += BEAT) {
    const day = (at - NOW) / DAY;
    if (isRead(day)) collector.add(at, Math.round(level(day) * CAPACITY), factor(day) * CAPACITY);
  }
  return forecastUse(collector.historyAt(NOW), { now: NOW, horizonDays });
}

/** The same for the same place, −1 … 1; no rhythm in it. */
export const noise = (day: number): number => Math.sin(Math.round(day * 144) * 12.9898) * 0.999;
export const leak =
  (left: number, perDay: number): Level =>
  (day) =>
    1 - perDay * (left - day);
