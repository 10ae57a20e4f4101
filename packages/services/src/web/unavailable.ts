import { ServiceError } from '../service-error.ts';

/** Of the socket, of postgres.js, of Postgres (https://www.postgresql.org/docs/current/errcodes-appendix.html) and of Prisma. */
const CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE'],
  ...['CONNECT_TIMEOUT', 'CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED'],
  ...['53300', '57P01', '57P02', '57P03'],
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037'],
]);
/** How deep causes are followed. */
const MAX_DEPTH = 5;

/** Whether the database could not be reached, or ended the connection. */
export function isDatabaseAway(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > MAX_DEPTH) return false;
  if ('code' in error && CODES.has(String(error.code))) return true;
  return isDatabaseAway(error.cause, depth + 1);
}

/** Runs `work`; a database that is away becomes `unavailable`. */
export async function orUnavailable<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    const away = new ServiceError(
      'unavailable',
      'The database does not answer. What is shown may be old; try again soon.',
    );
    away.cause = error;
    throw away;
  }
}
