'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../../shared/api/trpc.ts';
import { INVENTORY_LIMITS } from './inventory-limits.ts';

/** The inventory of a host, or of one of its stores, as of a moment (null = live): the largest items of it. */
export function useInventory(hostId: string, at: string | null, storeKey: string | null) {
  const trpc = useTRPC();
  const [limit, setLimit] = useState<number>(INVENTORY_LIMITS.first);
  const read = useQuery({
    ...trpc.host.inventory.queryOptions({
      ...{ hostId, limit },
      ...(at === null ? {} : { at }),
      ...(storeKey === null ? {} : { storeKey }),
    }),
    placeholderData: keepPreviousData,
  });
  return { read, limit, showMore: () => setLimit(INVENTORY_LIMITS.most) };
}
