import type { FleetSort } from '@silt/domain';
import { DEFAULT_SORT, type FleetQuery } from './fleet-query.ts';

/** What is first where a column is chosen: the most of these, the least of all others. */
const DESCENDING_FIRST: readonly FleetSort[] = ['fill', 'growth', 'last-seen'];

/** The order after a click on a column's head: its own, then the other way round, then the default one. */
export function nextSort(sort: FleetQuery['sort'], column: FleetSort): FleetQuery['sort'] {
  const first = DESCENDING_FIRST.includes(column);
  if (sort.column !== column) return { column, descending: first };
  return sort.descending === first ? { column, descending: !first } : DEFAULT_SORT;
}
