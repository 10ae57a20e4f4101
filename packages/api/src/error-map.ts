import { SERVICE_ERROR_CODES, type ServiceError, type ServiceErrorCode } from '@silt/services';
import { TRPCError } from '@trpc/server';

const TRPC_CODE_OF = {
  'not-found': 'NOT_FOUND',
  'bad-input': 'BAD_REQUEST',
  'setup-token-invalid': 'FORBIDDEN',
  'not-signed-in': 'UNAUTHORIZED',
  forbidden: 'FORBIDDEN',
  conflict: 'CONFLICT',
  'too-many-requests': 'TOO_MANY_REQUESTS',
  unavailable: 'SERVICE_UNAVAILABLE',
} as const satisfies Record<ServiceErrorCode, TRPCError['code']>;

/** What a caller is told of an error that only a bug can cause. */
export const INTERNAL_MESSAGE = 'Something went wrong on the server. Its log has the details.';

/**
 * By name and code, not by `instanceof`: a bundler may give the pages and the route handlers a copy of the class each.
 */
export function isServiceError(error: unknown): error is ServiceError {
  return (
    error instanceof Error &&
    error.name === 'ServiceError' &&
    'code' in error &&
    SERVICE_ERROR_CODES.some((code) => code === error.code)
  );
}

/** The only map from what a service throws to what a caller gets. A TRPCError passes; all else is INTERNAL. */
export function toTrpcError(error: unknown): TRPCError {
  if (error instanceof TRPCError && !(error.code === 'INTERNAL_SERVER_ERROR' && error.cause)) return error;
  const cause = error instanceof TRPCError ? error.cause : error;
  if (isServiceError(cause)) return new TRPCError({ code: TRPC_CODE_OF[cause.code], message: cause.message, cause });
  return new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: INTERNAL_MESSAGE, cause });
}
