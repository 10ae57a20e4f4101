'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { type AsOfMoment, readAsOf, withParameter, writeMoment } from './moment-in-address.ts';

export interface AsOf extends AsOfMoment {
  /** ISO 8601 UTC; null = live. */
  setAt(next: string | null): void;
}

/** The moment that a page shows, kept in the address without asking the server for the page again. */
export function useAsOf(): AsOf {
  const path = usePathname();
  const parameters = useSearchParams();
  const raw = parameters.get('at');
  const moment = useMemo(() => readAsOf(raw, Date.now()), [raw]);
  const setAt = (next: string | null): void => {
    const latest = new URLSearchParams(window.location.search);
    const text = withParameter(latest, 'at', next === null ? null : writeMoment(next));
    window.history.replaceState(null, '', path + text);
  };
  return { ...moment, setAt };
}
