import type { FindingMatch } from '@silt/db';
import { MAX_FINDINGS_OFFSET } from '@silt/domain';
import { isId } from '../../collectors/collector-context.ts';
import { ServiceError } from '../../service-error.ts';
import type { FindingFilter } from '../../web-services.ts';
import { rulesNamed } from './finding-texts.ts';

/** Errors: `bad-input` for a host id that is none. */
export function findingMatchOf({ language, severities, text, rule, hostId, storeKey }: FindingFilter): FindingMatch {
  if (hostId !== undefined && !isId(hostId)) throw new ServiceError('bad-input', 'That is no id of a host.');
  const words = (text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return {
    words: [...new Set(words)].map((word) => ({ text: word, rules: rulesNamed(word, language) })),
    severities: severities ?? [],
    rule: rule ?? null,
    hostId: hostId ?? null,
    storeKey: storeKey ?? null,
  };
}

/** Errors: `bad-input`. */
export function checkPage({ offset, limit }: { offset: number; limit: number }, most: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > most)
    throw new ServiceError('bad-input', `Ask for 1 to ${most} at once.`);
  if (!Number.isInteger(offset) || offset < 0 || offset > MAX_FINDINGS_OFFSET)
    throw new ServiceError('bad-input', `Begin at 0 to ${MAX_FINDINGS_OFFSET}.`);
}
