import type { HostFacts } from '@silt/domain';
import type { Sql, TransactionSql } from '../client.ts';
import { hashEnrolmentToken } from '../collectors/enrolment-token.ts';
import { recordAudit } from '../events/record-audit.ts';
import { recordEvent } from '../events/record-event.ts';
import { transaction } from '../transaction.ts';

export interface EnrolRequest {
  token: string;
  /** Ed25519, 32 bytes. */
  publicKey: Buffer;
  facts: HostFacts;
  collectorVersion: string;
  /** Of the peer; null = not known. */
  address: string | null;
}

/** Whom a token lets in, as it stands now. */
export interface EnrolmentTarget {
  organisationId: string;
  /** The host that was known before; null = it will be a new one. */
  host: { id: number; publicId: string } | null;
}

export interface EnrolledCollector {
  hostId: number;
  hostPublicId: string;
  organisationId: string;
  keyId: string;
}

interface TokenRow {
  id: string;
  organisationId: string;
  hostId: number | null;
  tags: string[];
}

/**
 * What this very key got by this token before: the answer may have been lost on its way. Null = it got nothing, or it is
 * good no more.
 */
export async function findEnrolled(
  sql: Sql,
  { token, publicKey }: Pick<EnrolRequest, 'token' | 'publicKey'>,
): Promise<EnrolledCollector | null> {
  const [row] = await sql<EnrolledCollector[]>`
    SELECT h.id AS "hostId", h.public_id AS "hostPublicId", k.organisation_id AS "organisationId", k.id AS "keyId"
    FROM enrolment_token t JOIN collector_key k ON k.enrolment_token_id = t.id JOIN host h ON h.id = k.host_id
    WHERE t.token_hash = ${hashEnrolmentToken(token)} AND k.public_key = ${publicKey} AND k.revoked_at IS NULL
      AND h.retired_at IS NULL`;
  return row ?? null;
}

/** The host that would enrol; null when the token is unknown, used up, withdrawn or too old. Changes nothing. */
export async function findEnrolmentTarget(
  sql: Sql,
  { token, facts }: Pick<EnrolRequest, 'token' | 'facts'>,
): Promise<EnrolmentTarget | null> {
  return transaction(sql, async (tx) => {
    const found = await findToken(tx, token, false);
    return found && { organisationId: found.organisationId, host: await findHost(tx, found, facts.machineId) };
  });
}

/**
 * Counts the token and registers the key, all or nothing; several at once with one token wait for each other. A host
 * that was known goes on with its history: it is no longer retired, and its earlier keys are revoked.
 *
 * @param expectedHostId what `findEnrolmentTarget` said.
 * @returns `bad-token`, or `changed`: another host is meant by now; ask for the target again.
 */
export async function enrolCollector(
  sql: Sql,
  request: EnrolRequest,
  expectedHostId: number | null,
): Promise<EnrolledCollector | 'bad-token' | 'changed'> {
  const { facts, collectorVersion, publicKey, address } = request;
  return transaction(sql, async (tx) => {
    const token = await findToken(tx, request.token, true);
    if (token === null) return 'bad-token';
    const { organisationId } = token;
    // One at a time a machine, so that two tokens do not make two hosts of it.
    await tx`SELECT pg_advisory_xact_lock(hashtextextended(${`silt.enrol ${organisationId} ${facts.machineId}`}, 0))`;
    const known = await findHost(tx, token, facts.machineId);
    if ((known?.id ?? null) !== expectedHostId) return 'changed';
    await tx`UPDATE enrolment_token SET uses = uses + 1 WHERE id = ${token.id}`;
    const host = known === null ? await addHost(tx, token, request) : await reopenHost(tx, known, token);
    const [key] = await tx<[{ id: string }]>`
      INSERT INTO collector_key (host_id, organisation_id, public_key, enrolment_token_id)
      VALUES (${host.id}, ${organisationId}, ${publicKey}, ${token.id}) RETURNING id`;
    const again = known !== null;
    await recordEvent(tx, {
      ...{ hostId: host.id, organisationId, at: new Date(), kind: 'enrolled' },
      detail: { keyId: key.id, collectorVersion, again },
    });
    await recordAudit(tx, {
      ...{ organisationId, actorKind: 'collector', actor: key.id, action: 'host.enrol', subject: host.publicId },
      ...{ detail: { again, token: token.id, name: facts.name }, address },
    });
    return { hostId: host.id, hostPublicId: host.publicId, organisationId, keyId: key.id };
  });
}

async function findToken(tx: TransactionSql, token: string, lock: boolean): Promise<TokenRow | null> {
  const [row] = await tx<TokenRow[]>`
    SELECT id, organisation_id AS "organisationId", host_id AS "hostId", tags FROM enrolment_token
    WHERE token_hash = ${hashEnrolmentToken(token)} AND withdrawn_at IS NULL AND expires_at > clock_timestamp()
      AND uses < uses_allowed
    ${lock ? tx`FOR UPDATE` : tx``}`;
  return row ?? null;
}

/** The token's host, else the organisation's host with this machine id: one that is not retired first. */
async function findHost(
  tx: TransactionSql,
  { organisationId, hostId }: TokenRow,
  machineId: string,
): Promise<EnrolmentTarget['host']> {
  const [host] = await tx<{ id: number; publicId: string }[]>`
    SELECT id, public_id AS "publicId" FROM host
    WHERE organisation_id = ${organisationId}
      AND CASE WHEN ${hostId}::bigint IS NULL THEN machine_id = ${machineId} AND NOT simulated ELSE id = ${hostId} END
    ORDER BY retired_at IS NOT NULL, id DESC LIMIT 1`;
  return host ?? null;
}

async function addHost(
  tx: TransactionSql,
  { organisationId, tags }: TokenRow,
  { facts, collectorVersion }: EnrolRequest,
): Promise<{ id: number; publicId: string }> {
  const [host] = await tx<[{ id: number; publicId: string }]>`
    INSERT INTO host (organisation_id, name, tags, machine_id, facts, collector_version)
    VALUES (${organisationId}, ${facts.name}, ${tags}::text[], ${facts.machineId}, ${tx.json({ ...facts })},
      ${collectorVersion})
    RETURNING id, public_id AS "publicId"`;
  return host;
}

async function reopenHost(
  tx: TransactionSql,
  host: { id: number; publicId: string },
  { tags }: TokenRow,
): Promise<{ id: number; publicId: string }> {
  await tx`
    UPDATE host SET retired_at = NULL,
      tags = tags || ARRAY(SELECT t FROM unnest(${tags}::text[]) AS t WHERE t <> ALL (tags))
    WHERE id = ${host.id}`;
  await tx`UPDATE collector_key SET revoked_at = now() WHERE host_id = ${host.id} AND revoked_at IS NULL`;
  return host;
}
