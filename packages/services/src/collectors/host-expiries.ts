import { deleteExpiry, recordAudit, withOrganisation, writeExpiry } from '@silt/db';
import { type HostExpiry, isTag, MAX_EXPIRIES, MAX_SILENT_HOURS, MAX_TAG_CHARACTERS } from '@silt/domain';
import { ServiceError } from '../service-error.ts';
import type { Actor } from '../web-services.ts';
import { type CollectorContext, requireAdmin } from './collector-context.ts';

/** Adds the rule of a tag, or changes it. Errors: `forbidden`, `bad-input`, `conflict`. */
export async function setExpiry({ sql }: CollectorContext, actor: Actor, expiry: HostExpiry): Promise<void> {
  requireAdmin(actor);
  const { tag, silentHours } = expiry;
  if (!isTag(tag)) throw new ServiceError('bad-input', `A tag has 1 to ${MAX_TAG_CHARACTERS} letters or digits.`);
  if (!Number.isInteger(silentHours) || silentHours < 1 || silentHours > MAX_SILENT_HOURS)
    throw new ServiceError('bad-input', `Hosts retire after 1 to ${MAX_SILENT_HOURS} hours of silence.`);
  const { organisationId, userId } = actor;
  await withOrganisation(sql, organisationId, async (tx) => {
    if (!(await writeExpiry(tx, organisationId, { tag, silentHours }, MAX_EXPIRIES)))
      throw new ServiceError('conflict', `There are ${MAX_EXPIRIES} rules. Remove one first.`);
    await recordAudit(tx, {
      ...{ organisationId, actorKind: 'user', actor: userId, action: 'host-expiry.set', subject: tag },
      detail: { silentHours },
      address: null,
    });
  });
}

/** Errors: `forbidden`, `not-found`. */
export async function removeExpiry({ sql }: CollectorContext, actor: Actor, tag: string): Promise<void> {
  requireAdmin(actor);
  const { organisationId, userId } = actor;
  await withOrganisation(sql, organisationId, async (tx) => {
    if (!(await deleteExpiry(tx, organisationId, tag)))
      throw new ServiceError('not-found', 'There is no rule for this tag.');
    await recordAudit(tx, {
      ...{ organisationId, actorKind: 'user', actor: userId, action: 'host-expiry.remove', subject: tag },
      detail: {},
      address: null,
    });
  });
}
