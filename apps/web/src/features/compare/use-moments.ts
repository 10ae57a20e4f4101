'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { type AskedMoments, type Moments, readMoments, writeMoments } from './moments.ts';

/** The moments compared, kept in the address without asking the server for the page again. */
export function useMoments(openedAt: string): [AskedMoments, (next: Moments) => void] {
  const parameters = useSearchParams();
  const path = usePathname();
  const now = Math.max(Date.now(), Date.parse(openedAt));
  const asked = readMoments({ a: parameters.get('a'), b: parameters.get('b') }, openedAt, now);
  const change = (next: Moments): void => {
    const text = writeMoments(new URLSearchParams(window.location.search), next);
    window.history.replaceState(null, '', path + text);
  };
  return [asked, change];
}
