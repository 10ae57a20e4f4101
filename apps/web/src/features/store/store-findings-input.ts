import type { Language } from '@silt/domain/findings';

/** Shown of a store; the page of findings has the others. */
export const STORE_FINDINGS = 50;

/** Figures of those that stand. */
export const storeSumInput = (hostId: string, storeKey: string, language: Language) => ({
  ...{ hostId, storeKey, list: 'standing' as const, by: 'host' as const, language, offset: 0, limit: 1 },
});

/** Those that stand; the same on the server and in the browser. */
export const storeFindingsInput = (hostId: string, storeKey: string, language: Language) => ({
  ...{ hostId, storeKey, list: 'standing' as const, language, offset: 0, limit: STORE_FINDINGS },
});
