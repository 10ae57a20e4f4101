import { createLogger } from '@silt/runtime';

const logger = createLogger('web');

/** What a reader is not told, for the log. */
export function reportError(where: string, error: unknown): void {
  logger.error({ err: error, where }, 'The request failed.');
}
