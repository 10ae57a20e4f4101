import { MAX_HISTORY_POINTS, MAX_INVENTORY_ITEMS } from '@silt/services';

/** As long as the collectors' protocol lets a name be. */
export const MAX_STORE_KEY_LENGTH = 4_096;
/** Characters of what a list is filtered by. */
export const MAX_FILTER_LENGTH = 200;
/** Characters of a rule's id, more than any has. */
export const MAX_RULE_ID_LENGTH = 100;
/** As the database counts findings. */
export const MAX_FINDING_NO = 2 ** 31 - 1;
/** Fewer points than this draw no line worth looking at. */
export const MIN_HISTORY_POINTS = 2;
export { MAX_HISTORY_POINTS, MAX_INVENTORY_ITEMS };

/** Comment lines on an idle stream, so that proxies keep it open and a browser notices a dead one. */
export const PING_INTERVAL_MILLISECONDS = 10_000;
/** A browser that heard nothing for so long connects again. */
export const RECONNECT_AFTER_SILENCE_MILLISECONDS = 25_000;
/** A stream ends after this and the browser connects again, which looks at its session again. */
export const MAX_STREAM_MILLISECONDS = 10 * 60_000;
/** Calls in one request. */
export const MAX_BATCH_SIZE = 10;
