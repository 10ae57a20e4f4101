import { type HostAddress, readTagSettings, type Sql, transaction } from '@silt/db';
import type { TagSetting } from '@silt/domain';

/** By organisation, of those that some of the hosts belong to. */
export async function readHorizonSettings(sql: Sql, hosts: readonly HostAddress[]): Promise<Map<string, TagSetting[]>> {
  const organisationIds = [...new Set(hosts.map(({ organisationId }) => organisationId))];
  return transaction(sql, async (tx) => {
    const settings = new Map<string, TagSetting[]>();
    for (const id of organisationIds) settings.set(id, await readTagSettings(tx, id));
    return settings;
  });
}
