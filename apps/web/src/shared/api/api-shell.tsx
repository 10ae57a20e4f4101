'use client';
import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { LiveShell } from '../live/live-shell.tsx';
import { errorKey } from './error-key.ts';
import { makeQueryClient } from './query-client.ts';
import { makeTrpcClient, TRPCProvider } from './trpc.ts';

/** What every page behind a session needs: the API, its cache, and the stream of changes. */
export function ApiShell({ children }: { children: ReactNode }) {
  const [queryClient] = useState(makeQueryClient);
  const [trpcClient] = useState(makeTrpcClient);
  useEffect(
    () =>
      queryClient.getQueryCache().subscribe(({ type, query }) => {
        if (type !== 'updated' || query.state.status !== 'error') return;
        if (errorKey(query.state.error) !== 'UNAUTHORIZED') return;
        const here = window.location.pathname + window.location.search;
        window.location.assign(`/sign-in?to=${encodeURIComponent(here)}`);
      }),
    [queryClient],
  );
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider queryClient={queryClient} trpcClient={trpcClient}>
        <LiveShell>{children}</LiveShell>
      </TRPCProvider>
    </QueryClientProvider>
  );
}
