'use client';
import type { HistoryRange } from '@silt/domain';
import { usePathname, useSearchParams } from 'next/navigation';
import { withParameter } from '../../shared/as-of/moment-in-address.ts';
import { DEFAULT_RANGE, readRange } from './range.ts';

/** The range of history, kept in the address without asking the server for the page again. */
export function useRange(): [HistoryRange, (range: HistoryRange) => void] {
  const range = readRange(useSearchParams().get('range'));
  const path = usePathname();
  const change = (next: HistoryRange): void => {
    const latest = new URLSearchParams(window.location.search);
    window.history.replaceState(null, '', path + withParameter(latest, 'range', next === DEFAULT_RANGE ? null : next));
  };
  return [range, change];
}
