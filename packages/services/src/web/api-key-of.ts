import { API_KEY_PREFIX } from '@silt/domain';

const BEARER = /^bearer +(\S+) *$/i;

/**
 * The API key that a request names: `x-api-key`, or `Authorization: Bearer silt_key_…`. null = none; a bearer token of
 * another kind is none, since a proxy before Silt may have put it there.
 */
export function apiKeyOf(headers: Headers): string | null {
  const named = headers.get('x-api-key');
  if (named !== null) return named.trim();
  const bearer = BEARER.exec(headers.get('authorization') ?? '')?.[1];
  return bearer?.startsWith(API_KEY_PREFIX) ? bearer : null;
}
