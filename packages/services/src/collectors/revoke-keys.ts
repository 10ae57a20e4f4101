import { recordAudit, recordEvent, revokeKeys, withOrganisation } from '@silt/db';
import type { Actor } from '../web-services.ts';
import { type CollectorContext, requireAdmin, requireHost, tellChange } from './collector-context.ts';

/** Revokes every good key of a host; the gateways close its connection. Errors: `forbidden`, `not-found`. */
export async function revokeHostKeys({ sql, now }: CollectorContext, actor: Actor, hostId: string): Promise<void> {
  requireAdmin(actor);
  const { organisationId, userId } = actor;
  await withOrganisation(sql, organisationId, async (tx) => {
    const host = await requireHost(tx, organisationId, hostId);
    for (const keyId of await revokeKeys(tx, host, now)) {
      await recordEvent(tx, {
        ...{ hostId: host.id, organisationId, at: now, kind: 'key-revoked' },
        detail: { keyId },
      });
      await recordAudit(tx, {
        ...{ organisationId, actorKind: 'user', actor: userId, action: 'key.revoke', subject: keyId },
        detail: { host: host.publicId },
        address: null,
      });
    }
  });
  await tellChange(sql, organisationId, hostId);
}
