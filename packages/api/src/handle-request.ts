import { apiKeyOf, type WebServices } from '@silt/services';
import { TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { appRouter } from './app-router.ts';
import { toTrpcError } from './error-map.ts';
import { MAX_BATCH_SIZE } from './limits.ts';

export interface ApiRequestOptions {
  /** The path that the procedures hang on, `/api/trpc`. */
  endpoint: string;
  services: WebServices;
  /** The only origin that may change anything: of the address people type. */
  origin: string;
  /** Called for errors that only a bug or a fault of the server can cause. */
  reportError(error: TRPCError, path: string | undefined): void;
}

const READING_METHODS = new Set(['GET', 'HEAD']);

/**
 * A change is a POST, and a browser says with each POST which page sent it. An API key is of no page, and its session
 * is of the key alone: no other site can make a browser send one.
 */
function checkOrigin({ method, headers }: Request, origin: string): void {
  if (READING_METHODS.has(method) || headers.get('origin') === origin || apiKeyOf(headers) !== null) return;
  throw new TRPCError({ code: 'FORBIDDEN', message: `Open Silt at ${origin} and try again.` });
}

/** One HTTP request of the API, a stream of changes included. */
export function handleApiRequest(request: Request, options: ApiRequestOptions): Promise<Response> {
  return fetchRequestHandler({
    endpoint: options.endpoint,
    req: request,
    router: appRouter,
    maxBatchSize: MAX_BATCH_SIZE,
    createContext: async () => {
      checkOrigin(request, options.origin);
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
