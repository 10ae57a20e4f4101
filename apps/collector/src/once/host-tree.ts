import { type BlockDevice, findBlockDevice, formatBytes, type Store, type ThinDevice } from '@silt/domain';
import { containerdNodes } from './containerd-nodes.ts';
import { deviceName, deviceWords } from './device-words.ts';
import { daemonNodes } from './docker-nodes.ts';
import type { HostView } from './host-view.ts';
import { shortName } from './shorten.ts';
import { MAX_SHOWN } from './shorten-list.ts';
import { btrfsFacts, storeLine, storeName, storeRows } from './store-rows.ts';
import { subvolumeNodes } from './subvolume-nodes.ts';
import { thinNodes } from './thin-nodes.ts';
import { poolFacts } from './thin-pool-words.ts';
import { type TreeNode, treeNode } from './tree.ts';

/** From the disks up: partitions, mappings, pools, file systems, loop files, Docker, containers. */
export function hostTree(view: HostView): TreeNode[] {
  return new HostTree(view).nodes();
}

class HostTree {
  readonly #view: HostView;
  readonly #devices: readonly BlockDevice[];
  readonly #stores: readonly Store[];
  /** By key: what is said where it would stand again. A device on two others is shown on the first of them. */
  readonly #shown = new Map<string, TreeNode[]>();

  constructor(view: HostView) {
    this.#view = view;
    this.#devices = view.inventory.devices ?? [];
    this.#stores = view.snapshot.layout.stores;
  }

