import type { CannotTell, RuleFault } from '@silt/domain/findings';
import type { Sql, TransactionSql } from '../client.ts';
import type { HostAddress } from '../history/host-address.ts';

/** How the rules were asked of a host. */
export interface NewJudgement extends HostAddress {
  /** `received_at` of the survey that they were asked of; null = of none. */
  surveyedAt: Date | null;
  cannotTell: readonly CannotTell[];
  faults: readonly RuleFault[];
}

/**
 * Writes the judgements of some hosts in order of their ids, which locks their findings until the end of the transaction.
 *
 * @param judgedAt when reading what they were judged by began. Those that were judged later than that, or just then, are left as
 * they are.
 * @returns ids of the hosts of which it was written.
 */
export async function writeJudgements(
  sql: Sql | TransactionSql,
  judgements: readonly NewJudgement[],
  judgedAt: Date,
): Promise<Set<number>> {
  const rows = judgements.map(({ hostId, organisationId, surveyedAt, cannotTell, faults }) => ({
    ...{ host_id: hostId, organisation_id: organisationId, surveyed_at: surveyedAt?.toISOString() ?? null },
    ...{ cannot_tell: cannotTell.map((one) => ({ ...one })), faults: faults.map((one) => ({ ...one })) },
  }));
  const written = await sql<{ hostId: number }[]>`
    INSERT INTO judgement (host_id, organisation_id, judged_at, surveyed_at, cannot_tell, faults)
    SELECT host_id, organisation_id, ${judgedAt}, surveyed_at, cannot_tell, faults
    FROM jsonb_to_recordset(${sql.json(rows)}) AS j (host_id bigint, organisation_id uuid, surveyed_at timestamptz,
      cannot_tell jsonb, faults jsonb)
    ORDER BY host_id
    ON CONFLICT (host_id) DO UPDATE SET judged_at = excluded.judged_at, surveyed_at = excluded.surveyed_at,
      cannot_tell = excluded.cannot_tell, faults = excluded.faults
    WHERE judgement.judged_at < excluded.judged_at
    RETURNING host_id AS "hostId"`;
  return new Set(written.map(({ hostId }) => hostId));
}

/** Of a host that was never judged; false = somebody judged it meanwhile. */
export async function insertJudgement(tx: TransactionSql, judgement: NewJudgement, judgedAt: Date): Promise<boolean> {
  const { hostId, organisationId, surveyedAt, cannotTell, faults } = judgement;
  const { count } = await tx`
    INSERT INTO judgement (host_id, organisation_id, judged_at, surveyed_at, cannot_tell, faults)
    VALUES (${hostId}, ${organisationId}, ${judgedAt}, ${surveyedAt}, ${tx.json(cannotTell.map((one) => ({ ...one })))},
      ${tx.json(faults.map((one) => ({ ...one })))})
    ON CONFLICT DO NOTHING`;
  return count > 0;
}

/** Locks the findings of those of the hosts that were ever judged, in order of their ids; returns the ids of these. */
export async function lockJudgements(tx: TransactionSql, hosts: readonly HostAddress[]): Promise<Set<number>> {
  const rows = await tx<{ hostId: number }[]>`
    SELECT host_id AS "hostId" FROM judgement WHERE host_id = ANY(${hosts.map(({ hostId }) => hostId)}::bigint[])
    ORDER BY host_id FOR NO KEY UPDATE`;
  return new Set(rows.map(({ hostId }) => hostId));
}

/** That what a host is judged by could not be read; what was said of it before stays. It is tried again as if it were judged. */
export async function writeFailedJudgement(
  sql: Sql,
  { hostId, organisationId }: HostAddress,
  { judgedAt, fault }: { judgedAt: Date; fault: RuleFault },
): Promise<void> {
  await sql`
    INSERT INTO judgement (host_id, organisation_id, judged_at, surveyed_at, cannot_tell, faults)
    SELECT ${hostId}, ${organisationId}, ${judgedAt}, (SELECT received_at FROM survey WHERE host_id = ${hostId}), '[]',
      ${sql.json([{ ...fault }])}
    ON CONFLICT (host_id) DO UPDATE SET judged_at = excluded.judged_at, surveyed_at = excluded.surveyed_at,
      faults = excluded.faults
    WHERE judgement.judged_at < excluded.judged_at`;
}
