import type { ItemKind, StoreView } from '@silt/domain';
import type { FindingMark } from './finding-marks.ts';
import type { StackText } from './stack-words.ts';

/** What every node of the picture is drawn with. */
export interface StackPicture {
  hostId: string;
  views: ReadonlyMap<string, StoreView>;
  /** Of the stores that findings are about, by store key. */
  marks: ReadonlyMap<string, FindingMark>;
  words: StackText;
  /** `critical`, `warning`: on the path to the worst store. `chosen`: on that of what is looked at or kept. */
  lookOf(id: string): 'critical' | 'warning' | 'chosen' | 'none';
  /** The pointer or the focus is on a node; null = on none. */
  look(id: string | null): void;
  pinned: string | null;
  /** Keeps a node's path lit, or lets it go. */
  pin(id: string): void;
  /** Leads to the items of a group in the inventory. */
  showItems(kinds: ItemKind[], storeKey: string | null): void;
}
