import { type Item, type ItemRun, isNewSize, isSameButSizes, keysGone, SIZE_FIELDS } from '@silt/domain';

/** One item as it was for a time, milliseconds since the epoch. */
export interface ItemVersion {
  itemNo: number;
  item: Item;
  validFrom: number;
  /** null = it is so now. */
  validTo: number | null;
  /** The database has it, with its end still open. */
  isStored: boolean;
}

export interface NumberedItem {
  itemNo: number;
  item: Item;
  /** Milliseconds since the epoch. */
  firstSeenAt: number;
}

/**
 * Versions of a host's items out of one full inventory after the other, by the rules of ingest: what that would store one
 * by one, a history is stored of at once.
 */
export class ItemVersions {
  /** Items that the database does not have. */
  readonly newItems: NumberedItem[] = [];
  /** Versions that the database does not have. */
  readonly newVersions: ItemVersion[] = [];
  /** Versions of the database that have ended. */
  readonly ended: ItemVersion[] = [];
  readonly #numbers: Map<string, number>;
  readonly #open: Map<string, ItemVersion>;
  #lastNo: number;

  /** @param numbers of all items that the host ever had. */
  constructor(numbers: ReadonlyMap<string, number>, open: readonly ItemVersion[]) {
    this.#numbers = new Map(numbers);
    this.#open = new Map(open.map((version) => [version.item.key, version]));
    this.#lastNo = [...numbers.values()].reduce((last, no) => Math.max(last, no), 0);
  }

  /** `at` is later than of the run before. */
  apply(at: number, run: ItemRun): void {
    const items = [...this.#open.values()].map(({ item }) => item);
    for (const key of keysGone(items, run)) this.#end(key, at);
    for (const item of run.items) {
      const open = this.#open.get(item.key);
      if (open !== undefined && !isNewVersion(open, item, at)) continue;
      if (open !== undefined) this.#end(item.key, at);
      const version = { itemNo: this.#number(item, at), item, validFrom: at, validTo: null, isStored: false };
      this.#open.set(item.key, version);
      this.newVersions.push(version);
    }
  }

  /** null = the host never had it. */
  numberOf(key: string | null): number | null {
    return key === null ? null : (this.#numbers.get(key) ?? null);
  }

  #number(item: Item, at: number): number {
    const known = this.#numbers.get(item.key);
    if (known !== undefined) return known;
    this.#lastNo += 1;
    this.#numbers.set(item.key, this.#lastNo);
    this.newItems.push({ itemNo: this.#lastNo, item, firstSeenAt: at });
    return this.#lastNo;
  }

  #end(key: string, at: number): void {
    const version = this.#open.get(key);
    if (version === undefined) return;
    version.validTo = at;
    if (version.isStored) this.ended.push(version);
    this.#open.delete(key);
  }
}

function isNewVersion({ item: kept, validFrom }: ItemVersion, now: Item, at: number): boolean {
  return !isSameButSizes(kept, now) || SIZE_FIELDS.some((field) => isNewSize(kept[field], now[field], at - validFrom));
}
