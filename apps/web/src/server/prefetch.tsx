import { appRouter } from '@silt/api';
import { dehydrate, HydrationBoundary, type QueryClient } from '@tanstack/react-query';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import type { ReactNode } from 'react';
import { makeQueryClient } from '../shared/api/query-client.ts';
import { webServices } from './services.ts';
import { requireSession } from './session.ts';

type Api = ReturnType<typeof apiOptions>;

const apiOptions = (queryClient: QueryClient, session: Awaited<ReturnType<typeof requireSession>>) =>
  createTRPCOptionsProxy({ router: appRouter, queryClient, ctx: () => ({ services: webServices(), session }) });

interface PrefetchProps {
  /** Starts the reads whose answers the page's HTML is to hold. A failed one is made again by the browser. */
  reads(queryClient: QueryClient, api: Api): Promise<unknown>[];
  children: ReactNode;
}

export async function Prefetch({ reads, children }: PrefetchProps) {
  const session = await requireSession();
  const queryClient = makeQueryClient();
  queryClient.setDefaultOptions({ queries: { ...queryClient.getDefaultOptions().queries, retry: false } });
  await Promise.all(reads(queryClient, apiOptions(queryClient, session)));
  return <HydrationBoundary state={dehydrate(queryClient)}>{children}</HydrationBoundary>;
}
