'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../shared/api/trpc.ts';
import type { StoreRange } from './use-history.ts';

/** What is forecast of the store, as of the moment that the page shows. */
export function useStoreForecast({ hostId, storeKey, at }: Omit<StoreRange, 'range'>) {
  const trpc = useTRPC();
  return useQuery({
    ...trpc.store.forecast.queryOptions({ hostId, storeKey, ...(at === null ? {} : { at }) }),
    placeholderData: keepPreviousData,
  });
}
