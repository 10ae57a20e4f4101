import type { Item, ItemKind } from '../items/item.ts';
import type { StackPart } from './stack.ts';

/** Items added up by kind, the greatest first. */
export function partsOf(items: readonly Item[]): StackPart[] {
  const parts = new Map<ItemKind, StackPart>();
  for (const { kind, counted, leastBytes, mostBytes } of items) {
    const part = parts.get(kind) ?? { kind, items: 0, leastBytes: 0, mostBytes: 0, unknownItems: 0 };
    part.items += 1;
    if (counted && (leastBytes === null || mostBytes === null)) part.unknownItems += 1;
    else if (counted) {
      part.leastBytes += leastBytes ?? 0;
      part.mostBytes += mostBytes ?? 0;
    }
    parts.set(kind, part);
  }
  return [...parts.values()].sort((a, b) => b.mostBytes - a.mostBytes || b.items - a.items);
}
