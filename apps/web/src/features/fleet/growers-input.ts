import type { OfferedGrowerRange } from './fleet-query.ts';

const SHOWN_GROWERS = 50;

/** The same on the server and in the browser. */
export const growersInput = (range: OfferedGrowerRange) => ({ range, limit: SHOWN_GROWERS });
