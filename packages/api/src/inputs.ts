import { HISTORY_RANGES, type HistoryRange } from '@silt/domain';
import { z } from 'zod';
import { MAX_HISTORY_POINTS, MAX_STORE_KEY_LENGTH, MIN_HISTORY_POINTS } from './limits.ts';

export const hostInput = z.strictObject({ hostId: z.uuid() });

export const storeInput = z.strictObject({
  hostId: z.uuid(),
  storeKey: z.string().min(1).max(MAX_STORE_KEY_LENGTH),
});

export const historyInput = storeInput.extend({
  range: z.enum(Object.keys(HISTORY_RANGES) as HistoryRange[]),
  points: z.int().min(MIN_HISTORY_POINTS).max(MAX_HISTORY_POINTS),
});
