import type { TransactionSql } from '../client.ts';

export interface HostExpiryRow {
  tag: string;
  silentHours: number;
}

/** By tag. */
export async function readExpiries(tx: TransactionSql, organisationId: string): Promise<HostExpiryRow[]> {
  return tx<HostExpiryRow[]>`
    SELECT tag, silent_hours AS "silentHours" FROM host_expiry WHERE organisation_id = ${organisationId} ORDER BY tag`;
}

/** Adds the rule of the tag or changes it; false when there would be more than `max` rules. */
export async function writeExpiry(
  tx: TransactionSql,
  organisationId: string,
  { tag, silentHours }: HostExpiryRow,
  max: number,
): Promise<boolean> {
  await tx`SELECT pg_advisory_xact_lock(hashtext(${`silt.expiries ${organisationId}`}))`;
  const rows = await tx`
    INSERT INTO host_expiry (organisation_id, tag, silent_hours)
    SELECT ${organisationId}, ${tag}, ${silentHours}
    WHERE (SELECT count(*) FROM host_expiry WHERE organisation_id = ${organisationId} AND tag <> ${tag}) < ${max}
    ON CONFLICT (organisation_id, tag) DO UPDATE SET silent_hours = excluded.silent_hours
    RETURNING tag`;
  return rows.length > 0;
}

/** False when there was no such rule. */
export async function deleteExpiry(tx: TransactionSql, organisationId: string, tag: string): Promise<boolean> {
  const rows = await tx`
    DELETE FROM host_expiry WHERE organisation_id = ${organisationId} AND tag = ${tag} RETURNING tag`;
  return rows.length > 0;
}
