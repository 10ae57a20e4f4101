import { printable, type Store } from '@silt/domain';
import type { ApiClient } from './api-client.ts';
import { wrongUse } from './cli-error.ts';

/**
 * A store of a host by its key, its name, or one of its mount points, as the host had it at the moment. Errors: wrong
 * use when none, or more than one, is called so.
 *
 * @param at ISO 8601; undefined = now.
 */
export async function findStore(api: ApiClient, hostId: string, name: string, at?: string): Promise<Store> {
  const host = await api.host.get.query({ hostId, ...(at === undefined ? {} : { at }) });
  const stores = host.stores.map(({ store }) => store);
  const byKey = stores.filter(({ key }) => key === name);
  const found = byKey.length > 0 ? byKey : stores.filter((store) => store.name === name || isMountedAt(store, name));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const keys = (some: readonly Store[]): string => some.map(({ key }) => printable(key)).join(', ');
  if (found.length > 1)
    throw wrongUse(`${found.length} stores are called ${printable(name)}. Say which by its key: ${keys(found)}.`);
  const hint = stores.length === 0 ? 'No store was read there.' : `There are: ${keys(stores)}.`;
  throw wrongUse(`${printable(host.row.name)} has no store ${printable(name)}. ${hint}`);
}

const isMountedAt = ({ mountPoints }: Store, path: string): boolean => mountPoints.includes(path);
