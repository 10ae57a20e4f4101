import type { Inventory } from '../../inventory/inventory.ts';
import type { Root } from './places.ts';

/** `not listed`: it is on disk, and no daemon lists it: one that is being made or removed. null = not read. */
export type VolumeUse = 'in use' | 'unused' | 'not listed' | null;

/** By the daemons' own counts, and by folders of the volume that containers or daemons use past them. */
export function useOfVolume(volume: string, root: Root, inventory: Inventory): VolumeUse {
  const lists = root.daemons.map(({ volumes }) => volumes?.filter(({ name }) => name === volume) ?? null);
  const references = lists.flatMap((list) => list ?? []).map((one) => one.references);
  if (references.some((count) => count !== null && count > 0)) return 'in use';
  if (isUsedByPath(volume, root, inventory)) return 'in use';
  if (lists.some((list) => list === null) || references.some((count) => count === null)) return null;
  return references.length === 0 ? 'not listed' : 'unused';
}

/**
 * A container or a daemon uses the folder of a volume past it, by its path: Docker counts no reference, and its removal would
 * take the data away.
 */
export function isUsedByPath(volume: string, { daemons, dataRoot }: Root, { docker }: Inventory): boolean {
  const first = daemons.find(({ state }) => state === 'answers') ?? daemons[0];
  const folder = dataRoot?.path ?? first?.dataRoot ?? null;
  if (first === undefined || folder === null) return false;
  const path = `${folder.replace(/\/+$/, '')}/volumes/${volume}`;
  const isWithin = (other: string | null): boolean => other === path || (other?.startsWith(`${path}/`) ?? false);
  const containers = daemons.flatMap((daemon) => daemon.containers ?? []);
  if (containers.some(({ mounts }) => mounts.some(({ source, name }) => name === null && isWithin(source))))
    return true;
  const besides = docker?.daemons.filter((one) => one.nestedInContainerId === first.nestedInContainerId) ?? [];
  return besides.some((one) => isWithin(one.dataRoot));
}
