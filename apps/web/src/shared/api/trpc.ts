'use client';
import type { AppRouter } from '@silt/api';
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';

const API_PATH = '/api/trpc';
/** A request line longer than this is split in two; servers and proxies take 8 kB. */
const MAX_URL_LENGTH = 6_000;
const MAX_BATCH_ITEMS = 10;

export const { TRPCProvider, useTRPC } = createTRPCContext<AppRouter>();

export const makeTrpcClient = () =>
  createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url: API_PATH }),
        false: httpBatchLink({
          url: API_PATH,
          maxURLLength: MAX_URL_LENGTH,
          maxItems: MAX_BATCH_ITEMS,
        }),
      }),
    ],
  });
