import type { Sql } from '../client.ts';

/** The host that a key pushes for. */
export interface CollectorKey {
  keyId: string;
  hostId: number;
  hostPublicId: string;
  organisationId: string;
  /** Ed25519, 32 bytes. */
  publicKey: Buffer;
  revoked: boolean;
  hostRetired: boolean;
}

/** Null when the host has no such key, also when another one has it. */
export async function findCollectorKey(sql: Sql, hostPublicId: string, keyId: string): Promise<CollectorKey | null> {
  const [key] = await sql<CollectorKey[]>`
    SELECT k.id AS "keyId", k.host_id AS "hostId", h.public_id AS "hostPublicId",
      k.organisation_id AS "organisationId", k.public_key AS "publicKey", k.revoked_at IS NOT NULL AS revoked,
      h.retired_at IS NOT NULL AS "hostRetired"
    FROM collector_key k JOIN host h ON h.id = k.host_id
    WHERE k.id = ${keyId} AND h.public_id = ${hostPublicId}`;
  return key ?? null;
}

export interface LostKey {
  keyId: string;
  /** Otherwise the key was revoked, or is not there any more. */
  hostRetired: boolean;
}

/** Those of the keys with which nobody may push any more. */
export async function findLostKeys(sql: Sql, keyIds: readonly string[]): Promise<LostKey[]> {
  return sql<LostKey[]>`
    SELECT l.id AS "keyId", coalesce(h.retired_at IS NOT NULL, false) AS "hostRetired"
    FROM unnest(${[...keyIds]}::uuid[]) AS l (id)
    LEFT JOIN collector_key k ON k.id = l.id
    LEFT JOIN host h ON h.id = k.host_id
    WHERE k.id IS NULL OR k.revoked_at IS NOT NULL OR h.retired_at IS NOT NULL`;
}
