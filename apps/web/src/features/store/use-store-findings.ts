'use client';
import { useQuery } from '@tanstack/react-query';
import { useLocale } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { storeFindingsInput } from './store-findings-input.ts';
import type { StoreRange } from './use-history.ts';

/** The findings of a store that stand; of a moment that is past they are not read. */
export function useStoreFindings({ hostId, storeKey, at }: Omit<StoreRange, 'range'>) {
  const trpc = useTRPC();
  const input = storeFindingsInput(hostId, storeKey, useLocale());
  return useQuery({ ...trpc.findings.list.queryOptions(input), enabled: at === null });
}
