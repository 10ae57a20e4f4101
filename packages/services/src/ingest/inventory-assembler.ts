import type { Item, Scope } from '@silt/domain';

/** Items of an inventory, and keys of removed ones, over all of its parts; beyond that it is not stored. */
export const MAX_INVENTORY_STEP_ITEMS = 50_000;

/** One part of an inventory as it came. */
export interface IncomingInventory {
  sequence: number;
  /** ISO 8601 by the host's clock. */
  takenAt: string;
  bootId: string;
  uptimeMilliseconds: number;
  /** null = a full one. */
  baseSequence: number | null;
  /** From 1. */
  part: number;
  parts: number;
  scopes: readonly Scope[];
  items: readonly Item[];
  removed: readonly string[];
}

/** A sequence and the hash of what it held. */
export interface HashedSequence {
  sequence: number;
  hash: string;
}

/** All parts of one inventory. */
export interface WholeInventory extends Omit<IncomingInventory, 'sequence' | 'part' | 'parts'> {
  sequences: readonly HashedSequence[];
  tooLong: boolean;
}

/** Puts the parts of an inventory together, which come one right after the other. */
export class InventoryAssembler {
  #first: IncomingInventory | null = null;
  #sequences: HashedSequence[] = [];
  #items: Item[] = [];
  #removed: string[] = [];
  #tooLong = false;

  /** Items and keys that are held until the last part is there. */
  get heldItems(): number {
    return this.#items.length + this.#removed.length;
  }

  /** Whether the part goes on where the ones before it ended, or begins an inventory while none is open. */
  fits(part: IncomingInventory): boolean {
    if (this.#first === null) return part.part === 1;
    const { takenAt, bootId, uptimeMilliseconds, baseSequence, parts } = this.#first;
    return (
      part.part === this.#sequences.length + 1 &&
      part.parts === parts &&
      part.takenAt === takenAt &&
      part.bootId === bootId &&
      part.uptimeMilliseconds === uptimeMilliseconds &&
      part.baseSequence === baseSequence
    );
  }

  /** Takes a part that fits; null until it was the last one. */
  add(part: IncomingInventory, hash: string): WholeInventory | null {
    this.#first ??= part;
    this.#sequences.push({ sequence: part.sequence, hash });
    this.#tooLong ||=
      this.#items.length + part.items.length > MAX_INVENTORY_STEP_ITEMS ||
      this.#removed.length + part.removed.length > MAX_INVENTORY_STEP_ITEMS;
    this.#items = this.#tooLong ? [] : this.#items.concat(part.items);
    this.#removed = this.#tooLong ? [] : this.#removed.concat(part.removed);
    if (part.part < part.parts) return null;
    const { takenAt, bootId, uptimeMilliseconds, baseSequence, scopes } = this.#first;
    const content = { takenAt, bootId, uptimeMilliseconds, baseSequence, scopes };
    const [items, removed, tooLong] = [this.#items, this.#removed, this.#tooLong];
    return { ...content, items, removed, tooLong, sequences: this.drop() };
  }

  /** Sequences of the parts that were there; nothing is open afterwards. */
  drop(): HashedSequence[] {
    const sequences = this.#sequences;
    this.#first = null;
    this.#sequences = [];
    this.#items = [];
    this.#removed = [];
    this.#tooLong = false;
    return sequences;
  }
}
