import type { Item } from '../items/item.ts';
import type { Store } from '../snapshot.ts';

export const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Paths of the devices that a store lies on directly, or `major:minor`; empty = not read, or none. */
export function devicePaths(store: Store): string[] {
  const btrfs = store.btrfs?.devices.flatMap(({ path }) => path ?? []) ?? [];
  if (btrfs.length > 0) return btrfs;
  if (store.thinPool !== null) return store.thinPool.dataDevice === null ? [] : [store.thinPool.dataDevice];
  return store.device === null ? [] : [store.device];
}

/** Kernel names of the devices that one lies on; of very many the first ones. */
export const belowOf = ({ attributes }: Item): string[] =>
  textOrNull(attributes.below)
    ?.replace(/ and \d+ more$/, '')
    .split(', ') ?? [];

/** A device by its kernel name, a path or `8:1`, as in `findBlockDevice`; null = not among those of the inventory. */
export function findDevice(devices: readonly Item[], name: string): Item | null {
  const path = name.replace(/^\/dev\//, '');
  const [folder = '', inner, ...more] = path.split('/');
  const isVolume = inner !== undefined && more.length === 0;
  const volume = isVolume ? `${folder.replaceAll('-', '--')}-${inner.replaceAll('-', '--')}` : null;
  const dmName = isVolume && folder === 'mapper' ? inner : volume;
  return (
    devices.find((one) => one.key === `device:${path.replaceAll('/', '!')}`) ??
    devices.find(({ attributes }) => attributes.device === name) ??
    (dmName === null ? null : devices.find((one) => one.name === dmName)) ??
    null
  );
}
