import { readAsOf, withParameter, writeMoment } from '../../shared/as-of/moment-in-address.ts';

const DAY_MILLISECONDS = 86_400_000;
const DEFAULT_DAYS = 7;

/** Two moments, ISO 8601 UTC. `a` may be the later one: the comparison is then told backwards. */
export interface Moments {
  a: string;
  b: string;
}

export interface AskedMoments extends Moments {
  /** One that the address names is none, or is to come; the default stands in its place. */
  problem: 'invalid' | 'future' | null;
}

/**
 * The two moments of an address. Without `b` it is `openedAt` (when the page was made, so that server and browser ask for
 * the same), without `a` a week before `b`. `now`: milliseconds since the epoch.
 */
export function readMoments(
  asked: { a: string | null | undefined; b: string | null | undefined },
  openedAt: string,
  now: number,
): AskedMoments {
  const [first, second] = [readAsOf(asked.a, now), readAsOf(asked.b, now)];
  const b = second.at ?? openedAt;
  return { a: first.at ?? daysBefore(b, DEFAULT_DAYS), b, problem: first.problem ?? second.problem };
}

export const daysBefore = (moment: string, days: number): string =>
  new Date(Date.parse(moment) - days * DAY_MILLISECONDS).toISOString();

/** An address's parameters with both moments; others stay. */
export const writeMoments = (parameters: URLSearchParams, { a, b }: Moments): string =>
  withParameter(new URLSearchParams(withParameter(parameters, 'a', writeMoment(a))), 'b', writeMoment(b));

/** What to ask the server for: it takes the earlier moment first. */
export function inOrder({ a, b }: Moments): Moments & { backwards: boolean } {
  return a <= b ? { a, b, backwards: false } : { a: b, b: a, backwards: true };
}
