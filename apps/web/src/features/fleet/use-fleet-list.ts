'use client';
import type { FleetPage, FleetRow, State } from '@silt/domain';
import { type UseQueryResult, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { mayRetry } from '../../shared/api/error-key.ts';
import { useTRPC } from '../../shared/api/trpc.ts';
import { groupsInput, listKey, pageInput } from './fleet-inputs.ts';
import { type FleetPlaces, fleetPlaces, PAGE_HOSTS, type PageOfTag, wantedPages } from './fleet-places.ts';
import type { FleetQuery } from './fleet-query.ts';
import { groupSections } from './group-sections.ts';

/** A host that falls silent sends no change. */
const READ_AGAIN_MILLISECONDS = 10_000;
/** While somebody scrolls, pages are asked for no more often. */
const SCROLL_MILLISECONDS = 120;
/** The range of rows moves in steps of so many. */
const RANGE_STEP = 20;

/** The hosts that match, as far as they were read. */
export interface FleetList {
  /** `listKey` of the query it was read for. */
  key: string;
  /** Hosts that match, in all of their states. */
  counts: Record<State, number>;
  /** Hosts that match and are of the state that was asked for. */
  total: number;
  places: FleetPlaces;
  /** By place. */
  loaded: ReadonlyMap<number, FleetRow>;
}

export interface FleetListState {
  /** Of the query before, while the one that is asked for is not read; null = nothing was read yet. */
  list: FleetList | null;
  /** `list` is not of this query yet. */
  updating: boolean;
  /** Something that is on the screen could not be read, or not again. */
  failed: boolean;
  error: unknown;
  retrying: boolean;
  retry(): void;
  /** Places that are in the page, about. */
  range: { first: number; last: number };
  /** Told the places that are in the page; their hosts are read. */
  showRange(first: number, last: number): void;
}

interface Read {
  pages: (FleetPage | undefined)[];
  newest: FleetPage | undefined;
  error: unknown;
  failed: boolean;
  fetching: boolean;
}

function combine(results: UseQueryResult<FleetPage, unknown>[]): Read {
  const read = results.filter(({ data }) => data !== undefined);
  return {
    pages: results.map(({ data }) => data),
    newest: read.sort((a, b) => b.dataUpdatedAt - a.dataUpdatedAt)[0]?.data,
    error: results.find(({ error }) => error !== null)?.error ?? null,
    failed: results.some(({ status, errorUpdateCount, data }) => status === 'error' || (errorUpdateCount > 0 && !data)),
    fetching: results.some(({ isFetching }) => isFetching),
  };
}

/** Reads the pages of the fleet that are on the screen, and keeps what is shown until there is something newer. */
export function useFleetList(query: FleetQuery): FleetListState {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const key = listKey(query);
  const [range, showRange] = useShownRange(key);
  const kept = useRef<FleetList>(null);
  const readAgain = {
    refetchInterval: ({ state }: { state: { error: unknown } }) =>
      (state.error === null || mayRetry(state.error)) && READ_AGAIN_MILLISECONDS,
  };
  const groups = useQuery({
    ...trpc.fleet.page.queryOptions(groupsInput(query)),
    ...readAgain,
    enabled: query.groupByTag,
  });
  const knownHosts = kept.current?.key === key ? kept.current.total : PAGE_HOSTS;
  const planned = useMemo(
    () => fleetPlaces(query.groupByTag ? groupSections(groups.data, query) : allHosts(knownHosts)),
    [query, groups.data, knownHosts],
  );
  const whole = planned.length <= PAGE_HOSTS;
  const found = wantedPages(planned, whole ? { first: 0, last: planned.length - 1 } : range);
  const wanted = found.length === 0 && !query.groupByTag ? [{ tag: null, page: 0 }] : found;
  const wantedKey = JSON.stringify(wanted);
  const pages = useQueries({
    queries: wanted.map((page) => ({
      ...trpc.fleet.page.queryOptions(pageInput(query, page), { trpc: { abortOnUnmount: true } }),
      ...readAgain,
    })),
    combine,
  });
  const list = useMemo(() => {
    const counted = query.groupByTag ? groups.data : pages.newest;
    if (!counted) return null;
    const { counts, total } = counted;
    const places = query.groupByTag ? planned : fleetPlaces(allHosts(total));
    return { key, counts, total, places, loaded: loadedRows(places, JSON.parse(wantedKey), pages.pages) };
  }, [key, query.groupByTag, groups.data, pages, planned, wantedKey]);
  useEffect(() => {
    if (list) kept.current = list;
  }, [list]);
  return {
    list: list ?? kept.current,
    updating: list === null && kept.current?.key !== key,
    failed: pages.failed || (groups.errorUpdateCount > 0 && groups.status !== 'success'),
    error: pages.error ?? groups.error,
    retrying: pages.fetching || groups.isFetching,
    retry: () => void queries.refetchQueries({ ...trpc.fleet.page.pathFilter(), type: 'active' }),
    range: whole ? { first: 0, last: PAGE_HOSTS } : range,
    showRange,
  };
}

const allHosts = (hosts: number) => [{ tag: null, hosts, group: null, open: true }];

function loadedRows(
  places: FleetPlaces,
  wanted: readonly PageOfTag[],
  pages: readonly (FleetPage | undefined)[],
): Map<number, FleetRow> {
  const loaded = new Map<number, FleetRow>();
  for (const [at, { tag, page }] of wanted.entries()) {
    const start = places.firstOf(tag);
    if (start === null) continue;
    for (const [within, row] of (pages[at]?.hosts ?? []).entries()) loaded.set(start + page * PAGE_HOSTS + within, row);
  }
  return loaded;
}

/** The places in the page, at first those of the first page; a list of another key begins there again. */
function useShownRange(key: string): [{ first: number; last: number }, FleetListState['showRange']] {
  const [shown, setShown] = useState({ key, first: 0, last: 0 });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const next = useRef(shown);
  useEffect(() => () => clearTimeout(timer.current), []);
  const showRange = useCallback(
    (first: number, last: number) => {
      next.current = {
        key,
        first: Math.floor(first / RANGE_STEP) * RANGE_STEP,
        last: Math.ceil(last / RANGE_STEP) * RANGE_STEP,
      };
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        setShown((old) => (sameRange(old, next.current) ? old : next.current));
      }, SCROLL_MILLISECONDS);
    },
    [key],
  );
  return [shown.key === key ? shown : { first: 0, last: 0 }, showRange];
}

const sameRange = (a: { key: string; first: number; last: number }, b: typeof a): boolean =>
  a.key === b.key && a.first === b.first && a.last === b.last;
