import type { ScopeView } from '@silt/domain';
import { age } from './words.ts';

/** What was not read in full, so that what is missing below it is not known to be gone. Null = all was. */
export function scopeLines(scopes: readonly ScopeView[], at: Date): string | null {
  const unread = scopes.filter(({ status }) => status !== 'complete');
  if (unread.length === 0) return null;
  const lines = unread.map(({ name, status, reason, readAt }) => {
    const last = readAt === null ? 'never in full' : `in full ${age(readAt, at)} before`;
    return `  ${name}: ${status === 'partial' ? 'in part' : 'not read'}, ${last}${reason === null ? '' : `: ${reason}`}`;
  });
  return ['Not read in full:', ...lines].join('\n');
}
