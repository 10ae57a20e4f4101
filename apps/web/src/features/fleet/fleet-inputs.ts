import type { FleetSort, State } from '@silt/domain';
import { PAGE_HOSTS, type PageOfTag } from './fleet-places.ts';
import type { FleetQuery } from './fleet-query.ts';

interface FleetInput {
  sort: FleetSort;
  descending: boolean;
  text?: string;
  states?: State[];
  tag?: string;
  untagged?: boolean;
  groupByTag?: boolean;
  offset: number;
  limit: number;
}

const filterOf = ({ sort, text, states, tag }: FleetQuery) => ({
  sort: sort.column,
  descending: sort.descending,
  ...(text.trim() === '' ? {} : { text }),
  ...(states.length === 0 ? {} : { states: [...states] }),
  ...(tag === null ? {} : { tag }),
});

/** What a page of hosts is asked for with. The same for the same query, on the server and in the browser. */
export const pageInput = (query: FleetQuery, { tag, page }: PageOfTag): FleetInput => ({
  ...filterOf(query),
  ...(tag === null ? {} : { tag }),
  ...(tag === null && query.groupByTag ? { untagged: true } : {}),
  offset: page * PAGE_HOSTS,
  limit: PAGE_HOSTS,
});

/** Tags with their hosts; the one host that comes with them is not shown. */
export const groupsInput = (query: FleetQuery): FleetInput => ({
  ...filterOf(query),
  groupByTag: true,
  offset: 0,
  limit: 1,
});

/** Equal for queries whose lists have the same hosts in the same order. */
export const listKey = (query: FleetQuery): string => JSON.stringify([query.groupByTag, filterOf(query)]);
