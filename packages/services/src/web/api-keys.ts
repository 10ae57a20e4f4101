import { randomBytes, randomUUID } from 'node:crypto';
import { defaultKeyHasher } from '@better-auth/api-key';
import {
  type ApiKeyRecord,
  type AuditAction,
  insertApiKey,
  ownerOfApiKey,
  readApiKeys,
  recordAudit,
  revokeApiKey,
  type SignInClient,
  type Sql,
  withOrganisation,
} from '@silt/db';
import {
  API_KEY_PREFIX,
  type ApiKeyList,
  type ApiKeyRow,
  MAX_API_KEY_DAYS,
  MAX_API_KEY_NAME_CHARACTERS,
  MAX_GOOD_API_KEYS,
  MAX_LISTED_API_KEYS,
  type MadeApiKey,
  type NewApiKey,
} from '@silt/domain';
import { z } from 'zod';
import { ServiceError } from '../service-error.ts';
import type { Actor, ApiKeyServices } from '../web-services.ts';

const KEY_BYTES = 32;
/** Of the random part, kept for people to know the key again. */
const START_CHARACTERS = 4;
const DAY_MILLISECONDS = 86_400_000;

interface ApiKeyContext {
  /** As silt_web: the audit log. */
  sql: Sql;
  /** As silt_auth: the keys. */
  client: SignInClient;
  now: Date;
}

/** @param run each call, with the time of it; it names a database that is away. */
export function openApiKeyServices(
  run: <Result>(call: (context: ApiKeyContext) => Promise<Result>) => Promise<Result>,
): ApiKeyServices {
  return {
    list: (actor) => run((context) => listApiKeys(context, actor)),
    create: (actor, key) => run((context) => createApiKey(context, actor, key)),
    revoke: (actor, keyId) => run((context) => endApiKey(context, actor, keyId)),
  };
}

async function listApiKeys({ client, now }: ApiKeyContext, actor: Actor): Promise<ApiKeyList> {
  const { organisationId: organizationId, userId, role } = actor;
  const whose = role === 'member' ? userId : null;
  const { keys, total } = await readApiKeys(client, {
    ...{ organizationId, userId: whose, now, limit: MAX_LISTED_API_KEYS },
  });
  return { keys: keys.map((key) => rowOf(key, userId, now)), total };
}

function rowOf(key: ApiKeyRecord, reader: string, now: Date): ApiKeyRow {
  const { expiresAt, revokedAt, lastRequestAt } = key;
  const expired = expiresAt !== null && expiresAt <= now;
  return {
    ...{ keyId: key.id, name: key.name, start: key.start },
    user: { name: key.userName, isSelf: key.userId === reader },
    state: revokedAt !== null ? 'revoked' : expired ? 'expired' : 'good',
    createdAt: key.createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastRequestAt?.toISOString() ?? null,
  };
}

/** The key is of who makes it. Errors: `bad-input`, `conflict` for too many, `forbidden` for who is no member any more. */
async function createApiKey(context: ApiKeyContext, actor: Actor, form: NewApiKey): Promise<MadeApiKey> {
  const name = form.name.trim();
  checkForm(name, form.days);
  const { client, now } = context;
  const random = randomBytes(KEY_BYTES).toString('base64url');
  const key = `${API_KEY_PREFIX}${random}`;
  const expiresAt = form.days === null ? null : new Date(now.getTime() + form.days * DAY_MILLISECONDS);
  const row = {
    ...{ id: randomUUID(), organizationId: actor.organisationId, userId: actor.userId, name, prefix: API_KEY_PREFIX },
    ...{ start: `${API_KEY_PREFIX}${random.slice(0, START_CHARACTERS)}`, keyHash: await defaultKeyHasher(key) },
    ...{ createdAt: now, expiresAt },
  };
  const expires = expiresAt?.toISOString() ?? null;
  await audited(context, actor, { action: 'api-key.create', subject: row.id, detail: { name, expires } }, async () => {
    const outcome = await insertApiKey(client, row, MAX_GOOD_API_KEYS);
    if (outcome === 'no-member') throw new ServiceError('forbidden', 'You are not in this organisation any more.');
    if (outcome === 'full')
      throw new ServiceError('conflict', `You have ${MAX_GOOD_API_KEYS} good keys. Revoke one first.`);
    return true;
  });
  return { keyId: row.id, key, expiresAt: expires };
}

function checkForm(name: string, days: number | null): void {
  const characters = [...name].length;
  if (characters < 1 || characters > MAX_API_KEY_NAME_CHARACTERS)
    throw new ServiceError('bad-input', `A name has 1 to ${MAX_API_KEY_NAME_CHARACTERS} letters.`);
  if (days !== null && !(Number.isInteger(days) && days >= 1 && days <= MAX_API_KEY_DAYS))
    throw new ServiceError('bad-input', `A key is good for 1 to ${MAX_API_KEY_DAYS} days, or does not expire.`);
}

/** One's own, and of owners and admins each of the organisation. One already revoked stays so. Errors: `not-found`. */
async function endApiKey(context: ApiKeyContext, actor: Actor, keyId: string): Promise<void> {
  const { client, now } = context;
  const { organisationId, userId, role } = actor;
  const isId = z.uuid().safeParse(keyId).success;
  const whose = isId ? await ownerOfApiKey(client, organisationId, keyId) : null;
  if (whose === null || (whose !== userId && role === 'member'))
    throw new ServiceError('not-found', 'There is no such API key.');
  await audited(context, actor, { action: 'api-key.revoke', subject: keyId, detail: { user: whose } }, () =>
    revokeApiKey(client, organisationId, keyId, now),
  );
}

interface ApiKeyEntry {
  action: AuditAction;
  subject: string;
  detail: Record<string, string | null>;
}

/**
 * Keys and log lie behind two roles, so no transaction holds both: the log's is open while the key changes, and commits
 * when it has. What fails, or is false since nothing had to change, leaves no line.
 */
async function audited(
  { sql }: ApiKeyContext,
  { organisationId, userId }: Actor,
  entry: ApiKeyEntry,
  change: () => Promise<boolean>,
): Promise<void> {
  const nothing = Symbol('nothing changed');
  await withOrganisation(sql, organisationId, async (tx) => {
    await recordAudit(tx, { ...entry, organisationId, actorKind: 'user', actor: userId, address: null });
    if ((await change()) === false) throw nothing;
  }).catch((error: unknown) => {
    if (error !== nothing) throw error;
  });
}
