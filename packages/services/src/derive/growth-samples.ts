import type { DailyUse, DailyUseRange } from '@silt/db';
import type { Sample } from '@silt/domain';

/** Growth a day is taken over this many days up to now. */
export const GROWTH_DAYS = 7;
const DAY_MILLISECONDS = 86_400_000;

/** The last `days` days up to today (UTC), and the moment from which samples count for the growth. */
export function growthRange(now: Date, days: number): DailyUseRange {
  const lastDay = new Date(Math.floor(now.getTime() / DAY_MILLISECONDS) * DAY_MILLISECONDS);
  return { lastDay, days, since: new Date(now.getTime() - GROWTH_DAYS * DAY_MILLISECONDS) };
}

/** What the growth is taken from: the last sample of each day and the first of all, without those not read. */
export function growthSamples({ days, first }: DailyUse, { since }: DailyUseRange): Sample[] {
  const samples = new Map<number, Sample>();
  for (const sample of [first, ...days]) {
    if (sample === null || sample.used === null || sample.at < since) continue;
    samples.set(sample.at.getTime(), { at: sample.at, value: sample.used });
  }
  return [...samples.values()];
}
