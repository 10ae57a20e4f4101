import type { BtrfsInventory, Subvolume } from '../../inventory/btrfs.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { LayerEntry, LayerEntryClass, LayerStore, VolumeLeftover } from '../../inventory/layers.ts';
import type { Item } from '../item.ts';
import { SubvolumeBytes } from './btrfs-bytes.ts';
import { volumeKey } from './docker-items.ts';
import { type Holding, keyOf, listText, makeItem, UNKNOWN_HOLDING, upTo } from './make-item.ts';
import type { Root } from './places.ts';
import { type Scopes, scopeName } from './scopes.ts';
import { useOfVolume, type VolumeUse } from './volume-use.ts';

/** By the class that an entry has; `zombie`: a record names it whose container is gone. */
const ORPHAN_CLASSES: readonly LayerEntryClass[] = ['candidate-orphan', 'import-in-flight', 'unclear'];

/** A subvolume of a storage driver, by name. */
const LAYER_PATH = /(?:^|\/)btrfs\/subvolumes\/([^/]+)$/;

/** What a root's file system and pool say of the bytes beneath names of the storage driver. */
class LayerBytes {
  readonly #system: BtrfsInventory | null;
  readonly #bytes: SubvolumeBytes | null;
  readonly #subvolumes = new Map<string, Subvolume | null>();
  readonly #mapped = new Map<string, number | null>();

  constructor({ storeKey, driver }: Root, { btrfs, thin }: Inventory) {
    this.#system = btrfs?.find((one) => one.storeKey === storeKey) ?? null;
    this.#bytes = this.#system === null ? null : new SubvolumeBytes(this.#system);
    for (const one of driver === 'btrfs' ? (this.#system?.subvolumes ?? []) : []) {
      const name = LAYER_PATH.exec(one.path)?.[1];
      // Two with one name are of two daemons, and which is whose is not told.
      if (name !== undefined) this.#subvolumes.set(name, this.#subvolumes.has(name) ? null : one);
    }
    for (const { docker, mappedBytes } of driver === 'devicemapper' ? (thin?.devices ?? []) : []) {
      if (docker !== null) this.#mapped.set(docker.isInit ? `${docker.layerId}-init` : docker.layerId, mappedBytes);
    }
  }

  ofEntry(name: string): NonNullable<Holding> {
    const subvolume = this.#subvolumes.get(name) ?? null;
    if (subvolume !== null) return this.#bytes?.heldBy(subvolume) ?? UNKNOWN_HOLDING;
    return upTo(this.#mapped.get(name) ?? null) ?? UNKNOWN_HOLDING;
  }

  /** Of the subvolumes in a volume. */
  inVolume(volume: string): NonNullable<Holding> {
    return this.#bytes?.heldInVolume(volume) ?? UNKNOWN_HOLDING;
  }
}

/** What records of a root do not explain, and what nested daemons left in its volumes. */
export function layerItems(root: Root, inventory: Inventory, scopes: Scopes): Item[] {
  const scope = scopeName('layers', 'entries', root.subject);
  const leftoverScope = scopeName('layers', 'leftovers', root.subject);
  const store = root.dataRoot?.layers ?? null;
  putEntriesScope(scope, store, scopes);
  scopes.putList(leftoverScope, 'layers', { isRead: (store?.leftovers ?? null) !== null, words: ['volumes'] });
  if (store === null) return [];
  const bytes = new LayerBytes(root, inventory);
  return [
    ...orphansOf(store).map(({ name, state, entry }) => orphanItem({ name, state, entry }, { root, bytes, scope })),
    ...(store.leftovers ?? []).map((one) =>
      leftoverItem(one, useOfVolume(one.volume, root, inventory), { root, bytes, scope: leftoverScope }),
    ),
  ];
}

function putEntriesScope(name: string, store: LayerStore | null, scopes: Scopes): void {
  const reason = scopes.reasonOf('layers');
  if ((store?.entries ?? null) === null) scopes.put(name, 'not-read', reason);
  else if (store?.hasAllRecords !== true || store.zombies === null || hasCut(store))
    scopes.put(name, 'partial', reason);
  else scopes.put(name, 'complete', null);
}

/** Of too many entries, some that no record names were left out. */
function hasCut({ entries, entryCounts }: LayerStore): boolean {
  const counted = (kind: LayerEntryClass): number => (entries ?? []).filter((one) => one.class === kind).length;
  return entryCounts !== null && ORPHAN_CLASSES.some((kind) => entryCounts[kind] > counted(kind));
}

interface Orphan {
  name: string;
  state: string;
  entry: LayerEntry | null;
}

function orphansOf({ entries, zombies }: LayerStore): Orphan[] {
  const found = new Map<string, Orphan>();
  for (const entry of entries ?? []) {
    if (ORPHAN_CLASSES.includes(entry.class)) found.set(entry.name, { name: entry.name, state: entry.class, entry });
  }
  const byName = new Map((entries ?? []).map((entry) => [entry.name, entry]));
  for (const name of (zombies ?? []).flatMap(({ holds }) => holds)) {
    found.set(name, { name, state: 'zombie', entry: byName.get(name) ?? null });
  }
  return [...found.values()];
}

interface LayerContext {
  root: Root;
  bytes: LayerBytes;
  scope: string;
}

function orphanItem({ name, state, entry }: Orphan, { root, bytes, scope }: LayerContext): Item {
  const held = bytes.ofEntry(name);
  return makeItem({
    key: keyOf('orphan-layer', root.subject, name),
    kind: 'orphan-layer',
    name,
    scope,
    storeKey: root.layersStoreKey,
    parentKey: keyOf('data-root', root.subject),
    sizeBytes: held.mostBytes,
    holds: root.isWithinOther ? null : held,
    state,
    attributes: {
      driver: root.driver,
      isSubvolume: entry?.isSubvolume ?? null,
      thinDeviceId: entry?.device?.deviceId ?? null,
    },
  });
}

/** Without subvolumes in it, its bytes are in those of its volume. */
function leftoverItem(leftover: VolumeLeftover, use: VolumeUse, { root, bytes, scope }: LayerContext): Item {
  const { volume, isAnonymous, driverFolders, companions, entryCount, nestedSubvolumes } = leftover;
  const isBeside = nestedSubvolumes.length > 0;
  const held = isBeside ? bytes.inVolume(volume) : UNKNOWN_HOLDING;
  return makeItem({
    key: keyOf('leftover', root.subject, volume),
    kind: 'leftover',
    name: volume,
    scope,
    storeKey: root.storeKey,
    parentKey: volumeKey(root, volume),
    sizeBytes: held.mostBytes,
    holds: isBeside && !root.isWithinOther ? held : null,
    state: use === 'not listed' ? null : use,
    attributes: {
      ...{ anonymous: isAnonymous, layers: entryCount, subvolumes: nestedSubvolumes.length },
      driverFolders: listText(driverFolders.toSorted()),
      companions: listText(companions.toSorted()),
    },
  });
}
