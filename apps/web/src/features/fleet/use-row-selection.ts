'use client';
import { useRouter, useSearchParams } from 'next/navigation';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { hostPath } from '../../shared/format/host-path.ts';
import type { FleetList } from './use-fleet-list.ts';

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
const FOCUS_TRIES = 12;

/** What rows call; the same for the life of the table, so that a row is drawn again only when it changes. */
export interface RowActions {
  select(index: number): void;
  /** Opens a host, opens or folds a group. */
  open(index: number): void;
}

interface Selected {
  /** null = a host that is not read yet. */
  id: { host: string } | { groupOf: string | null } | null;
  /** Where it was last. */
  index: number;
}

interface SelectionOptions {
  list: FleetList;
  scrollTo(index: number): void;
  /** Places in the page, about; of a list of many others the selected row may be far from them. */
  range: { first: number; last: number };
  turn(tag: string | null): void;
}

/** Focuses a row that scrolling may bring into the page only some frames later. */
function focusRow(index: number, triesLeft = FOCUS_TRIES): void {
  const row = document.querySelector<HTMLElement>(`tr[data-index="${index}"]`);
  if (row) row.focus();
  else if (triesLeft > 0) requestAnimationFrame(() => focusRow(index, triesLeft - 1));
}

/**
 * One selected row: arrows move it, Enter opens it, and the address keeps it for the way back. A host stays selected where
 * a new order takes it, and the focus goes with it.
 */
export function useRowSelection({ list, scrollTo, range, turn }: SelectionOptions) {
  const router = useRouter();
  const asked = useSearchParams().get(SELECTED);
  const [selected, setSelected] = useState<Selected>({ id: asked === null ? null : { host: asked }, index: -1 });
  const index = useMemo(() => placeOf(selected, list), [selected, list]);
  const choose = (next: number): void => setSelected({ id: idAt(list, next), index: next });
  const open = (at: number): void => {
    const place = list.places.at(at);
    if (place?.kind === 'group') {
      turn(place.group.tag);
      return;
    }
    const hostId = list.loaded.get(at)?.hostId;
    if (hostId === undefined) return;
    const address = new URL(window.location.href);
    address.searchParams.set(SELECTED, hostId);
    window.history.replaceState(null, '', address);
    router.push(hostPath(hostId));
  };
  const latest = useRef({ select: choose, open });
  useEffect(() => {
    latest.current = { select: choose, open };
    const focused = document.activeElement?.closest<HTMLElement>('tr[data-index]');
    if (index < 0) return;
    if (index !== selected.index || (selected.id === null && idAt(list, index) !== null)) choose(index);
    if (focused && focused === document.activeElement && focused.dataset.index !== String(index)) focusRow(index);
  });
  const actions = useMemo<RowActions>(
    () => ({
      select: (at) => latest.current.select(at),
      open: (at) => latest.current.open(at),
    }),
    [],
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEP[event.key];
    const { length } = list.places;
    if (step === undefined || length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = Math.min(length - 1, Math.max(0, index + step));
    choose(next);
    scrollTo(next);
    focusRow(next);
  };
  const inPage = index >= range.first && index <= range.last;
  const middle = range.first === 0 ? 0 : Math.round((range.first + range.last) / 2);
  const focusable = Math.min(inPage ? index : middle, list.places.length - 1);
  return { index, focusable, actions, onKeyDown };
}

function idAt({ places, loaded }: FleetList, index: number): Selected['id'] {
  const place = places.at(index);
  if (place?.kind === 'group') return { groupOf: place.group.tag };
  const row = loaded.get(index);
  return row ? { host: row.hostId } : null;
}

/** Where the selected row is now; −1 = it is not among those that are read. */
function placeOf({ id, index }: Selected, { loaded, places }: FleetList): number {
  if (id === null) return Math.min(index, places.length - 1);
  if ('groupOf' in id) return places.groupIndex(id.groupOf);
  if (loaded.get(index)?.hostId === id.host) return index;
  let nearest = -1;
  for (const [at, { hostId }] of loaded)
    if (hostId === id.host && (nearest < 0 || Math.abs(at - index) < Math.abs(nearest - index))) nearest = at;
  return nearest;
}
