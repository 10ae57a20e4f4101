import type { Sql, TransactionSql } from './client.ts';

/** Codes of the driver and of the socket for a connection that is no more. */
const LOST = /^(CONNECTION_|CONNECT_|ECONN|EPIPE$|ETIMEDOUT$|EHOSTUNREACH$|ENETUNREACH$)/;

/**
 * Runs `work` in a transaction. The driver answers each error in one with ROLLBACK, also where the connection is what
 * failed, and a write to a closed socket ends the process (porsager/postgres#1208). So an error of the connection is left
 * to the close that follows it, which rejects the transaction.
 */
export async function transaction<Result>(sql: Sql, work: (tx: TransactionSql) => Promise<Result>): Promise<Result> {
  const done = await sql.begin(async (tx) => {
    try {
      return { value: await work(tx) };
    } catch (error) {
      if (isConnectionLost(error)) return new Promise<never>(() => {});
      throw error;
    }
  });
  return (done as { value: Result }).value;
}

function isConnectionLost(error: unknown): boolean {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  if (severity === 'FATAL' || severity === 'PANIC') return true;
  return typeof code === 'string' && LOST.test(code);
}
