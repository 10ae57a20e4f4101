'use client';
import type { FleetRow } from '@silt/domain';
import { getCoreRowModel, type SortingState, type Table, useReactTable } from '@tanstack/react-table';
import { fleetColumns } from './fleet-columns.tsx';
import { COLUMNS, DEFAULT_SORT, type FleetQuery } from './fleet-query.ts';

/** The table model over rows that are filtered and in order already; a head cell changes the order in the address. */
export function useFleetTable(
  rows: FleetRow[],
  sort: FleetQuery['sort'],
  change: (next: Partial<FleetQuery>) => void,
): Table<FleetRow> {
  const sorting: SortingState = [{ id: sort.column, desc: sort.descending }];
  return useReactTable({
    data: rows,
    columns: fleetColumns,
    state: { sorting },
    manualSorting: true,
    enableMultiSort: false,
    getCoreRowModel: getCoreRowModel(),
    getRowId: (row) => row.hostId,
    onSortingChange: (next) => {
      const [first] = typeof next === 'function' ? next(sorting) : next;
      const column = COLUMNS.find((name) => name === first?.id);
      change({ sort: column && first ? { column, descending: first.desc } : DEFAULT_SORT });
    },
  });
}
