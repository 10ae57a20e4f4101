/** The simulation stands still between two points of a grid that begins at 1970-01-01 UTC; a *step* is their number. */
export const STEP_MILLISECONDS = 300_000;
export const STEPS_AN_HOUR = 12;
export const STEPS_A_DAY = 288;
export const DAY_MILLISECONDS = 86_400_000;

export const stepOf = (milliseconds: number): number => Math.floor(milliseconds / STEP_MILLISECONDS);

/** Days since 1970-01-01 UTC, which was a Thursday. */
export const dayOf = (step: number): number => Math.floor(step / STEPS_A_DAY);

/** Monday to Friday. */
export const isWorkday = (day: number): boolean => (day + 3) % 7 < 5;

/** Workdays before `day`, since the Monday before 1970. */
export function workdaysBefore(day: number): number {
  const sinceMonday = day + 3;
  return Math.floor(sinceMonday / 7) * 5 + Math.min(sinceMonday % 7, 5);
}
