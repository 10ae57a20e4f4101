import { HOLDING_KINDS, type Item, type ItemKind } from '../items/item.ts';
import type { Store } from '../snapshot.ts';
import { type DaemonSource, daemonKeyOfItem, daemonSources } from './daemon-sources.ts';
import { belowOf, devicePaths, findDevice, textOrNull } from './find-device.ts';
import { partsOf } from './parts-of.ts';
import {
  type Stack,
  type StackColumn,
  type StackEdge,
  type StackNode,
  type StackNodeKind,
  type StackSource,
  storeNodeId,
} from './stack.ts';

export const MAX_STACK_STORES = 16;
/** Containers with a node of their own, at each daemon; more of them are one group. */
const MAX_LONE_CONTAINERS = 3;
/** Containers with a daemon in them, likewise. */
const MAX_NESTING_CONTAINERS = 4;
const MAX_DEPTH = 16;

const DOCKER_KINDS: ReadonlySet<ItemKind> = new Set([
  ...(['image', 'image-layers', 'volume', 'build-cache'] as const),
  ...(['container', 'orphan-layer', 'leftover'] as const),
]);

/** The stack of a host at one moment. Whatever the sources say of each other, each store and daemon is in it at most once. */
export function stackOf(source: StackSource): Stack {
  const builder = new StackBuilder(source);
  return builder.build();
}

class StackBuilder {
  readonly #source: StackSource;
  readonly #items: Map<string, Item>;
  readonly #devices: Item[];
  readonly #nodes: StackNode[] = [];
  readonly #edges: StackEdge[] = [];
  readonly #byId = new Map<string, StackNode>();
  /** Node that a daemon's contents hang on, by the key of its item. */
  readonly #daemonNodes = new Map<string, StackNode>();

  constructor(source: StackSource) {
    this.#source = source;
    this.#items = new Map(source.items.map((item) => [item.key, item]));
    this.#devices = source.items.filter(({ kind }) => kind === 'device');
  }

  build(): Stack {
    const stores = this.#source.stores.slice(0, MAX_STACK_STORES);
    this.#addStores(stores);
    const nested = this.#addDaemons();
    this.#addContents(nested);
    return {
      nodes: this.#nodes,
      edges: this.#edges,
      hiddenStores: this.#source.stores.length - stores.length,
    };
  }

