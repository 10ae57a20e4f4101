'use client';
import type { FindingGroup } from '@silt/domain';
import { useQuery } from '@tanstack/react-query';
import { useLocale } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { storeFindingsInput, storeSumInput } from './store-findings-input.ts';
import type { StoreRange } from './use-history.ts';

/** The findings of a store that stand; of a moment that is past they are not read. */
export function useStoreFindings({ hostId, storeKey, at }: Omit<StoreRange, 'range'>) {
  const trpc = useTRPC();
  const input = storeFindingsInput(hostId, storeKey, useLocale());
  return useQuery({ ...trpc.findings.list.queryOptions(input), enabled: at === null });
}

/** Their figures, and what their remedies give back in all; undefined = none stands, or they were not read. */
export function useStoreSum({ hostId, storeKey, at }: Omit<StoreRange, 'range'>): FindingGroup | undefined {
  const trpc = useTRPC();
  const input = storeSumInput(hostId, storeKey, useLocale());
  const { data } = useQuery({ ...trpc.findings.groups.queryOptions(input), enabled: at === null });
  return at === null ? data?.groups[0] : undefined;
}
