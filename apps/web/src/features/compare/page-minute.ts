const MINUTE_MILLISECONDS = 60_000;

/** The minute in which a page was made: what its server and its browser both call now. Milliseconds since the epoch in. */
export const pageMinute = (now: number): string =>
  new Date(Math.floor(now / MINUTE_MILLISECONDS) * MINUTE_MILLISECONDS).toISOString();
