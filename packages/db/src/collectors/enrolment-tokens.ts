import type { TransactionSql } from '../client.ts';

export interface NewTokenRow {
  organisationId: string;
  hash: Buffer;
  /** Inner id; null = any machine. */
  hostId: number | null;
  tags: readonly string[];
  usesAllowed: number;
  /** User id, or name of the program. */
  createdBy: string;
  createdAt: Date;
  expiresAt: Date;
}

/** Returns the token's id. */
export async function insertEnrolmentToken(tx: TransactionSql, token: NewTokenRow): Promise<string> {
  const { organisationId, hash, hostId, tags, usesAllowed, createdBy, createdAt, expiresAt } = token;
  const [row] = await tx<[{ id: string }]>`
    INSERT INTO enrolment_token
      (organisation_id, token_hash, host_id, tags, uses_allowed, created_by, created_at, expires_at)
    VALUES (${organisationId}, ${hash}, ${hostId}, ${[...tags]}::text[], ${usesAllowed}, ${createdBy}, ${createdAt},
      ${expiresAt})
    RETURNING id`;
  return row.id;
}

export interface TokenRecord {
  id: string;
  createdBy: string;
  createdAt: Date;
  expiresAt: Date;
  withdrawnAt: Date | null;
  uses: number;
  usesAllowed: number;
  tags: string[];
  /** Null = any machine. */
  hostPublicId: string | null;
  hostName: string | null;
}

const selectTokens = (tx: TransactionSql) => tx`
  SELECT t.id, t.created_by AS "createdBy", t.created_at AS "createdAt", t.expires_at AS "expiresAt",
    t.withdrawn_at AS "withdrawnAt", t.uses, t.uses_allowed AS "usesAllowed", t.tags,
    h.public_id AS "hostPublicId", h.name AS "hostName"
  FROM enrolment_token t LEFT JOIN host h ON h.id = t.host_id AND h.organisation_id = t.organisation_id`;

const isOpen = (tx: TransactionSql, now: Date) =>
  tx`t.withdrawn_at IS NULL AND t.expires_at > ${now} AND t.uses < t.uses_allowed`;

/** Tokens that still enrol, the newest first. */
export async function readOpenTokens(tx: TransactionSql, organisationId: string, now: Date): Promise<TokenRecord[]> {
  return tx<TokenRecord[]>`
    ${selectTokens(tx)} WHERE t.organisation_id = ${organisationId} AND ${isOpen(tx, now)}
    ORDER BY t.created_at DESC, t.id`;
}

/** Null when the organisation has no such token. */
export async function readToken(tx: TransactionSql, organisationId: string, id: string): Promise<TokenRecord | null> {
  const [token] = await tx<TokenRecord[]>`
    ${selectTokens(tx)} WHERE t.organisation_id = ${organisationId} AND t.id = ${id}`;
  return token ?? null;
}

/** How many are open; until the end of the transaction nobody else of the organisation counts. */
export async function countOpenTokens(tx: TransactionSql, organisationId: string, now: Date): Promise<number> {
  await tx`SELECT pg_advisory_xact_lock(hashtext(${`silt.tokens ${organisationId}`}))`;
  const [row] = await tx<[{ count: number }]>`
    SELECT count(*) FROM enrolment_token t WHERE t.organisation_id = ${organisationId} AND ${isOpen(tx, now)}`;
  return row.count;
}

/** Ids of the tokens that were open and are not any more: the one of that id, or all that are for that host. */
export async function withdrawTokens(
  tx: TransactionSql,
  organisationId: string,
  which: { id: string } | { hostId: number },
  now: Date,
): Promise<string[]> {
  const condition = 'id' in which ? tx`t.id = ${which.id}` : tx`t.host_id = ${which.hostId}`;
  const rows = await tx<{ id: string }[]>`
    UPDATE enrolment_token t SET withdrawn_at = ${now}
    WHERE t.organisation_id = ${organisationId} AND ${condition} AND ${isOpen(tx, now)}
    RETURNING t.id`;
  return rows.map(({ id }) => id);
}