  nodes(): TreeNode[] {
    const names = new Set(this.#devices.map(({ name }) => name));
    const bottom = this.#devices.filter(({ below }) => !below.some((name) => names.has(name)));
    const disks = bottom
      .filter(({ kind }) => kind !== 'loop')
      .map((device) => ({ device, nodes: this.#device(device) }));
    const loops = bottom.filter(({ kind }) => kind === 'loop');
    const onNoDevice = this.#stores.filter((store) => this.#devicesOf(store).every((device) => device === null));
    return [
      ...disks.flatMap(({ nodes }) => nodes),
      // Network file systems, and all whose device was not read.
      ...this.#remaining(onNoDevice),
      // Loop files that were not found in any store.
      ...loops.flatMap((device) => (this.#shown.has(deviceKey(device)) ? [] : this.#device(device))),
      ...this.#remaining(this.#stores),
      ...daemonNodes(this.#view, null),
      ...containerdNodes(this.#view, null),
      ...unusedNodes(disks.filter(({ nodes }) => nodes.length === 0).map(({ device }) => device)),
      ...this.#absences(),
    ];
  }

  #remaining = (stores: readonly Store[]): TreeNode[] =>
    stores.flatMap((store) => (this.#shown.has(store.key) ? [] : this.#store(store)));

  /** Empty where nothing that matters lies on it. */
  #device(device: BlockDevice): TreeNode[] {
    const key = deviceKey(device);
    const before = this.#shown.get(key);
    if (before !== undefined) return before;
    this.#shown.set(key, []);
    const stores = this.#stores.filter((store) => this.#devicesOf(store).includes(device));
    const pool = stores.find(({ thinPool }) => thinPool !== null);
    const above = device.holders.flatMap((name) => this.#devices.find((one) => one.name === name) ?? []);
    // A pool's device is the pool: one line for both.
    if (pool !== undefined) {
      const nodes = this.#store(pool);
      this.#shown.set(key, see(storeName(pool)));
      return nodes;
    }
    const children = [
      ...stores.flatMap((store) => this.#store(store)),
      ...above.flatMap((one) => this.#above(device, one)),
    ];
    if (children.length === 0) return [];
    this.#shown.set(key, see(deviceName(device)));
    return [treeNode(deviceWords(device, this.#view.paint), { children })];
  }

  /** A pool stands on its data, and is named on its metadata. */
  #above(below: BlockDevice, device: BlockDevice): TreeNode[] {
    const pool = this.#stores.find((store) => store.thinPool !== null && this.#devicesOf(store).includes(device));
    const data = this.#devices.find(({ device: number }) => number !== null && number === pool?.thinPool?.dataDevice);
    return pool === undefined || data === undefined || data === below ? this.#device(device) : see(storeName(pool));
  }

  #devicesOf({ device, btrfs }: Store): (BlockDevice | null)[] {
    const paths = [device, ...(btrfs?.devices ?? []).map(({ path }) => path)];
    return paths.map((path) => (path === null ? null : findBlockDevice(this.#devices, path)));
  }

  #store(store: Store): TreeNode[] {
    const before = this.#shown.get(store.key);
    if (before !== undefined) return before;
    this.#shown.set(store.key, see(storeName(store)));
    const view = this.#view;
    const children = [
      ...this.#onPool(store),
      ...this.#onLoopFiles(store),
      ...subvolumeNodes(store, view),
      ...daemonNodes(view, store.key),
      ...containerdNodes(view, store.key),
    ];
    const pool = this.#poolOf(store);
    const facts = store.thinPool === null ? btrfsFacts(store, view) : poolFacts(store.thinPool, pool, view.inventory);
    const { left, right } = storeLine(store, view);
    return [treeNode(left, { right, rows: storeRows(store, view), facts, children })];
  }

  #onLoopFiles({ key }: Store): TreeNode[] {
    const inner = this.#stores.filter(({ loop }) => loop?.outerStoreKey === key);
    return inner.flatMap((store) => {
      const device = this.#devices.find(({ name }) => name === store.loop?.device);
      return device === undefined ? this.#store(store) : this.#device(device);
    });
  }

  #poolOf = ({ name, thinPool }: Store) =>
    thinPool === null ? undefined : this.#view.inventory.thin?.pools.find((pool) => pool.name === name);

  #onPool(store: Store): TreeNode[] {
    const pool = this.#poolOf(store);
    return pool === undefined ? [] : thinNodes(pool, this.#view, (thin) => this.#onThinDevice(thin));
  }

  /** Its own line is the pool's to say. */
  #onThinDevice({ device: number, dmName }: ThinDevice): TreeNode[] {
    const device = this.#devices.find((one) => (number === null ? one.dm?.name === dmName : one.device === number));
    return device === undefined ? [] : this.#device(device).flatMap(({ children }) => children);
  }

  /** Not read, and none. */
  #absences(): TreeNode[] {
    const { inventory, snapshot } = this.#view;
    const { docker } = inventory;
    const nodes: TreeNode[] = [];
    if (inventory.devices === null) nodes.push(treeNode('block devices: not read'));
    if (docker === null) nodes.push(treeNode('Docker and containerd: not read'));
    else if (docker.daemons.length + docker.containerds.length === 0) {
      nodes.push(treeNode('Docker and containerd: none'));
    }
    if (inventory.thin === null && snapshot.layout.stores.some(({ thinPool }) => thinPool !== null)) {
      nodes.push(treeNode('thin devices: not read'));
    }
    return nodes;
  }
}

const deviceKey = ({ name }: BlockDevice): string => `device ${name}`;

const see = (name: string): TreeNode[] => [treeNode(`see ${name}`)];

function unusedNodes(devices: readonly BlockDevice[]): TreeNode[] {
  const disks = devices.filter(({ kind, sizeBytes }) => kind === 'disk' && sizeBytes !== 0);
  if (disks.length === 0) return [];
  const names = disks.slice(0, MAX_SHOWN).map(({ name, sizeBytes }) => {
    return sizeBytes === null ? shortName(name) : `${shortName(name)} (${formatBytes(sizeBytes)})`;
  });
  const more = disks.length - names.length;
  const facts = more === 0 ? names : [...names, `and ${more} more`];
  return [treeNode('disks without anything on them that was read', { facts })];
}
