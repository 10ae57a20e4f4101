import { backEndsOf, type Layout, type LayoutEntry } from '@silt/domain';

/** What a connection keeps of a layout, of which there may be ten thousand: a tenth of the whole. */
export interface RegisteredLayout {
  layoutNo: number;
  /** What stands at each place of the readings. */
  entries: readonly LayoutEntry[];
  backEnds: readonly string[];
}

/** Each store's key is one text here, however often it is named. */
export function toRegisteredLayout(layoutNo: number, layout: Layout): RegisteredLayout {
  const keys = new Map(layout.stores.map(({ key }) => [key, key]));
  const entries = layout.entries.map(({ storeKey, series }) => ({ storeKey: keys.get(storeKey) ?? storeKey, series }));
  return { layoutNo, entries, backEnds: backEndsOf(layout) };
}
