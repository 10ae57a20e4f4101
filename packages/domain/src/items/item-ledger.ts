import { isSameButSizes, keysGone, SIZE_FIELDS } from './diff-runs.ts';
import type { Item, ItemRun, Scope } from './item.ts';
import { scopeStatusesOf } from './scope-status.ts';
import { isNewSize } from './size-step.ts';

/** So often everything is told again, whatever has changed. */
export const FULL_INVENTORY_INTERVAL_MILLISECONDS = 86_400_000;

/** What is to be told of a run. */
export interface ToldRun {
  isFull: boolean;
  scopes: Scope[];
  /** Of a full one all that was read; else those that are new or changed beyond the step of sizes. */
  items: Item[];
  /** Keys; empty in a full one, which tells what is gone by what it does not have. */
  removed: string[];
}

/**
 * What a collector has told of its host's items, to tell of each run just what is another. Moments are milliseconds of a
 * clock that only rises.
 */
export class ItemLedger {
  /** As told last, and when its sizes were. */
  readonly #told = new Map<string, { item: Item; sizesAt: number }>();
  /** Scopes that were complete once: from then on this ledger knows all that the receiver may have of them. */
  readonly #covered = new Set<string>();
  /** Scopes that it has met and never seen complete: the receiver may have items of them that this ledger has not. */
  readonly #open = new Set<string>();
  #fullAt: number | null = null;
  #statusAtLast: (name: string) => Scope['status'] = () => 'not-read';

  /**
   * The receiver asked, or what was told last did not get to it: the ledger starts over, since it does not know what of
   * its word is there. The next run is told in full.
   */
  askFull(): void {
    this.#told.clear();
    this.#covered.clear();
    this.#open.clear();
    this.#fullAt = null;
  }

  /**
   * Full at first, when asked, once a day, and when a scope is complete for the first time that was not read in full
   * before: of what was in it then, this ledger knows nothing, so only the receiver can tell what is gone.
   */
  next(run: ItemRun, now: number): ToldRun {
    const isFull =
      this.#fullAt === null || now - this.#fullAt >= FULL_INVENTORY_INTERVAL_MILLISECONDS || this.#isNewlyCovered(run);
    const removed = keysGone(this.#items(), run);
    for (const key of removed) this.#told.delete(key);
    const news = run.items.filter((item) => this.#isNews(item, now));
    // Of a full one the receiver keeps what is news too, so that two steps of a size never add up.
    for (const item of news) this.#tell(item, now);
    if (isFull) this.#fullAt = now;
    this.#remember(run);
    return { isFull, scopes: run.scopes, items: isFull ? run.items : news, removed: isFull ? [] : removed };
  }

  #isNewlyCovered({ scopes }: ItemRun): boolean {
    const statusOf = scopeStatusesOf(scopes);
    const isNew = ({ name, status }: Scope): boolean =>
      status === 'complete' && !this.#covered.has(name) && this.#statusAtLast(name) !== 'complete';
    return [...this.#open].some((name) => statusOf(name) === 'complete') || scopes.some(isNew);
  }

  #remember({ scopes }: ItemRun): void {
    const statusOf = scopeStatusesOf(scopes);
    for (const { name, status } of scopes) {
      if (status === 'complete') this.#covered.add(name);
      else if (!this.#covered.has(name)) this.#open.add(name);
    }
    for (const name of this.#open) if (statusOf(name) === 'complete') this.#open.delete(name);
    // Those of nested daemons that ended: their names do not come again.
    const named = new Set(scopes.map(({ name }) => name));
    for (const name of this.#covered) if (!named.has(name) && statusOf(name) === 'complete') this.#covered.delete(name);
    this.#statusAtLast = statusOf;
  }

  #isNews(item: Item, now: number): boolean {
    const told = this.#told.get(item.key);
    if (told === undefined || !isSameButSizes(told.item, item)) return true;
    const age = now - told.sizesAt;
    return SIZE_FIELDS.some((field) => isNewSize(told.item[field], item[field], age));
  }

  #tell(item: Item, now: number): void {
    const told = this.#told.get(item.key);
    const isSameSize = told !== undefined && SIZE_FIELDS.every((field) => told.item[field] === item[field]);
    this.#told.set(item.key, { item, sizesAt: isSameSize ? told.sizesAt : now });
  }

  *#items(): Generator<Item> {
    for (const { item } of this.#told.values()) yield item;
  }
}
