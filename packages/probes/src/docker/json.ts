import { MAX_TEXT_CHARACTERS, storableText } from '../storable-text.ts';

/** Narrow checks of what a daemon answers: it may be another program, or one in a container that means ill. */
export type Fields = Record<string, unknown>;

/** Beyond it ISO 8601 takes more than four digits (ECMA-262, expanded years), which nobody reads. */
const LAST_TIME = Date.UTC(9999, 11, 31, 23, 59, 59);

/** null = no JSON. */
export function parseJson(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** null = no JSON object. */
export function parseObject(text: string): Fields | null {
  return objectOf(parseJson(text)?.value);
}

export function objectOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

/** A list that is null or not there is empty: Go writes a nil slice as null. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A name or a path: null = no text, an empty one, one with a NUL, or one beyond all reason, which names nothing there is. */
export function textOf(value: unknown): string | null {
  const isText = typeof value === 'string' && value !== '' && value.length <= MAX_TEXT_CHARACTERS;
  return isText && !value.includes('\0') ? value.toWellFormed() : null;
}

/** Words for people, cut where they are too long; null = no text, or an empty one. */
export function wordsOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? storableText(value) : null;
}

export function flagOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

/** A whole number ≥ 0; Docker says −1 for what it did not count. */
export function wholeOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** ISO 8601 UTC of an RFC 3339 text or of seconds since 1970; null = none, as Go's year 1 is. */
export function timeOf(value: unknown): string | null {
  const isTime = typeof value === 'number' || (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value));
  const time = isTime ? new Date(typeof value === 'number' ? value * 1_000 : value) : null;
  if (time === null || Number.isNaN(time.getTime()) || time.getTime() <= 0 || time.getTime() > LAST_TIME) return null;
  return time.toISOString();
}
