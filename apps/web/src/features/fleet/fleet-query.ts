import { STATES, type State } from '@silt/domain';

export const COLUMNS = ['state', 'name', 'backEnds', 'fill', 'growth', 'lastSeen', 'coverage'] as const;
/** The columns that the table can be sorted by. */
export type SortColumn = (typeof COLUMNS)[number];

export interface FleetQuery {
  text: string;
  /** Empty = all. */
  states: State[];
  sort: { column: SortColumn; descending: boolean };
}

/** Worst state first. */
export const DEFAULT_SORT: FleetQuery['sort'] = { column: 'state', descending: false };
const MAX_TEXT_LENGTH = 200;

/** What the address says; what it says wrongly is left out. */
export function readFleetQuery(parameters: URLSearchParams): FleetQuery {
  const asked = parameters.get('state')?.split(',') ?? [];
  const sort = parameters.get('sort') ?? '';
  const column = COLUMNS.find((name) => name === sort.replace(/^-/, ''));
  return {
    text: (parameters.get('q') ?? '').slice(0, MAX_TEXT_LENGTH),
    states: STATES.filter((state) => asked.includes(state)),
    sort: column ? { column, descending: sort.startsWith('-') } : DEFAULT_SORT,
  };
}

/** The address of a query, without what is as it is by default: `?q=ci&state=critical`. */
export function writeFleetQuery({ text, states, sort }: FleetQuery): string {
  const parts: string[] = [];
  if (text) parts.push(`q=${encodeURIComponent(text.slice(0, MAX_TEXT_LENGTH))}`);
  if (states.length > 0) parts.push(`state=${states.join(',')}`);
  if (sort.column !== DEFAULT_SORT.column || sort.descending)
    parts.push(`sort=${sort.descending ? '-' : ''}${sort.column}`);
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}
