import * as z from 'zod/mini';
import { MAX_INVENTORY_ITEMS, MAX_REASON_CHARACTERS } from '../limits.ts';
import { listOf, name, textOf, whole } from '../schema-parts.ts';

/** Entries of any list of a survey; the probes leave out what is beyond their own limits, which are lower. */
export const MAX_SURVEY_ENTRIES = MAX_INVENTORY_ITEMS;

export const list = <Item extends z.ZodMiniType>(item: Item) => listOf(item, MAX_SURVEY_ENTRIES);
/** null = not read. */
export const maybe = <Inner extends z.ZodMiniType>(inner: Inner) => z.nullable(inner);
export const flag = z.boolean();
export const maybeFlag = maybe(flag);
export const maybeName = maybe(name);
export const maybeWhole = maybe(whole);
export const reason = textOf(MAX_REASON_CHARACTERS);
/** An inode, in decimal, since overlay makes numbers beyond 2^53. */
export const inode = z.string().check(z.regex(/^\d{1,20}$/));
