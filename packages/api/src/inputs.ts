import {
  COLLECTOR_FORMS,
  HISTORY_RANGES,
  type HistoryRange,
  isTag,
  MAX_LISTED_COLLECTORS,
  MAX_LISTED_EVENTS,
  MAX_SILENT_HOURS,
  MAX_TAGS,
  MAX_TOKEN_USES,
} from '@silt/domain';
import { z } from 'zod';
import { MAX_FILTER_LENGTH, MAX_HISTORY_POINTS, MAX_STORE_KEY_LENGTH, MIN_HISTORY_POINTS } from './limits.ts';

export const hostInput = z.strictObject({ hostId: z.uuid() });

export const storeInput = z.strictObject({
  hostId: z.uuid(),
  storeKey: z.string().min(1).max(MAX_STORE_KEY_LENGTH),
});

export const historyInput = storeInput.extend({
  range: z.enum(Object.keys(HISTORY_RANGES) as HistoryRange[]),
  points: z.int().min(MIN_HISTORY_POINTS).max(MAX_HISTORY_POINTS),
});

export const eventsInput = hostInput.extend({ limit: z.int().min(1).max(MAX_LISTED_EVENTS) });

const tag = z.string().refine(isTag, 'is no tag');

export const collectorsInput = z.strictObject({
  retired: z.boolean(),
  text: z.string().max(MAX_FILTER_LENGTH),
  limit: z.int().min(1).max(MAX_LISTED_COLLECTORS),
});

export const tokenInput = z.strictObject({ tokenId: z.uuid() });

export const newTokenInput = z.strictObject({
  form: z.enum(COLLECTOR_FORMS),
  tags: z.array(tag).max(MAX_TAGS),
  uses: z.int().min(1).max(MAX_TOKEN_USES),
  hostId: z.uuid().nullable(),
});

export const expiryInput = z.strictObject({ tag, silentHours: z.int().min(1).max(MAX_SILENT_HOURS) });

export const expiryTagInput = z.strictObject({ tag });
