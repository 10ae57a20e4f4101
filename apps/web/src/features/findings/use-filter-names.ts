'use client';
import { skipToken, useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../shared/api/trpc.ts';
import type { FindingsPageQuery } from './findings-query.ts';

/** What the host and the store of the filters are called; null = not known yet, or gone. */
export function useFilterNames({ hostId, storeKey }: FindingsPageQuery): { host: string | null; store: string | null } {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.host.get.queryOptions(hostId === null ? skipToken : { hostId }));
  const store = data?.stores.find(({ store: { key } }) => key === storeKey);
  return { host: data?.row.name ?? null, store: store?.store.name ?? null };
}
