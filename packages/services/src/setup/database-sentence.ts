/** Exit-worthy failures of a database that a person can mend, in one sentence each. */
const UNREACHABLE: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name cannot be looked up now',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'it does not answer',
  CONNECT_TIMEOUT: 'it does not answer',
  ECONNRESET: 'it cut the connection',
  CONNECTION_CLOSED: 'it cut the connection',
  '57P03': 'it is starting up or shutting down',
  '53300': 'it has no connection left',
};

/**
 * What to tell a person of a failed connection or statement; null for what only a bug can cause. Codes of Postgres:
 * https://www.postgresql.org/docs/current/errcodes-appendix.html. The password is never part of it.
 */
export function databaseSentence(error: unknown, databaseUrl: string): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const code = String(error.code);
  const url = new URL(databaseUrl);
  const server = `Postgres at ${url.hostname}:${url.port || '5432'}`;
  const user = decodeURIComponent(url.username);
  const database = decodeURIComponent(url.pathname.slice(1)) || user;
  if (code in UNREACHABLE) return `${server} cannot be reached: ${UNREACHABLE[code]}.`;
  if (code === '28P01') return `${server} refuses the password of the user "${user}".`;
  if (code === '28000') return `${server} does not let the user "${user}" in: ${error.message}.`;
  if (code === '3D000') return `${server} has no database "${database}"; make it with CREATE DATABASE.`;
  if (code === '42501') return `The user "${user}" of ${server} lacks a right: ${error.message}.`;
  if (code === '42P01' || code === '3F000')
    return `The database "${database}" of ${server} is not set up: ${error.message}.`;
  return null;
}
