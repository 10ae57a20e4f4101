import type { TransactionSql } from '../client.ts';

export interface CollectorHost {
  /** Inner id. */
  id: number;
  publicId: string;
  organisationId: string;
  simulated: boolean;
  retiredAt: Date | null;
}

/** Retired or not; locked until the end of the transaction. Null when the organisation has no such host. */
export async function lockHost(
  tx: TransactionSql,
  organisationId: string,
  publicId: string,
): Promise<CollectorHost | null> {
  const [host] = await tx<CollectorHost[]>`
    SELECT id, public_id AS "publicId", organisation_id AS "organisationId", simulated, retired_at AS "retiredAt"
    FROM host WHERE organisation_id = ${organisationId} AND public_id = ${publicId} FOR NO KEY UPDATE`;
  return host ?? null;
}

/** Ids of the keys that were good and are not any more. */
export async function revokeKeys(
  tx: TransactionSql,
  { id, organisationId }: CollectorHost,
  now: Date,
): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    UPDATE collector_key SET revoked_at = ${now}
    WHERE host_id = ${id} AND organisation_id = ${organisationId} AND revoked_at IS NULL
    RETURNING id`;
  return rows.map((key) => key.id);
}

/** The collector is refused from now on; the history stays. */
export async function setRetired(tx: TransactionSql, { id, organisationId }: CollectorHost, now: Date): Promise<void> {
  await tx`UPDATE host SET retired_at = ${now} WHERE id = ${id} AND organisation_id = ${organisationId}`;
}
