import {
  COLLECTOR_FORMS,
  FINDING_GROUPINGS,
  FINDING_LISTS,
  FLEET_SORTS,
  GROWER_RANGES,
  type GrowerRange,
  HISTORY_RANGES,
  type HistoryRange,
  isTag,
  MAX_API_KEY_DAYS,
  MAX_BACKTEST_HORIZONS,
  MAX_FAST_BEAT_SECONDS,
  MAX_FINDING_GROUPS,
  MAX_FINDINGS_OFFSET,
  MAX_FLEET_OFFSET,
  MAX_FLEET_PAGE,
  MAX_GROWERS,
  MAX_HORIZON_DAYS,
  MAX_LISTED_COLLECTORS,
  MAX_LISTED_EVENTS,
  MAX_LISTED_FINDINGS,
  MAX_MUTE_REASON_CHARACTERS,
  MAX_SILENT_HOURS,
  MAX_SLOW_BEAT_SECONDS,
  MAX_TAGS,
  MAX_TOKEN_USES,
  MIN_FAST_BEAT_SECONDS,
  MIN_HORIZON_DAYS,
  MIN_SLOW_BEAT_SECONDS,
  STATES,
} from '@silt/domain';
import { LANGUAGES, SEVERITIES } from '@silt/domain/findings';
import { z } from 'zod';
import {
  MAX_FILTER_LENGTH,
  MAX_FINDING_NO,
  MAX_HISTORY_POINTS,
  MAX_INVENTORY_ITEMS,
  MAX_RULE_ID_LENGTH,
  MAX_STORE_KEY_LENGTH,
  MIN_HISTORY_POINTS,
} from './limits.ts';

/** ISO 8601 with an offset. */
const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const storeKey = z.string().min(1).max(MAX_STORE_KEY_LENGTH);

export const hostInput = z.strictObject({ hostId: z.uuid() });

export const hostAtInput = hostInput.extend({ at: moment.optional() });

const storeInput = z.strictObject({ hostId: z.uuid(), storeKey });

export const storeAtInput = storeInput.extend({ at: moment.optional() });

export const historyInput = storeInput.extend({
  range: z.enum(Object.keys(HISTORY_RANGES) as HistoryRange[]),
  points: z.int().min(MIN_HISTORY_POINTS).max(MAX_HISTORY_POINTS),
  at: moment.optional(),
});

export const inventoryInput = hostAtInput.extend({
  storeKey: storeKey.optional(),
  limit: z.int().min(1).max(MAX_INVENTORY_ITEMS),
});

export const compareInput = hostInput.extend({ storeKey: storeKey.nullable(), a: moment, b: moment });

export const fleetPageInput = z
  .strictObject({
    sort: z.enum(FLEET_SORTS),
    descending: z.boolean(),
    text: z.string().max(MAX_FILTER_LENGTH).optional(),
    states: z.array(z.enum(STATES)).max(STATES.length).optional(),
    tag: z.string().min(1).max(MAX_FILTER_LENGTH).optional(),
    untagged: z.boolean().optional(),
    groupByTag: z.boolean().optional(),
    offset: z.int().min(0).max(MAX_FLEET_OFFSET),
    limit: z.int().min(1).max(MAX_FLEET_PAGE),
  })
  .refine(({ tag, untagged }) => tag === undefined || untagged !== true, 'is of a tag, or of none');

export const growersInput = z.strictObject({
  range: z.enum(Object.keys(GROWER_RANGES) as GrowerRange[]),
  limit: z.int().min(1).max(MAX_GROWERS),
});

export const eventsInput = hostAtInput.extend({ limit: z.int().min(1).max(MAX_LISTED_EVENTS) });

const language = z.enum(LANGUAGES);

const findingFilter = z.strictObject({
  list: z.enum(FINDING_LISTS),
  language,
  severities: z.array(z.enum(SEVERITIES)).max(SEVERITIES.length).optional(),
  text: z.string().max(MAX_FILTER_LENGTH).optional(),
  rule: z.string().min(1).max(MAX_RULE_ID_LENGTH).optional(),
  hostId: z.uuid().optional(),
  storeKey: storeKey.optional(),
  offset: z.int().min(0).max(MAX_FINDINGS_OFFSET),
});

export const findingsInput = findingFilter.extend({ limit: z.int().min(1).max(MAX_LISTED_FINDINGS) });

export const findingGroupsInput = findingFilter.extend({
  by: z.enum(FINDING_GROUPINGS),
  limit: z.int().min(1).max(MAX_FINDING_GROUPS),
});

export const findingAddressInput = z.strictObject({ hostId: z.uuid(), findingNo: z.int().min(0).max(MAX_FINDING_NO) });

export const findingInput = findingAddressInput.extend({ language });

export const blindnessInput = hostInput.extend({ language });

/** The white space around a reason does not count; what is much longer is not looked at. */
export const muteInput = findingAddressInput.extend({
  reason: z.string().max(2 * MAX_MUTE_REASON_CHARACTERS),
  until: moment.nullable(),
});

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

/** The empty one is every host. */
const settingTag = z.string().refine((text) => text === '' || isTag(text), 'is no tag');

export const tagSettingInput = z.strictObject({
  tag: settingTag,
  horizonDays: z.int().min(MIN_HORIZON_DAYS).max(MAX_HORIZON_DAYS).nullable(),
  fastBeatSeconds: z.int().min(MIN_FAST_BEAT_SECONDS).max(MAX_FAST_BEAT_SECONDS).nullable(),
  slowBeatSeconds: z.int().min(MIN_SLOW_BEAT_SECONDS).max(MAX_SLOW_BEAT_SECONDS).nullable(),
});

export const tagOfSettingInput = z.strictObject({ tag: settingTag });

const isoMoment = z.iso.datetime({ offset: true });

export const backtestInput = z.strictObject({
  hostId: z.uuid().nullable(),
  storeKey: storeKey.nullable(),
  tag: tag.nullable(),
  from: isoMoment,
  to: isoMoment,
  horizonsDays: z.array(z.number().min(MIN_HORIZON_DAYS).max(MAX_HORIZON_DAYS)).min(1).max(MAX_BACKTEST_HORIZONS),
});

export const backtestIdInput = z.strictObject({ backtestId: z.uuid() });

export const newApiKeyInput = z.strictObject({
  name: z.string().max(MAX_FILTER_LENGTH),
  days: z.int().min(1).max(MAX_API_KEY_DAYS).nullable(),
});

export const apiKeyInput = z.strictObject({ keyId: z.uuid() });
