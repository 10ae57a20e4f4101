import { type TransactionSql, withOrganisation } from '@silt/db';
import { ServiceError } from '../service-error.ts';
import type { ReadContext } from './read-host.ts';

/** Nobody waits longer than this for a page. */
const READ_TIMEOUT_MILLISECONDS = 10_000;
/** https://www.postgresql.org/docs/current/errcodes-appendix.html: query_canceled. */
const QUERY_CANCELED = '57014';

/** Reads in a transaction of the organisation. Errors: `unavailable` for a statement that takes too long. */
export async function longRead<Result>(
  { sql, organisationId }: ReadContext,
  work: (tx: TransactionSql) => Promise<Result>,
): Promise<Result> {
  try {
    return await withOrganisation(sql, organisationId, async (tx) => {
      // Compiling such queries costs more than it saves.
      await tx`SELECT set_config('jit', 'off', true),
        set_config('statement_timeout', ${String(READ_TIMEOUT_MILLISECONDS)}, true)`;
      return work(tx);
    });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === QUERY_CANCELED)) throw error;
    throw new ServiceError('unavailable', 'This takes longer to read than is allowed. Try again, or ask for less.');
  }
}
