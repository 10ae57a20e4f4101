import { readToken, recordAudit, withdrawTokens, withOrganisation } from '@silt/db';
import { ServiceError } from '../service-error.ts';
import type { Actor } from '../web-services.ts';
import { type CollectorContext, isId, requireAdmin } from './collector-context.ts';

/** Errors: `forbidden`, `not-found`. */
export async function withdrawToken({ sql, now }: CollectorContext, actor: Actor, tokenId: string): Promise<void> {
  requireAdmin(actor);
  const { organisationId, userId } = actor;
  await withOrganisation(sql, organisationId, async (tx) => {
    const token = isId(tokenId) ? await readToken(tx, organisationId, tokenId) : null;
    if (!token) throw new ServiceError('not-found', 'There is no such token.');
    const [withdrawn] = await withdrawTokens(tx, organisationId, { id: tokenId }, now);
    if (withdrawn === undefined) return;
    await recordAudit(tx, {
      ...{ organisationId, actorKind: 'user', actor: userId, action: 'enrolment-token.withdraw', subject: withdrawn },
      detail: {},
      address: null,
    });
  });
}
