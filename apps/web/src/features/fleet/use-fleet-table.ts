'use client';
import { FLEET_SORTS, type FleetRow } from '@silt/domain';
import { getCoreRowModel, type SortingState, type Table, useReactTable } from '@tanstack/react-table';
import { useMemo } from 'react';
import { fleetColumns } from './fleet-columns.tsx';
import { DEFAULT_SORT, type FleetQuery } from './fleet-query.ts';

/** The table model over the rows that are read, each under its place; a head cell changes the order in the address. */
export function useFleetTable(
  loaded: ReadonlyMap<number, FleetRow>,
  sort: FleetQuery['sort'],
  change: (next: Partial<FleetQuery>) => void,
): Table<FleetRow> {
  const sorting: SortingState = [{ id: sort.column, desc: sort.descending }];
  const data = useMemo(() => [...loaded.values()], [loaded]);
  const places = useMemo(() => [...loaded.keys()], [loaded]);
  return useReactTable({
    data,
    columns: fleetColumns,
    state: { sorting },
    manualSorting: true,
    enableMultiSort: false,
    getCoreRowModel: getCoreRowModel(),
    getRowId: (_, index) => String(places[index]),
    onSortingChange: (next) => {
      const [first] = typeof next === 'function' ? next(sorting) : next;
      const column = FLEET_SORTS.find((name) => name === first?.id);
      change({ sort: column && first ? { column, descending: first.desc } : DEFAULT_SORT });
    },
  });
}
