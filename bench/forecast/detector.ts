/** What a detector says at a moment. Hours from then until full; null = it gives none. */
export interface Said {
  alarm: boolean;
  p10: number | null;
  p50: number | null;
  p90: number | null;
}

/** One detector that looks at one resource. It is shown samples with rising times, and asked in between. */
export interface Watch {
  /** @param at seconds; `capacityBytes` is what `usedBytes` could have grown to at that moment, > 0 */
  see(at: number, usedBytes: number, capacityBytes: number): void;
  /** @param now seconds, later than all that was seen */
  say(now: number): Said;
}

export interface Detector {
  name: string;
  start(): Watch;
}

/** What it says before it can say anything. */
export const SILENT: Said = { alarm: false, p10: null, p50: null, p90: null };

/** Where a horizon is needed and the definition gives none. */
export const HORIZON_HOURS = 7 * 24;
/** Of the regressions, as of Checkmk and `predict_linear`: further ahead they cry wolf several times as often. */
export const TREND_HORIZON_HOURS = 72;
