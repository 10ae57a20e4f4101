export const TIME_ZONE_COOKIE = 'silt-time-zone';
const MAX_TIME_ZONE_LENGTH = 64;

/** The zone that the browser said last time; UTC when it said none, or one that this server does not know. */
export function readTimeZone(cookie: string | undefined): string {
  if (cookie === undefined || cookie.length > MAX_TIME_ZONE_LENGTH) return 'UTC';
  try {
    return new Intl.DateTimeFormat('en', { timeZone: decodeURIComponent(cookie) }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
