import type { FindingGrouping, FindingListName } from '@silt/domain';
import type { Language, Severity } from '@silt/domain/findings';
import type { FindingsPageQuery } from './findings-query.ts';

/** Groups, and findings of one group, that are shown before more is asked for. */
export const PAGE_GROUPS = 50;
export const PAGE_FINDINGS = 25;

interface FilterInput {
  list: FindingListName;
  language: Language;
  severities?: Severity[];
  text?: string;
  rule?: string;
  hostId?: string;
  storeKey?: string;
  offset: number;
  limit: number;
}

const filterOf = ({ list, text, severities, rule, hostId, storeKey }: FindingsPageQuery) => ({
  list,
  ...(text.trim() === '' ? {} : { text }),
  ...(severities.length === 0 ? {} : { severities: [...severities] }),
  ...(rule === null ? {} : { rule }),
  ...(hostId === null ? {} : { hostId }),
  ...(storeKey === null ? {} : { storeKey }),
});

/** A page of groups. The same for the same query, on the server and in the browser. */
export const groupsInput = (
  query: FindingsPageQuery,
  language: Language,
  page: number,
): FilterInput & { by: FindingGrouping } => ({
  ...filterOf(query),
  ...{ by: query.by, language, offset: page * PAGE_GROUPS, limit: PAGE_GROUPS },
});

/** A page of the findings of one group. */
export const groupListInput = (
  query: FindingsPageQuery,
  language: Language,
  key: string,
  page: number,
): FilterInput => ({
  ...filterOf(query),
  ...(query.by === 'rule' ? { rule: key } : { hostId: key }),
  ...{ language, offset: page * PAGE_FINDINGS, limit: PAGE_FINDINGS },
});

/** Of all that stands: figures by severity, and how many hosts have any. */
export const summaryInput = (language: Language): FilterInput & { by: FindingGrouping } => ({
  ...{ list: 'standing', by: 'host', language, offset: 0, limit: 1 },
});

/** The first host with the number of all. */
export const HOSTS_INPUT = { sort: 'days-left', descending: false, offset: 0, limit: 1 } as const;

/** Equal for queries whose lists have the same groups. */
export const listKey = (query: FindingsPageQuery): string => JSON.stringify([query.by, filterOf(query)]);
