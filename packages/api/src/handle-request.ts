import type { WebServices } from '@silt/services';
import type { TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { appRouter } from './app-router.ts';
import { toTrpcError } from './error-map.ts';
import { MAX_BATCH_SIZE } from './limits.ts';

export interface ApiRequestOptions {
  /** The path that the procedures hang on, `/api/trpc`. */
  endpoint: string;
  services: WebServices;
  /** Called for errors that only a bug or a fault of the server can cause. */
  reportError(error: TRPCError, path: string | undefined): void;
}

/** One HTTP request of the API, a stream of changes included. */
export function handleApiRequest(request: Request, options: ApiRequestOptions): Promise<Response> {
  return fetchRequestHandler({
    endpoint: options.endpoint,
    req: request,
    router: appRouter,
    maxBatchSize: MAX_BATCH_SIZE,
    createContext: async () => {
      try {
        return { services: options.services, session: await options.services.sessionOf(request.headers) };
      } catch (error) {
        throw toTrpcError(error);
      }
    },
    onError: ({ error, path }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR' || error.code === 'SERVICE_UNAVAILABLE')
        options.reportError(error, path);
    },
  });
}
