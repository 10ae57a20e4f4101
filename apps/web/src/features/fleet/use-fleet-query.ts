'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { type FleetQuery, type QueryChange, readFleetQuery, writeFleetQuery } from './fleet-query.ts';

/** What the address asks for; a change is written there without asking the server for the page again. */
export function useFleetQuery(): [FleetQuery, (change: QueryChange) => void] {
  const parameters = useSearchParams();
  const path = usePathname();
  const query = useMemo(() => readFleetQuery(parameters), [parameters]);
  const change = (next: QueryChange): void => {
    // Not what is drawn, which may be a click behind.
    const now = readFleetQuery(new URLSearchParams(window.location.search));
    const changed = typeof next === 'function' ? next(now) : next;
    window.history.replaceState(null, '', path + writeFleetQuery({ ...now, ...changed }));
  };
  return [query, change];
}
