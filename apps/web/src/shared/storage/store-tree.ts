import type { StoreView } from '@silt/domain';

export interface StoreNode {
  view: StoreView;
  /** Stores on loop files that this one holds. */
  inside: StoreNode[];
}

const RANK = { critical: 0, warning: 1, ok: 2, unknown: 3 } as const;

function byNeed(a: StoreNode, b: StoreNode): number {
  const byState = RANK[a.view.state] - RANK[b.view.state];
  if (byState !== 0) return byState;
  const byFill = (b.view.fills[0]?.fill ?? -1) - (a.view.fills[0]?.fill ?? -1);
  return byFill !== 0 ? byFill : a.view.store.key.localeCompare(b.view.store.key, 'en');
}

/**
 * Stores as they lie in each other: a loop-file store within the one that holds its file. Worst first on each level.
 * What claims to lie within itself, around a loop, stands on the top level: every store is in the tree exactly once.
 */
export function storeTree(views: readonly StoreView[]): StoreNode[] {
  const nodes = new Map(views.map((view) => [view.store.key, { view, inside: [] as StoreNode[] }]));
  const outerOf = (key: string): string | null => {
    const outer = nodes.get(key)?.view.store.loop?.outerStoreKey ?? null;
    return outer !== null && nodes.has(outer) ? outer : null;
  };
  const reachesTop = (key: string): boolean => {
    const seen = new Set<string>();
    for (let at: string | null = key; at !== null; at = outerOf(at)) {
      if (seen.has(at)) return false;
      seen.add(at);
    }
    return true;
  };
  const top: StoreNode[] = [];
  for (const [key, node] of nodes) {
    const outer = outerOf(key);
    const holder = outer !== null && reachesTop(key) ? nodes.get(outer) : undefined;
    (holder?.inside ?? top).push(node);
  }
  for (const node of nodes.values()) node.inside.sort(byNeed);
  return top.sort(byNeed);
}
