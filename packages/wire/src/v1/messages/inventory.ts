import { ITEM_KINDS, SCOPE_STATUSES } from '@silt/domain';
import * as z from 'zod/mini';
import {
  MAX_ATTRIBUTE_CHARACTERS,
  MAX_INVENTORY_PARTS,
  MAX_ITEM_ATTRIBUTES,
  MAX_ITEM_KEY_CHARACTERS,
  MAX_PART_ITEMS,
  MAX_REASON_CHARACTERS,
  MAX_SCOPES,
} from '../limits.ts';
import { listOf, moment, name, positive, textOf, whole } from '../schema-parts.ts';

/** Of an item's key and of a scope's name. */
export const itemKeySchema = textOf(MAX_ITEM_KEY_CHARACTERS).check(z.minLength(1));
const attribute = z.nullable(z.union([textOf(MAX_ATTRIBUTE_CHARACTERS), z.number(), z.boolean()]));

export const itemSchema = z
  .object({
    key: itemKeySchema,
    kind: z.enum(ITEM_KINDS),
    name,
    scope: itemKeySchema,
    storeKey: z.nullable(name),
    parentKey: z.nullable(itemKeySchema),
    ownerKey: z.nullable(itemKeySchema),
    sizeBytes: z.nullable(whole),
    counted: z.boolean(),
    leastBytes: z.nullable(whole),
    mostBytes: z.nullable(whole),
    state: z.nullable(textOf(MAX_REASON_CHARACTERS)),
    attributes: z
      .record(textOf(64).check(z.minLength(1)), attribute)
      .check(z.refine((all) => Object.keys(all).length <= MAX_ITEM_ATTRIBUTES, 'has too many attributes')),
  })
  .check(
    z.refine(
      ({ leastBytes: least, mostBytes: most }) => (least === null ? most === null : most !== null && least <= most),
      'holds more for certain than at the most',
    ),
  );

export const scopeSchema = z.object({
  name: itemKeySchema,
  status: z.enum(SCOPE_STATUSES),
  reason: z.nullable(textOf(MAX_REASON_CHARACTERS)),
});

/**
 * One part of what a slow beat tells. The parts of one inventory have sequences one after the other, and it is applied
 * when the last one is there.
 */
export const inventorySchema = z
  .object({
    type: z.literal('inventory'),
    sequence: positive,
    takenAt: moment,
    bootId: name,
    uptimeMilliseconds: whole,
    /** Sequence of the last part of the inventory produced before, which this one changes; null = this is a full one. */
    baseSequence: z.nullable(positive),
    /** From 1. */
    part: positive,
    parts: positive.check(z.maximum(MAX_INVENTORY_PARTS)),
    /** All of them, in the first part; empty in the others. */
    scopes: listOf(scopeSchema, MAX_SCOPES),
    /** Of a full one all items, of another one those that are new or changed. */
    items: listOf(itemSchema, MAX_PART_ITEMS),
    /** Keys; empty in a full one, which does not name what is gone. */
    removed: listOf(itemKeySchema, MAX_PART_ITEMS),
  })
  .check(z.refine(({ part, parts }) => part <= parts, 'is a part beyond the last one'));

export type InventoryMessage = z.infer<typeof inventorySchema>;
