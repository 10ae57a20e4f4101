import type { Sql, TransactionSql } from './client.ts';
import { transaction } from './transaction.ts';

/** Runs `work` in a transaction that sees the fleet data of one organisation (row-level security of silt_web). */
export function withOrganisation<Result>(
  sql: Sql,
  organisationId: string,
  work: (tx: TransactionSql) => Promise<Result>,
): Promise<Result> {
  return transaction(sql, async (tx) => {
    await tx`SELECT set_config('silt.organisation', ${organisationId}, true)`;
    return work(tx);
  });
}
