/** Narrow checks of what a daemon answers: it may be another program, or one in a container that means ill. */
export type Fields = Record<string, unknown>;

const MAX_TEXT = 4_096;

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

/** null = no text, an empty one, one with a NUL, or one beyond all reason. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT && !value.includes('\0') ? value : null;
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
  if (time === null || Number.isNaN(time.getTime()) || time.getTime() <= 0) return null;
  return time.toISOString();
}
