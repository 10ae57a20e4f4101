'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { type FleetQuery, readFleetQuery, writeFleetQuery } from './fleet-query.ts';

/** What the address asks for; a change is written there without asking the server for the page again. */
export function useFleetQuery(): [FleetQuery, (change: Partial<FleetQuery>) => void] {
  const parameters = useSearchParams();
  const path = usePathname();
  const query = useMemo(() => readFleetQuery(parameters), [parameters]);
  const change = (next: Partial<FleetQuery>): void => {
    window.history.replaceState(null, '', path + writeFleetQuery({ ...query, ...next }));
  };
  return [query, change];
}
