import {
  type CollectorHost,
  countOpenTokens,
  createEnrolmentToken,
  hashEnrolmentToken,
  insertEnrolmentToken,
  recordAudit,
  type TransactionSql,
  withOrganisation,
} from '@silt/db';
import {
  isTag,
  MAX_OPEN_TOKENS,
  MAX_TAG_CHARACTERS,
  MAX_TAGS,
  MAX_TOKEN_USES,
  type MadeToken,
  type NewToken,
  TOKEN_LIFE_MILLISECONDS,
} from '@silt/domain';
import { ServiceError } from '../service-error.ts';
import type { Actor } from '../web-services.ts';
import { type CollectorContext, requireAdmin, requireHost } from './collector-context.ts';
import { enrolmentCommands } from './enrolment-commands.ts';

/** Errors: `forbidden`, `bad-input`, `not-found` for the host, `conflict`. */
export async function createToken(context: CollectorContext, actor: Actor, token: NewToken): Promise<MadeToken> {
  requireAdmin(actor);
  checkToken(token);
  const { sql, now, server } = context;
  const text = createEnrolmentToken();
  const expiresAt = new Date(now.getTime() + TOKEN_LIFE_MILLISECONDS);
  const { organisationId, userId } = actor;
  const { tags, uses } = token;
  const tokenId = await withOrganisation(sql, organisationId, async (tx) => {
    const host = token.hostId === null ? null : await enrolledHost(tx, organisationId, token.hostId);
    if ((await countOpenTokens(tx, organisationId, now)) >= MAX_OPEN_TOKENS)
      throw new ServiceError('conflict', `There are ${MAX_OPEN_TOKENS} open tokens. Withdraw one first.`);
    const id = await insertEnrolmentToken(tx, {
      ...{ organisationId, hash: hashEnrolmentToken(text), hostId: host?.id ?? null, tags, usesAllowed: uses },
      ...{ createdBy: userId, createdAt: now, expiresAt },
    });
    await recordAudit(tx, {
      ...{ organisationId, actorKind: 'user', actor: userId, action: 'enrolment-token.create', subject: id },
      detail: { host: host?.publicId ?? null, tags, uses, form: token.form },
      address: null,
    });
    return id;
  });
  const { url: collectorUrl, pin, keyPin } = server;
  const command = enrolmentCommands({ collectorUrl, pin, keyPin, token: text })[token.form];
  return { tokenId, command, expiresAt: expiresAt.toISOString(), uses };
}

async function enrolledHost(tx: TransactionSql, organisationId: string, hostId: string): Promise<CollectorHost> {
  const host = await requireHost(tx, organisationId, hostId);
  if (host.simulated) throw new ServiceError('conflict', 'This host is simulated: no machine could enrol as it.');
  return host;
}

function checkToken({ tags, uses, hostId }: NewToken): void {
  const refuse = (sentence: string): never => {
    throw new ServiceError('bad-input', sentence);
  };
  if (!Number.isInteger(uses) || uses < 1 || uses > MAX_TOKEN_USES) refuse(`Enrol 1 to ${MAX_TOKEN_USES} hosts.`);
  if (hostId !== null && uses !== 1) refuse('A token for one host works once.');
  if (tags.length > MAX_TAGS) refuse(`Give ${MAX_TAGS} tags at most.`);
  if (new Set(tags).size !== tags.length) refuse('Give each tag once.');
  if (!tags.every(isTag))
    refuse(`A tag has 1 to ${MAX_TAG_CHARACTERS} letters, digits and . _ : = / - and begins with a letter or digit.`);
}
