'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { type InventoryQuery, readInventoryQuery, writeInventoryQuery } from './inventory-query.ts';

/** Filter and order of the inventory, kept in the address without asking the server for the page again. */
export function useInventoryQuery(): [InventoryQuery, (change: Partial<InventoryQuery>) => void] {
  const parameters = useSearchParams();
  const path = usePathname();
  const query = useMemo(() => readInventoryQuery(parameters), [parameters]);
  const change = (next: Partial<InventoryQuery>): void => {
    const latest = new URLSearchParams(window.location.search);
    const written = writeInventoryQuery(latest, { ...readInventoryQuery(latest), ...next });
    window.history.replaceState(null, '', path + written + window.location.hash);
  };
  return [query, change];
}