  #node(fields: Pick<StackNode, 'id' | 'column' | 'kind' | 'name'> & Partial<StackNode>): StackNode {
    const node = { item: null, storeKey: null, daemon: null, through: [], parts: [], inside: [], ...fields };
    this.#byId.set(node.id, node);
    return node;
  }

  #edge(from: string, to: string): void {
    if (!this.#edges.some((edge) => edge.from === from && edge.to === to)) this.#edges.push({ from, to });
  }

  #addStores(stores: readonly Store[]): void {
    const nodes = stores.map((store) =>
      this.#node({
        id: storeNodeId(store.key),
        column: 'store',
        kind: 'store',
        name: store.name,
        item: this.#items.get(`store:${store.key}`) ?? null,
        storeKey: store.key,
      }),
    );
    const holders = new Map(stores.map((store) => [store.key, this.#holderOf(store, stores)]));
    stores.forEach((store, index) => {
      const node = nodes[index];
      if (node === undefined) return;
      const holder = liesInItself(store.key, holders) ? null : (holders.get(store.key) ?? null);
      const holderNode = holder === null ? undefined : this.#byId.get(storeNodeId(holder));
      if (holderNode !== undefined) {
        holderNode.inside.push(node);
        return;
      }
      for (const device of this.#addDevices(store)) this.#edge(device.id, node.id);
      this.#nodes.push(node);
    });
  }

  /** The store that another lies in: by its loop file, or by a thin volume of a pool. */
  #holderOf(store: Store, stores: readonly Store[]): string | null {
    if (store.loop !== null) return store.loop.outerStoreKey;
    if (store.kind === 'thin-pool') return null;
    const below = new Set(this.#devicesOf(store).flatMap((device) => this.#chain(device).map(({ key }) => key)));
    const pool = stores.find(
      (other) => other.kind === 'thin-pool' && this.#devicesOf(other).some(({ key }) => below.has(key)),
    );
    return pool?.key ?? null;
  }

  /** The devices that a store lies on directly. */
  #devicesOf(store: Store): Item[] {
    const found = devicePaths(store).flatMap((path) => findDevice(this.#devices, path) ?? []);
    const told = this.#items.get(this.#items.get(`store:${store.key}`)?.parentKey ?? '');
    return found.length === 0 && told?.kind === 'device' ? [told] : found;
  }

  /** A device and all below it, each once, from the top down. */
  #chain(top: Item): Item[] {
    const found = [top];
    let level = [top];
    for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth += 1) {
      const next = level.flatMap((device) => belowOf(device)).flatMap((name) => findDevice(this.#devices, name) ?? []);
      level = [...new Set(next)].filter((device) => !found.includes(device));
      found.push(...level);
    }
    return found;
  }

  /** Nodes of the devices that a store lies on, with those of their disks. */
  #addDevices(store: Store): StackNode[] {
    const found = this.#devicesOf(store);
    if (found.length > 0) return found.map((device) => this.#addChain(device));
    return devicePaths(store).map((path) => {
      const id = `device ${path}`;
      const known = this.#byId.get(id);
      if (known !== undefined) return known;
      const node = this.#node({ id, column: 'device', kind: 'device', name: path.replace(/^\/dev\//, '') });
      this.#nodes.push(node);
      return node;
    });
  }

  #addChain(device: Item): StackNode {
    const chain = this.#chain(device);
    const isDisk = (one: Item): boolean => belowOf(one).every((name) => findDevice(this.#devices, name) === null);
    const through = chain.filter((one) => one !== device && !isDisk(one)).map(({ name }) => name);
    const top = this.#addDevice(device, isDisk(device) ? 'disk' : 'device', through);
    for (const disk of chain) {
      if (disk !== device && isDisk(disk)) this.#edge(this.#addDevice(disk, 'disk', []).id, top.id);
    }
    return top;
  }

  #addDevice(item: Item, column: StackColumn, through: string[]): StackNode {
    const id = `device ${item.key}`;
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const node = this.#node({ id, column, kind: 'device', name: item.name, item, through });
    this.#nodes.push(node);
    return node;
  }

  /** Daemons of the host with their data roots; gives those that run in a container. */
  #addDaemons(): DaemonSource[] {
    const sources = daemonSources(this.#source);
    for (const source of sources.filter(({ containerKey }) => containerKey === null)) {
      const { key, item, daemon, storeKey, dataRoot } = source;
      const node = this.#node({
        id: `daemon ${key}`,
        column: 'daemon',
        kind: 'daemon',
        name: key,
        item,
        daemon,
        storeKey,
      });
      this.#nodes.push(node);
      this.#daemonNodes.set(key, node);
      if (dataRoot === null) continue;
      const id = `data-root ${storeKey} ${dataRoot}`;
      const root = this.#byId.get(id) ?? this.#addDataRoot(id, dataRoot, storeKey);
      this.#edge(root.id, node.id);
    }
    return sources.filter(({ containerKey }) => containerKey !== null);
  }

  #addDataRoot(id: string, path: string, storeKey: string | null): StackNode {
    const item =
      this.#source.items.find((one) => one.kind === 'data-root' && one.name === path && one.storeKey === storeKey) ??
      null;
    const node = this.#node({ id, column: 'data-root', kind: 'data-root', name: path, item, storeKey });
    this.#nodes.push(node);
    // With devicemapper the layers lie in a pool, and the rest of the data root elsewhere.
    for (const key of [textOrNull(item?.attributes.layersStoreKey), storeKey]) {
      if (key !== null && this.#byId.has(storeNodeId(key))) this.#edge(storeNodeId(key), id);
    }
    return node;
  }

  #addContents(nested: readonly DaemonSource[]): void {
    const held = new Map<string, Item[]>();
    const ofNested = new Map<string, Item[]>();
    for (const item of this.#source.items) {
      if (!(HOLDING_KINDS as readonly ItemKind[]).includes(item.kind) || this.#isDrawn(item)) continue;
      const daemonKey = this.#daemonKeyOf(item);
      const inner = daemonKey === null ? undefined : nested.find(({ key }) => key === daemonKey);
      const [groups, anchor] = inner ? [ofNested, inner.key] : [held, this.#anchorOf(item, daemonKey)];
      if (anchor !== null) groups.set(anchor, [...(groups.get(anchor) ?? []), item]);
    }
    for (const source of nested) {
      const anchor = this.#anchorOfNested(source);
      if (anchor !== null && !held.has(anchor)) held.set(anchor, []);
    }
    for (const [anchor, items] of held) {
      const inner = nested.filter((source) => this.#anchorOfNested(source) === anchor);
      for (const node of this.#contentNodes(anchor, items, inner, ofNested)) {
        this.#nodes.push(node);
        this.#edge(anchor, node.id);
      }
    }
  }

  /** The file of a store that is drawn within the one that holds it. */
  #isDrawn({ kind, ownerKey }: Item): boolean {
    return kind === 'loop-file' && ownerKey !== null && this.#byId.has(ownerKey.replace(/^store:/, 'store '));
  }

  /** Key of the daemon that an item belongs to; null = none is known. */
  #daemonKeyOf(item: Item): string | null {
    let at: Item | undefined = item;
    for (let depth = 0; at !== undefined && depth < MAX_DEPTH; depth += 1) {
      if (at.kind === 'daemon') return daemonKeyOfItem(at);
      const next: string | null = at.kind === 'data-root' ? at.ownerKey : at.parentKey;
      at = next === null ? undefined : this.#items.get(next);
    }
    return null;
  }

  /** The node that an item hangs on: its daemon, the one daemon of its store, else its store. */
  #anchorOf(item: Item, daemonKey: string | null): string | null {
    const own = daemonKey === null ? undefined : this.#daemonNodes.get(daemonKey);
    if (own !== undefined) return own.id;
    if (item.storeKey === null || !this.#byId.has(storeNodeId(item.storeKey))) return null;
    const onStore = [...this.#daemonNodes.values()].filter(({ storeKey }) => storeKey === item.storeKey);
    const [only] = onStore;
    return DOCKER_KINDS.has(item.kind) && only !== undefined && onStore.length === 1
      ? only.id
      : storeNodeId(item.storeKey);
  }

  #anchorOfNested({ containerKey, storeKey }: DaemonSource): string | null {
    const container = containerKey === null ? undefined : this.#items.get(containerKey);
    if (container !== undefined) return this.#anchorOf(container, this.#daemonKeyOf(container));
    const [only, ...more] = this.#daemonNodes.values();
    if (only !== undefined && more.length === 0) return only.id;
    return storeKey !== null && this.#byId.has(storeNodeId(storeKey)) ? storeNodeId(storeKey) : null;
  }

  /** What hangs on one daemon or store: nesting containers, few containers, leftovers, orphans, and the rest by kind. */
  #contentNodes(
    anchor: string,
    items: readonly Item[],
    nested: readonly DaemonSource[],
    ofNested: ReadonlyMap<string, Item[]>,
  ): StackNode[] {
    const shown = nested.slice(0, MAX_NESTING_CONTAINERS);
    const nodes = shown.map((source) => this.#nestingNode(source, ofNested.get(source.key) ?? []));
    const containers = items.filter(
      ({ kind, key }) => kind === 'container' && !shown.some(({ containerKey }) => containerKey === key),
    );
    const lone = containers.length <= MAX_LONE_CONTAINERS;
    const group = (kind: StackNodeKind, held: readonly Item[]): StackNode[] =>
      held.length === 0 ? [] : [this.#groupNode(`${kind} of ${anchor}`, kind, held)];
    if (lone) nodes.push(...containers.map((item) => this.#containerNode(item.key, item)));
    const rest = items.filter(({ kind }) => kind !== 'container' && kind !== 'leftover' && kind !== 'orphan-layer');
    return [
      ...nodes,
      ...(lone ? [] : group('containers', containers)),
      ...group(
        'leftovers',
        items.filter(({ kind }) => kind === 'leftover'),
      ),
      ...group(
        'orphan-layers',
        items.filter(({ kind }) => kind === 'orphan-layer'),
      ),
      ...group('rest', rest),
    ];
  }

  #containerNode(key: string, item: Item | null): StackNode {
    const name = item?.name ?? key.replace(/^container:/, '');
    return this.#node({
      id: `container ${key}`,
      column: 'contents',
      kind: 'container',
      name,
      item,
      storeKey: item?.storeKey ?? null,
      parts: item === null ? [] : partsOf([item]),
    });
  }

  #nestingNode(source: DaemonSource, items: readonly Item[]): StackNode {
    const { key, item, daemon, storeKey } = source;
    const containerKey = source.containerKey ?? key;
    const id = `container ${containerKey}`;
    const container = this.#byId.get(id) ?? this.#containerNode(containerKey, this.#items.get(containerKey) ?? null);
    const inner = this.#node({
      id: `daemon ${key}`,
      column: 'contents',
      kind: 'daemon',
      name: key,
      item,
      daemon,
      storeKey,
    });
    container.inside.push(inner);
    if (items.length > 0) container.inside.push(this.#groupNode(`containers of ${key}`, 'containers', items));
    return container;
  }

  #groupNode(id: string, kind: StackNodeKind, items: readonly Item[]): StackNode {
    const storeKeys = new Set(items.map(({ storeKey }) => storeKey));
    const [storeKey = null] = storeKeys.size === 1 ? storeKeys : [];
    return this.#node({ id, column: 'contents', kind, name: '', storeKey, parts: partsOf(items) });
  }
}

/** Whether the holders of a store lead back to it. */
function liesInItself(key: string, holders: ReadonlyMap<string, string | null>): boolean {
  const seen = new Set<string>();
  for (let at: string | null = key; at !== null; at = holders.get(at) ?? null) {
    if (seen.has(at)) return true;
    seen.add(at);
  }
  return false;
}
