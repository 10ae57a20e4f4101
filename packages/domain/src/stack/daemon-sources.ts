import type { Item } from '../items/item.ts';
import type { Daemon } from '../snapshot.ts';
import { textOrNull } from './find-device.ts';
import type { StackSource } from './stack.ts';

export interface DaemonSource {
  key: string;
  item: Item | null;
  daemon: Daemon | null;
  storeKey: string | null;
  dataRoot: string | null;
  /** Key of the item of the container that it runs in; null = none. */
  containerKey: string | null;
}

export const daemonKeyOfItem = ({ key }: Item): string => key.replace(/^daemon:/, '');

/** Daemons of the snapshot and of the inventory, each once. */
export function daemonSources({ daemons, items }: StackSource): DaemonSource[] {
  const ofItems = new Map(items.filter(({ kind }) => kind === 'daemon').map((item) => [daemonKeyOfItem(item), item]));
  const keys = new Set([...daemons.map(({ key }) => key), ...ofItems.keys()]);
  return [...keys].map((key) => {
    const item = ofItems.get(key) ?? null;
    const daemon = daemons.find((one) => one.key === key) ?? null;
    const containerId = daemon?.containerId ?? null;
    return {
      key,
      item,
      daemon,
      storeKey: daemon?.storeKey ?? item?.storeKey ?? null,
      dataRoot: daemon?.dataRoot ?? textOrNull(item?.attributes.dataRoot),
      containerKey: item?.parentKey ?? (containerId === null ? null : `container:${containerId}`),
    };
  });
}
