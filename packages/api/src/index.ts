export { openWebServices } from '@silt/services';
export { type ApiOutputs, type AppRouter, appRouter, createApiCaller } from './app-router.ts';
export { INTERNAL_MESSAGE, isServiceError } from './error-map.ts';
export { handleApiRequest } from './handle-request.ts';
export * from './limits.ts';
