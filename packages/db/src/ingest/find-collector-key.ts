import type { Sql } from '../client.ts';

/** The host that a key pushes for. */
export interface CollectorKey {
  hostId: number;
  hostPublicId: string;
  organisationId: string;
  secretHash: Buffer;
}

/** A key that was not revoked, of a host that was not retired. */
export async function findCollectorKey(sql: Sql, keyId: string): Promise<CollectorKey | null> {
  const [key] = await sql<CollectorKey[]>`
    SELECT k.host_id AS "hostId", h.public_id AS "hostPublicId", k.organisation_id AS "organisationId",
      k.secret_hash AS "secretHash"
    FROM collector_key k JOIN host h ON h.id = k.host_id
    WHERE k.id = ${keyId} AND k.revoked_at IS NULL AND h.retired_at IS NULL`;
  return key ?? null;
}
