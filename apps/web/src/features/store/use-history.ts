'use client';
import type { HistoryRange } from '@silt/domain';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../shared/api/trpc.ts';
import { HISTORY_POINTS, HOLDINGS_POINTS, TOP_ITEMS } from './range.ts';

export interface StoreRange {
  hostId: string;
  storeKey: string;
  range: HistoryRange;
  /** End of the range, ISO 8601 UTC; null = live. */
  at: string | null;
}

const moment = (at: string | null): { at?: string } => (at === null ? {} : { at });

export function useHistory({ at, ...query }: StoreRange) {
  const trpc = useTRPC();
  return useQuery({
    ...trpc.store.history.queryOptions({ ...query, points: HISTORY_POINTS, ...moment(at) }),
    placeholderData: keepPreviousData,
  });
}

export function useHoldings({ at, ...query }: StoreRange) {
  const trpc = useTRPC();
  return useQuery({
    ...trpc.store.holdings.queryOptions({ ...query, points: HOLDINGS_POINTS, ...moment(at) }),
    placeholderData: keepPreviousData,
  });
}

/** The totals of the store's items, and the largest of them. */
export function useStoreItems({ hostId, storeKey, at }: Omit<StoreRange, 'range'>) {
  const trpc = useTRPC();
  return useQuery({
    ...trpc.host.inventory.queryOptions({ hostId, storeKey, limit: TOP_ITEMS, ...moment(at) }),
    placeholderData: keepPreviousData,
  });
}
