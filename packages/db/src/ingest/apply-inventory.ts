import { type Item, isNewSize, scopeStatusesOf } from '@silt/domain';
import type { TransactionSql } from '../client.ts';
import type { InventoryStep } from './inventory-step.ts';
import {
  type ItemRecord,
  type KeptItem,
  type KeptVersion,
  lookUpItems,
  readLastItemNo,
  readLatestItems,
  readOpenItems,
  type VersionRow,
  writeItems,
  writeVersions,
} from './item-rows.ts';

/**
 * Closes the versions of items that changed or are gone, and opens those of items that changed or are new; `at` is later
 * than everything that is kept of the host. Gone is what `removed` names, or a full inventory does not have, if its scope
 * was read in full. A reference to an item that was never read is null until an inventory tells the item again.
 */
export async function applyInventory(tx: TransactionSql, step: InventoryStep, at: Date): Promise<void> {
  const { hostId } = step;
  const told = new Map(step.items.map((item) => [item.key, item]));
  const removed = new Set(step.removed.filter((key) => !told.has(key)));
  const isFull = step.baseSequence === null;
  const kept = new Map(
    (isFull ? await readOpenItems(tx, hostId) : await readLatestItems(tx, hostId, [...told.keys(), ...removed])).map(
      (item) => [item.key, item],
    ),
  );
  const { numbers, added, moved } = await numberItems(tx, hostId, told, kept);
  const numberOf = (key: string | null): number | null => (key === null ? null : (numbers.get(key) ?? null));
  const opened: VersionRow[] = [];
  const closed: KeptVersion[] = [];
  for (const item of told.values()) {
    const version = kept.get(item.key)?.version ?? null;
    const row = toRow(item, numbers.get(item.key) as number, numberOf);
    if (version !== null && !isNewVersion(version, row, at)) continue;
    if (version !== null) closed.push(version);
    opened.push(row);
  }
  const statusOf = scopeStatusesOf(step.scopes);
  const isGone = ({ key, scope }: KeptItem): boolean =>
    (isFull ? !told.has(key) : removed.has(key)) && statusOf(scope) === 'complete';
  for (const item of kept.values()) if (item.version !== null && isGone(item)) closed.push(item.version);
  await writeItems(tx, step, { added, moved, at });
  await writeVersions(tx, step, { opened, closed, at });
}

interface Numbering {
  /** Of all items that are told, and of those that they refer to, as far as known. */
  numbers: Map<string, number>;
  /** Told for the first time. */
  added: ItemRecord[];
  /** Told in another scope than before. */
  moved: ItemRecord[];
}

/** An item keeps its number for ever; a new one gets the next. */
async function numberItems(
  tx: TransactionSql,
  hostId: number,
  told: ReadonlyMap<string, Item>,
  kept: ReadonlyMap<string, KeptItem>,
): Promise<Numbering> {
  const known = new Map<string, ItemRecord>(kept);
  const wanted = new Set<string>();
  for (const item of told.values()) {
    for (const key of [item.key, storeItemKey(item.storeKey), item.parentKey, item.ownerKey]) {
      if (key !== null && !known.has(key)) wanted.add(key);
    }
  }
  for (const item of await lookUpItems(tx, hostId, [...wanted])) known.set(item.key, item);
  const numbers = new Map([...known].map(([key, { itemNo }]) => [key, itemNo]));
  const strangers = [...told.values()].filter(({ key }) => !known.has(key));
  let last = strangers.length === 0 ? 0 : await readLastItemNo(tx, hostId);
  const added = strangers.map(({ key, kind, scope }) => {
    last += 1;
    numbers.set(key, last);
    return { itemNo: last, key, kind, scope };
  });
  const moved = [...told.values()].flatMap(({ key, kind, scope }) => {
    const before = known.get(key);
    return before && (before.scope !== scope || before.kind !== kind) ? [{ ...before, kind, scope }] : [];
  });
  return { numbers, added, moved };
}

const storeItemKey = (storeKey: string | null): string | null => (storeKey === null ? null : `store:${storeKey}`);

function toRow(item: Item, itemNo: number, numberOf: (key: string | null) => number | null): VersionRow {
  return {
    itemNo,
    name: item.name,
    storeNo: numberOf(storeItemKey(item.storeKey)),
    parentNo: numberOf(item.parentKey),
    ownerNo: numberOf(item.ownerKey),
    sizeBytes: item.sizeBytes,
    counted: item.counted,
    leastBytes: item.leastBytes,
    mostBytes: item.mostBytes,
    state: item.state,
    attributes: item.attributes,
  };
}

/** Sizes that moved by less than a step make none of their own; with anything else they are written as they are. */
function isNewVersion(kept: KeptVersion, now: VersionRow, at: Date): boolean {
  const ageMilliseconds = at.getTime() - kept.validFrom.getTime();
  return (
    kept.name !== now.name ||
    kept.storeNo !== now.storeNo ||
    kept.parentNo !== now.parentNo ||
    kept.ownerNo !== now.ownerNo ||
    kept.counted !== now.counted ||
    kept.state !== now.state ||
    attributesText(kept) !== attributesText(now) ||
    isNewSize(kept.sizeBytes, now.sizeBytes, ageMilliseconds) ||
    isNewSize(kept.leastBytes, now.leastBytes, ageMilliseconds) ||
    isNewSize(kept.mostBytes, now.mostBytes, ageMilliseconds)
  );
}

/** The database keeps the fields of an object in an order of its own. */
function attributesText({ attributes }: VersionRow): string {
  return JSON.stringify(Object.entries(attributes).sort(([one], [other]) => (one < other ? -1 : 1)));
}
