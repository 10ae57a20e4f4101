import type { Language, Severity } from '@silt/domain/findings';

/** Told over the list of hosts. */
export const WORST_FINDINGS = 2;

const SEVERITIES: Severity[] = ['critical', 'warning'];

/** The same on the server and in the browser. */
export const worstFindingsInput = (language: Language) => ({
  ...{ list: 'standing' as const, language, severities: SEVERITIES, offset: 0, limit: WORST_FINDINGS },
});
