'use client';
import type { FleetRow } from '@silt/domain';
import { useRouter, useSearchParams } from 'next/navigation';
import { type KeyboardEvent, useState } from 'react';
import { hostPath } from '../../shared/format/host-path.ts';

const PAGE_ROWS = 20;
const STEP: Record<string, number> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: PAGE_ROWS,
  PageUp: -PAGE_ROWS,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};
const SELECTED = 'host';
const FOCUS_TRIES = 5;

/** Focuses a row that scrolling may bring into the page only some frames later. */
function focusRow(index: number, triesLeft = FOCUS_TRIES): void {
  const row = document.querySelector<HTMLElement>(`tr[data-index="${index}"]`);
  if (row) row.focus();
  else if (triesLeft > 0) requestAnimationFrame(() => focusRow(index, triesLeft - 1));
}

/** One selected row: arrows move it, Enter opens it, and the address keeps it for the way back. */
export function useRowSelection(rows: readonly FleetRow[], scrollTo: (index: number) => void) {
  const router = useRouter();
  const parameters = useSearchParams();
  const [selectedId, select] = useState(parameters.get(SELECTED));
  const selected = rows.findIndex((row) => row.hostId === selectedId);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEP[event.key];
    if (step === undefined || rows.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = Math.min(rows.length - 1, Math.max(0, selected + step));
    const row = rows[next];
    if (!row) return;
    select(row.hostId);
    scrollTo(next);
    focusRow(next);
  };
  const open = (hostId: string): void => {
    const address = new URL(window.location.href);
    address.searchParams.set(SELECTED, hostId);
    window.history.replaceState(null, '', address);
    router.push(hostPath(hostId));
  };
  return { selectedId, focusableId: rows[Math.max(0, selected)]?.hostId, select, onKeyDown, open };
}
