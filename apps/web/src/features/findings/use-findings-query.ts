'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { type FindingsPageQuery, type QueryChange, readFindingsQuery, writeFindingsQuery } from './findings-query.ts';

/** What the address asks for; a change is written there without asking the server for the page again. */
export function useFindingsQuery(): [FindingsPageQuery, (change: QueryChange) => void] {
  const parameters = useSearchParams();
  const path = usePathname();
  const query = useMemo(() => readFindingsQuery(parameters), [parameters]);
  const change = (next: QueryChange): void => {
    // Not what is drawn, which may be a click behind.
    const now = readFindingsQuery(new URLSearchParams(window.location.search));
    const changed = typeof next === 'function' ? next(now) : next;
    window.history.replaceState(null, '', path + writeFindingsQuery({ ...now, ...changed }));
  };
  return [query, change];
}
