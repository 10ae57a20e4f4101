import type { Item, ItemKind } from '../items/item.ts';
import type { Daemon, Store } from '../snapshot.ts';

/** From the left to the right of the picture. */
export const STACK_COLUMNS = ['disk', 'device', 'store', 'data-root', 'daemon', 'contents'] as const;
export type StackColumn = (typeof STACK_COLUMNS)[number];

/** `rest`: all that a daemon or a store holds and no other node tells, by kind. */
export const STACK_NODE_KINDS = [
  ...(['device', 'store', 'data-root', 'daemon', 'container'] as const),
  ...(['containers', 'leftovers', 'orphan-layers', 'rest'] as const),
] as const;
export type StackNodeKind = (typeof STACK_NODE_KINDS)[number];

/** Items of one kind, added up. Bytes of counted items alone, as in `KindTotal`. */
export interface StackPart {
  kind: ItemKind;
  items: number;
  leastBytes: number;
  mostBytes: number;
  unknownItems: number;
}

export interface StackNode {
  /** Unique in its stack. */
  id: string;
  column: StackColumn;
  kind: StackNodeKind;
  /** Device, store, path of a data root, socket, container; empty for a group. */
  name: string;
  /** null = a group, or told by the snapshot alone. */
  item: Item | null;
  /** The store that it is, or that it lies on; null = none, or not known. */
  storeKey: string | null;
  /** As the snapshot has it; null = no daemon, or told by the inventory alone. */
  daemon: Daemon | null;
  /** Devices between this one and its disks, from the top down. */
  through: string[];
  /** What a group holds, the greatest first. */
  parts: StackPart[];
  /** Stores within a store; of a container the daemon in it and what that one holds. */
  inside: StackNode[];
}

export interface StackEdge {
  from: string;
  to: string;
}

/** What a host's storage lies on and what lies on it. */
export interface Stack {
  /** Those that lie in no other; of each column from the top down. */
  nodes: StackNode[];
  edges: StackEdge[];
  /** Stores left out for number. */
  hiddenStores: number;
}

export interface StackSource {
  /** In the order to draw them. */
  stores: readonly Store[];
  daemons: readonly Daemon[];
  /** Of the inventory; empty = not read yet. */
  items: readonly Item[];
}

export const storeNodeId = (storeKey: string): string => `store ${storeKey}`;
