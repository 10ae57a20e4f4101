import { QueryClient } from '@tanstack/react-query';
import { mayRetry } from './error-key.ts';

/** Data younger than this is not read again by a component that appears; live changes do that. */
const FRESH_MILLISECONDS = 5_000;
/** A page that could not be read, or not again, is tried again by itself. */
const AFTER_FAILURE_MILLISECONDS = 10_000;
const MAX_RETRIES = 2;

export const makeQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MILLISECONDS,
        refetchInterval: ({ state }) => state.status === 'error' && mayRetry(state.error) && AFTER_FAILURE_MILLISECONDS,
        retry: (failures, error) => failures < MAX_RETRIES && mayRetry(error),
        // A server that is down shows as such; the browser's guess at being offline does not stop a call to loopback.
        networkMode: 'always',
      },
    },
  });
