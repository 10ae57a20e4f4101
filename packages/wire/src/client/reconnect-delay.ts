import { RECONNECT_MAXIMUM_MILLISECONDS, RECONNECT_MINIMUM_MILLISECONDS } from '../v1/limits.ts';

/** A server that asks for more than this is not believed. */
export const MAX_RETRY_AFTER_MILLISECONDS = 3_600_000;

/**
 * Milliseconds to wait before attempt `attempt` (1 = the first after a loss): exponential with full jitter, so that a
 * fleet that lost its server does not come back as one. What the server asked for comes before that.
 * `random`: 0 … 1; `timeScale`: of our own part, less than 1 in tests.
 */
export function reconnectDelay(
  attempt: number,
  retryAfterMilliseconds: number | null,
  random: number,
  timeScale = 1,
): number {
  const ceiling = Math.min(RECONNECT_MAXIMUM_MILLISECONDS, RECONNECT_MINIMUM_MILLISECONDS * 2 ** attempt);
  const jittered = RECONNECT_MINIMUM_MILLISECONDS + random * (ceiling - RECONNECT_MINIMUM_MILLISECONDS);
  return Math.round(jittered * timeScale + Math.min(retryAfterMilliseconds ?? 0, MAX_RETRY_AFTER_MILLISECONDS));
}
