import { RECONNECT_MAXIMUM_MILLISECONDS, RECONNECT_MINIMUM_MILLISECONDS } from '../v1/limits.ts';

/** A server that asks for more than this is not believed. */
export const MAX_RETRY_AFTER_MILLISECONDS = 3_600_000;

/**
 * Milliseconds to wait before attempt `attempt` (1 = the first after a loss): exponential with full jitter, so that a
 * fleet that lost its server does not come back as one. What the server asked for comes before that.
 * `random`: 0 … 1.
 */
export function reconnectDelay(attempt: number, retryAfterMilliseconds: number | null, random: number): number {
  const ceiling = Math.min(RECONNECT_MAXIMUM_MILLISECONDS, RECONNECT_MINIMUM_MILLISECONDS * 2 ** attempt);
  const jittered = RECONNECT_MINIMUM_MILLISECONDS + random * (ceiling - RECONNECT_MINIMUM_MILLISECONDS);
  return Math.round(jittered + Math.min(retryAfterMilliseconds ?? 0, MAX_RETRY_AFTER_MILLISECONDS));
}
