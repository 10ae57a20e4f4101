import { type FleetRow, STATES } from '@silt/domain';
import type { FleetQuery, SortColumn } from './fleet-query.ts';

/** Every word of the filter must be in a host's name, tags, back ends or fullest store. */
export function matches(row: FleetRow, { text, states }: Pick<FleetQuery, 'text' | 'states'>): boolean {
  if (states.length > 0 && !states.includes(row.state)) return false;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const searched = [row.name, ...row.tags, ...row.backEnds, row.fullest?.storeName ?? ''].join('\n').toLowerCase();
  return words.every((word) => searched.includes(word));
}

/** What a column sorts by; null = not known, which stands last whichever way the column is sorted. */
export const SORT_VALUES: Record<SortColumn, (row: FleetRow) => number | string | null> = {
  state: (row) => STATES.indexOf(row.state),
  name: (row) => row.name,
  backEnds: (row) => (row.backEnds.length > 0 ? row.backEnds.join(' ') : null),
  fill: (row) => row.fullest?.fill ?? null,
  growth: (row) => row.growth?.perDay ?? null,
  lastSeen: (row) => row.lastSeenAt,
  coverage: (row) => (row.coverage.total > 0 ? row.coverage.read / row.coverage.total : null),
};

/** Hosts in the order of a column; equals by fill, fullest first, then by name, so that rows do not jump. */
export function compareRows(a: FleetRow, b: FleetRow, { column, descending }: FleetQuery['sort']): number {
  const first = compareValues(SORT_VALUES[column](a), SORT_VALUES[column](b), descending);
  if (first !== 0) return first;
  const byFill = compareValues(SORT_VALUES.fill(a), SORT_VALUES.fill(b), true);
  return byFill !== 0 ? byFill : a.name.localeCompare(b.name, 'en', { numeric: true });
}

function compareValues(a: number | string | null, b: number | string | null, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const order =
    typeof a === 'string' || typeof b === 'string'
      ? String(a).localeCompare(String(b), 'en', { numeric: true })
      : a - b;
  return descending ? -order : order;
}
