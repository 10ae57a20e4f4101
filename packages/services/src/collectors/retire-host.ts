import { recordAudit, recordEvent, setRetired, withdrawTokens, withOrganisation } from '@silt/db';
import type { Actor } from '../web-services.ts';
import { type CollectorContext, requireAdmin, requireHost, tellChange } from './collector-context.ts';

/**
 * History is kept, the collector is refused. Tokens that are for this host are withdrawn with it, since they would
 * bring it back. Errors: `forbidden`, `not-found`.
 */
export async function retireHost({ sql, now }: CollectorContext, actor: Actor, hostId: string): Promise<void> {
  requireAdmin(actor);
  const { organisationId, userId } = actor;
  await withOrganisation(sql, organisationId, async (tx) => {
    const host = await requireHost(tx, organisationId, hostId);
    if (host.retiredAt !== null) return;
    await setRetired(tx, host, now);
    const withdrawn = await withdrawTokens(tx, organisationId, { hostId: host.id }, now);
    await recordEvent(tx, {
      ...{ hostId: host.id, organisationId, at: now, kind: 'retired' },
      detail: { tag: null, silentHours: null },
    });
    await recordAudit(tx, {
      ...{ organisationId, actorKind: 'user', actor: userId, action: 'host.retire', subject: host.publicId },
      detail: { tag: null, withdrawn },
      address: null,
    });
  });
  await tellChange(sql, organisationId, hostId);
}
