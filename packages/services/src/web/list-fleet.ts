import { readFleet, withOrganisation } from '@silt/db';
import type { FleetView } from '@silt/domain';
import { fleetRow } from './fleet-row.ts';
import type { ReadContext } from './read-host.ts';

export async function listFleet({ sql, organisationId, now }: ReadContext): Promise<FleetView> {
  const records = await withOrganisation(sql, organisationId, (tx) => readFleet(tx, organisationId));
  const hosts = records.map((record) => fleetRow(record, now));
  const counts: FleetView['counts'] = { critical: 0, warning: 0, ok: 0, unknown: 0 };
  for (const { state } of hosts) counts[state] += 1;
  return { hosts, counts };
}
