import { type FleetRow, MAX_FLEET_PAGE, printable } from '@silt/domain';
import type { ApiClient } from './api-client.ts';
import { wrongUse } from './cli-error.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Pages of hosts that are looked through for a name: 10,000 hosts. */
const MAX_LOOKUP_PAGES = 50;
/** Characters that the server filters by at most. */
const MAX_FILTER_CHARACTERS = 200;
const MAX_NAMED = 10;

/**
 * The id of a host by its name, or by its id. Retired ones have their id alone. Errors: wrong use when no host, or more
 * than one, is called so.
 */
export async function findHost(api: ApiClient, host: string): Promise<string> {
  if (ID.test(host)) return host.toLowerCase();
  const alike = await hostsLike(api, host);
  const named = alike.filter(({ name }) => name === host);
  const [only] = named;
  if (only !== undefined && named.length === 1) return only.hostId;
  if (named.length > 1)
    throw wrongUse(`${named.length} hosts are called ${printable(host)}. Say which by its id: ${listed(named)}.`);
  const hint = alike.length === 0 ? '' : ` There is: ${listed(alike)}.`;
  throw wrongUse(`No host is called ${printable(host)}.${hint}`);
}

async function hostsLike(api: ApiClient, name: string): Promise<FleetRow[]> {
  const text = name.slice(0, MAX_FILTER_CHARACTERS);
  const found: FleetRow[] = [];
  for (let page = 0; page < MAX_LOOKUP_PAGES; page += 1) {
    const limit = MAX_FLEET_PAGE;
    const { hosts, total } = await api.fleet.page.query({
      ...{ sort: 'name', descending: false, text, offset: page * limit, limit },
    });
    found.push(...hosts);
    if (hosts.length < limit || found.length >= total) break;
  }
  return found;
}

function listed(hosts: readonly FleetRow[]): string {
  const names = hosts.slice(0, MAX_NAMED).map(({ name, hostId }) => `${printable(name)} (${hostId})`);
  return hosts.length > MAX_NAMED ? `${names.join(', ')} and others` : names.join(', ');
}
