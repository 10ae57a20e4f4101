import { readFleetPage } from '@silt/db';
import { type FleetPage, MAX_FLEET_OFFSET, MAX_FLEET_PAGE } from '@silt/domain';
import { ServiceError } from '../service-error.ts';
import type { FleetPageQuery } from '../web-services.ts';
import { fleetRow } from './fleet-row.ts';
import { longRead } from './long-read.ts';
import type { ReadContext } from './read-host.ts';

/** Errors: `bad-input`, `unavailable` when it takes too long. */
export async function fleetPage(context: ReadContext, query: FleetPageQuery): Promise<FleetPage> {
  const { organisationId, now } = context;
  const {
    sort,
    descending,
    text = '',
    states = [],
    tag = null,
    untagged = false,
    groupByTag = false,
    offset,
    limit,
  } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_FLEET_PAGE)
    throw new ServiceError('bad-input', `Ask for 1 to ${MAX_FLEET_PAGE} hosts.`);
  if (!Number.isInteger(offset) || offset < 0 || offset > MAX_FLEET_OFFSET)
    throw new ServiceError('bad-input', `Begin at host 0 to ${MAX_FLEET_OFFSET}.`);
  if (tag !== null && untagged)
    throw new ServiceError('bad-input', 'Ask for the hosts of a tag, or for those without one.');
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const filter = { sort, descending, words, states, tag, untagged, groupByTag, offset, limit };
  return longRead(context, async (tx) => {
    const { hosts, ...rest } = await readFleetPage(tx, organisationId, filter, now);
    return { hosts: hosts.map((host) => fleetRow(host, now)), ...rest };
  });
}
