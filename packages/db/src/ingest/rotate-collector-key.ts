import type { Sql, TransactionSql } from '../client.ts';
import { recordAudit } from '../events/record-audit.ts';
import { recordEvent } from '../events/record-event.ts';
import { transaction } from '../transaction.ts';

/** Who pushes, and by which key. */
export interface KeyHolder {
  hostId: number;
  hostPublicId: string;
  organisationId: string;
  keyId: string;
}

/**
 * Registers the next key of a host beside the one in use; an unfinished earlier rotation is given up for it, so that at
 * most two keys are good. A key that is good already keeps its id: the answer may have been lost.
 *
 * @param publicKey Ed25519, 32 bytes.
 * @returns id of the key; null when the key in use is good no more.
 */
export async function rotateCollectorKey(
  sql: Sql,
  holder: KeyHolder,
  publicKey: Buffer,
  address: string | null,
): Promise<string | null> {
  const { hostId, hostPublicId, organisationId, keyId } = holder;
  return transaction(sql, async (tx) => {
    await tx`SELECT 1 FROM host WHERE id = ${hostId} FOR NO KEY UPDATE`;
    const good = await tx<{ id: string; publicKey: Buffer }[]>`
      SELECT k.id, k.public_key AS "publicKey" FROM collector_key k JOIN host h ON h.id = k.host_id
      WHERE k.host_id = ${hostId} AND k.revoked_at IS NULL AND h.retired_at IS NULL`;
    if (!good.some(({ id }) => id === keyId)) return null;
    const known = good.find((key) => key.publicKey.equals(publicKey));
    if (known) return known.id;
    await revokeKeys(
      tx,
      holder,
      good.filter(({ id }) => id !== keyId).map(({ id }) => id),
      address,
    );
    const [made] = await tx<[{ id: string }]>`
      INSERT INTO collector_key (host_id, organisation_id, public_key)
      VALUES (${hostId}, ${organisationId}, ${publicKey}) RETURNING id`;
    await recordEvent(tx, {
      ...{ hostId, organisationId, at: new Date(), kind: 'key-rotated' },
      detail: { keyId: made.id },
    });
    await recordAudit(tx, {
      ...{ organisationId, actorKind: 'collector', actor: keyId, action: 'key.rotate', subject: hostPublicId },
      ...{ detail: { key: made.id }, address },
    });
    return made.id;
  });
}

/** Revokes what was registered before the key that has just said hello. */
export async function revokeOlderKeys(tx: TransactionSql, holder: KeyHolder): Promise<void> {
  const older = await tx<{ id: string }[]>`
    SELECT k.id FROM collector_key k JOIN collector_key mine ON mine.id = ${holder.keyId}
    WHERE k.host_id = ${holder.hostId} AND k.revoked_at IS NULL AND k.created_at < mine.created_at`;
  await revokeKeys(
    tx,
    holder,
    older.map(({ id }) => id),
    null,
  );
}

async function revokeKeys(
  tx: TransactionSql,
  { hostId, hostPublicId, organisationId, keyId }: KeyHolder,
  keyIds: readonly string[],
  address: string | null,
): Promise<void> {
  if (keyIds.length === 0) return;
  await tx`UPDATE collector_key SET revoked_at = now() WHERE host_id = ${hostId} AND id = ANY (${[...keyIds]}::uuid[])`;
  await recordAudit(tx, {
    ...{ organisationId, actorKind: 'collector', actor: keyId, action: 'key.revoke', subject: hostPublicId },
    ...{ detail: { keys: keyIds, reason: 'rotation' }, address },
  });
}
