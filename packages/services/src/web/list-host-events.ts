import { readHostEvents, withOrganisation } from '@silt/db';
import { type HostEventList, MAX_LISTED_EVENTS } from '@silt/domain';
import { ServiceError } from '../service-error.ts';
import type { EventsQuery } from '../web-services.ts';
import { momentOf } from './moment-of.ts';
import { findHost, type ReadContext } from './read-host.ts';

/** Errors: `not-found`, `bad-input`. */
export async function listHostEvents(
  { sql, organisationId, now }: ReadContext,
  { hostId, limit, at }: EventsQuery,
): Promise<HostEventList> {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LISTED_EVENTS)
    throw new ServiceError('bad-input', `Ask for 1 to ${MAX_LISTED_EVENTS} events.`);
  const until = at === undefined ? null : momentOf(at, now);
  return withOrganisation(sql, organisationId, async (tx) => {
    const host = await findHost(tx, organisationId, hostId);
    const events = await readHostEvents(tx, { hostId: host.id, organisationId }, { until, limit: limit + 1 });
    return { events: events.slice(0, limit), more: events.length > limit };
  });
}
