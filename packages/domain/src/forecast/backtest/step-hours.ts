/** Whole parts of a day, so that the moments of a replay are the same for each range. */
const STEP_HOURS = [1, 2, 3, 6, 12, 24] as const;
/** About four minutes of one core at half a millisecond each. */
export const MAX_REPLAYED_FORECASTS = 500_000;

/** The finest step with which a replay makes no more than `MAX_REPLAYED_FORECASTS`; null = no step does. */
export function stepHoursFor({ clocks, days }: { clocks: number; days: number }): number | null {
  return STEP_HOURS.find((hours) => (clocks * days * 24) / hours <= MAX_REPLAYED_FORECASTS) ?? null;
}
