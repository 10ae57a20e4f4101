import type { FindingListName } from '@silt/domain';
import type { Language } from '@silt/domain/findings';

/** Read of each list of a host; the page of findings has the others. */
export const HOST_FINDINGS = 50;

/** The same on the server and in the browser. */
export const hostFindingsInput = (hostId: string, list: FindingListName, language: Language) => ({
  ...{ hostId, list, language, offset: 0, limit: HOST_FINDINGS },
});
