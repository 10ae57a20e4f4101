import type { Item, Scope } from '@silt/domain';
import type { StreamPart } from './store-snapshots.ts';

/** A whole inventory, which takes the sequences of all of its parts. */
export interface InventoryStep extends Omit<StreamPart, 'rows' | 'gaps' | 'status'> {
  /** Sequence of the inventory that this one changes; null = it is a full one. */
  baseSequence: number | null;
  /** Corrected time. */
  observedAt: Date;
  receivedAt: Date;
  scopes: readonly Scope[];
  /** Of a full one all, else those that are new or changed. Of two with one key the last one counts. */
  items: readonly Item[];
  /** Keys; one that is among the items too is not gone. */
  removed: readonly string[];
}
