const ERROR_KEYS = [
  'NOT_FOUND',
  'BAD_REQUEST',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'SERVICE_UNAVAILABLE',
  'OTHER',
  'OFFLINE',
] as const;
export type ErrorKey = (typeof ERROR_KEYS)[number];

/** The code that the server gave to a failed call; null when no answer came. */
function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('data' in error)) return null;
  const { data } = error;
  return typeof data === 'object' && data !== null && 'code' in data && typeof data.code === 'string'
    ? data.code
    : null;
}

/** Key of the sentence that says what went wrong. */
export function errorKey(error: unknown): ErrorKey {
  const code = codeOf(error);
  if (code === null) return 'OFFLINE';
  return ERROR_KEYS.find((key) => key === code) ?? 'OTHER';
}

const CHANGE_ERROR_KEYS = [...ERROR_KEYS, 'CONFLICT'] as const;

/** Key of the sentence that says why a change was not made. */
export function changeErrorKey(error: unknown): (typeof CHANGE_ERROR_KEYS)[number] {
  return codeOf(error) === 'CONFLICT' ? 'CONFLICT' : errorKey(error);
}

/** Trying again cannot help where the server understood and said no. */
export function mayRetry(error: unknown): boolean {
  const key = errorKey(error);
  return key === 'OFFLINE' || key === 'OTHER' || key === 'SERVICE_UNAVAILABLE';
}
