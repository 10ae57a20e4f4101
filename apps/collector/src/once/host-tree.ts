import {
  type BlockDevice,
  findBlockDevice,
  formatBytes,
  type Inventory,
  type ResourceFill,
  resourceFills,
  type Snapshot,
  type Store,
  type ThinDevice,
} from '@silt/domain';
import { daemonNodes } from './docker-nodes.ts';
import { fillBar, shortFill } from './fill-bar.ts';
import { printable } from './printable.ts';
import type { TreeNode } from './tree.ts';

/** What a resource is called beside the first one of its store. */
const RESOURCE_WORDS: Record<ResourceFill['resource'], string> = {
  space: 'space',
  inodes: 'inodes',
  btrfsData: 'data',
  btrfsMetadata: 'metadata',
  loopBacking: 'the file beneath',
  poolData: 'data',
  poolMetadata: 'metadata',
};

/** From the disks up: partitions, mappings, pools, file systems, loop files, Docker, containers. */
export function hostTree(snapshot: Snapshot, inventory: Inventory): TreeNode[] {
  return new HostTree(snapshot, inventory).nodes();
}

class HostTree {
  readonly #snapshot: Snapshot;
  readonly #inventory: Inventory;
  readonly #devices: readonly BlockDevice[];
  readonly #fills: readonly ResourceFill[];
  /** What stands in the tree already: a device on two others is shown on the first of them. */
  readonly #shown = new Set<string>();

  constructor(snapshot: Snapshot, inventory: Inventory) {
    this.#snapshot = snapshot;
    this.#inventory = inventory;
    this.#devices = inventory.devices ?? [];
    this.#fills = resourceFills(snapshot.layout, snapshot.readings);
  }

  nodes(): TreeNode[] {
    const bottom = this.#devices.filter(({ below, kind }) => below.length === 0 && kind !== 'loop');
    const nodes = bottom.flatMap((device) => this.#device(device));
    // Network file systems, and all whose device was not read.
    const others = this.#snapshot.layout.stores.flatMap((store) => this.#store(store));
    const daemons = daemonNodes(this.#inventory, { storeKey: null, layout: this.#snapshot.layout });
    return [...nodes, ...others, ...daemons];
  }

  /** Empty where nothing that matters lies on it. */
  #device(device: BlockDevice): TreeNode[] {
    const key = `device ${device.name}`;
    if (this.#shown.has(key)) return [];
    this.#shown.add(key);
    const stores = this.#snapshot.layout.stores.filter((store) => this.#deviceOf(store) === device);
    const above = device.holders.flatMap((name) => this.#devices.find((one) => one.name === name) ?? []);
    const children = [
      ...stores.flatMap((store) => this.#store(store)),
      ...above.flatMap((holder) => this.#device(holder)),
    ];
    const thin = this.#inventory.thin?.devices.find(({ dmName }) => dmName === device.dm?.name);
    if (children.length === 0 && thin === undefined && device.kind !== 'disk') return [];
    return [{ line: deviceLine(device, thin), details: [], children }];
  }

  #deviceOf({ device, btrfs }: Store): BlockDevice | null {
    return findBlockDevice(this.#devices, device ?? btrfs?.devices[0]?.path ?? '');
  }

  #store(store: Store): TreeNode[] {
    const key = `store ${store.key}`;
    if (this.#shown.has(key)) return [];
    this.#shown.add(key);
    const { layout } = this.#snapshot;
    const loops = layout.stores.filter(({ loop }) => loop?.outerStoreKey === store.key);
    const onLoops = loops.flatMap((inner) => {
      const device = this.#devices.find(({ name }) => name === inner.loop?.device);
      return device === undefined ? this.#store(inner) : this.#device(device);
    });
    return [
      {
        line: this.#storeLine(store),
        details: this.#storeDetails(store),
        children: [...onLoops, ...daemonNodes(this.#inventory, { storeKey: store.key, layout })],
      },
    ];
  }

  #storeLine(store: Store): string {
    const first = this.#fillsOf(store)[0];
    const flags = [store.readOnly ? ['read-only'] : [], store.thinPool?.state == null ? [] : [store.thinPool.state]];
    const what = [store.fileSystemType ?? 'thin pool', printable(store.name), ...flags.flat()].join(' ');
    return `${what}  ${first === undefined ? 'not read' : fillBar(first)}`;
  }

  #storeDetails(store: Store): string[] {
    const { layout, readings } = this.#snapshot;
    const more = this.#fillsOf(store)
      .slice(1)
      .map((fill) => shortFill(RESOURCE_WORDS[fill.resource], fill));
    const place = layout.entries.findIndex((one) => one.storeKey === store.key && one.series === 'unallocatedBytes');
    const unallocated = place < 0 ? null : (readings[place] ?? null);
    if (unallocated !== null) more.push(`unallocated ${formatBytes(unallocated)}`);
    return more.length === 0 ? [] : [more.join(' · ')];
  }

  #fillsOf(store: Store): ResourceFill[] {
    return this.#fills.filter(({ storeKey }) => storeKey === store.key);
  }
}

function deviceLine(device: BlockDevice, thin: ThinDevice | undefined): string {
  const { name, sizeBytes, kind, loop, md, model, dm } = device;
  const words = [dm === null ? name : `${printable(dm.name)} (${name})`];
  if (sizeBytes !== null) words.push(formatBytes(sizeBytes));
  words.push(kindWords(device));
  if (model !== null) words.push(printable(model));
  if (loop !== null) words.push(`of ${printable(loop.backingFile)}${loop.deleted ? ', which is deleted' : ''}`);
  if (md?.degradedDevices) words.push(`lacks ${md.degradedDevices}`);
  if (thin !== undefined && kind === 'dm') {
    words.push(
      thin.mappedBytes === null ? `(${thin.state ?? 'not read'})` : `(${formatBytes(thin.mappedBytes)} mapped)`,
    );
  }
  return words.join('  ');
}

function kindWords({ kind, md, rotational }: BlockDevice): string {
  if (kind === 'md') return md?.level ?? 'md';
  if (kind === 'dm') return 'device mapper';
  if (kind === 'disk') return rotational === null ? 'disk' : rotational ? 'hard disk' : 'solid-state disk';
  return kind;
}
