import { HISTORY_RANGES, type HistoryRange } from '@silt/domain';

export const RANGES = Object.keys(HISTORY_RANGES) as HistoryRange[];
export const DEFAULT_RANGE: HistoryRange = '24h';
/** About one bucket for two pixels of the widest chart. */
export const HISTORY_POINTS = 600;
/** Areas are drawn coarser: what is held moves with the slow beat. */
export const HOLDINGS_POINTS = 180;
/** Of the store's items, the largest. */
export const TOP_ITEMS = 10;

/** The range in the address; the default where it holds none that there is. */
export const readRange = (value: string | null): HistoryRange =>
  RANGES.find((range) => range === value) ?? DEFAULT_RANGE;
