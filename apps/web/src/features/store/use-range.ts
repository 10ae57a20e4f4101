'use client';
import type { HistoryRange } from '@silt/domain';
import { usePathname, useSearchParams } from 'next/navigation';
import { DEFAULT_RANGE, readRange } from './range.ts';

/** The range of history, kept in the address without asking the server for the page again. */
export function useRange(): [HistoryRange, (range: HistoryRange) => void] {
  const range = readRange(useSearchParams().get('range'));
  const path = usePathname();
  const change = (next: HistoryRange): void => {
    window.history.replaceState(null, '', next === DEFAULT_RANGE ? path : `${path}?range=${next}`);
  };
  return [range, change];
}
