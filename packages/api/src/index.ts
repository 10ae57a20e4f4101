export { openWebServices } from '@silt/services';
export { type ApiOutputs, type AppRouter, appRouter, createApiCaller } from './app-router.ts';
export { INTERNAL_MESSAGE, isServiceError, toTrpcError } from './error-map.ts';
export { type ApiRequestOptions, handleApiRequest } from './handle-request.ts';
export * from './limits.ts';
export type { ApiContext } from './trpc.ts';
