const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/;
const SECOND_ZERO = /:00(\.000)?Z$/;

export interface AsOfMoment {
  /** What to ask for, ISO 8601 UTC; null = live. */
  at: string | null;
  /** Why the address is not followed: it names no moment, or one that has not come. What is shown is live then. */
  problem: 'invalid' | 'future' | null;
}

/** The moment in an address (`?at=2026-05-14T09:42Z`). `now`: milliseconds since the epoch. */
export function readAsOf(value: string | null | undefined, now: number): AsOfMoment {
  if (value === null || value === undefined || value === '') return { at: null, problem: null };
  const milliseconds = MOMENT.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(milliseconds)) return { at: null, problem: 'invalid' };
  if (milliseconds > now) return { at: null, problem: 'future' };
  return { at: new Date(milliseconds).toISOString(), problem: null };
}

/** The shortest form of an ISO moment that `readAsOf` takes: without seconds that are 0. */
export const writeMoment = (at: string): string => new Date(at).toISOString().replace(SECOND_ZERO, 'Z');

/** An address's parameters with one set, or taken out by null; the others stay as they are. */
export function withParameter(parameters: URLSearchParams, name: string, value: string | null): string {
  const next = new URLSearchParams(parameters);
  if (value === null) next.delete(name);
  else next.set(name, value);
  const text = next.toString().replaceAll('%3A', ':');
  return text === '' ? '' : `?${text}`;
}
