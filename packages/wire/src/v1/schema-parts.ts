import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { MAX_NAME_CHARACTERS } from './limits.ts';

// The small form of the library, since a collector holds it for ever; it has no words of its own for what is wrong.
z.config(en());

/** Postgres text holds neither NUL nor half a surrogate pair; no name on Linux has the one, no UTF-8 the other. */
const storable = (value: string): boolean => !value.includes('\0') && value.isWellFormed();

/** @param most characters. */
export const textOf = (most: number) =>
  z.string().check(z.maxLength(most), z.refine(storable, 'holds a NUL or half a surrogate pair'));
export const text = textOf(MAX_NAME_CHARACTERS);
export const name = text.check(z.minLength(1));
export const whole = z.int().check(z.minimum(0));
export const positive = z.int().check(z.minimum(1));
export const moment = z.iso.datetime();
export const listOf = <Item extends z.ZodMiniType>(item: Item, most: number) => z.array(item).check(z.maxLength(most));
/** Names of what a peer can do; those that the other one does not know are left alone. */
export const capabilities = listOf(z.string().check(z.maxLength(64)), 64);
export const base64url = (bytes: number) =>
  z.string().check(z.regex(new RegExp(`^[\\w-]{${Math.ceil((bytes * 4) / 3)}}$`)));
