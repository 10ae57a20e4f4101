import type { Grower } from '@silt/domain';
import { storePath } from '../../shared/format/host-path.ts';

/**
 * The page that says what made the difference: from the end of the grower's first day until now. A first day that is not
 * over yet is left out, and the page takes its own. `now`: milliseconds since the epoch.
 */
export function comparePath(
  { hostId, storeKey, from }: Pick<Grower, 'hostId' | 'storeKey' | 'from'>,
  now: number,
): string {
  const path = `${storePath(hostId, storeKey)}/compare`;
  const a = `${from.day}T23:59Z`;
  return Date.parse(a) < now ? `${path}?a=${a}` : path;
}
