import type { Stack, StackNode } from './stack.ts';

/** A node with what it lies on and what lies on it, all the way; of nodes in others, these too. Ids. */
export function pathThrough({ nodes, edges }: Stack, id: string): Set<string> {
  const holders = new Map<string, string>();
  const note = (node: StackNode): void => {
    for (const inner of node.inside) {
      holders.set(inner.id, node.id);
      note(inner);
    }
  };
  nodes.forEach(note);
  const insideOf = (holder: string): string[] => [...holders].filter(([, of]) => of === holder).map(([inner]) => inner);
  const below = (at: string): string[] => [
    ...edges.filter(({ to }) => to === at).map(({ from }) => from),
    ...(holders.has(at) ? [holders.get(at) ?? at] : []),
  ];
  const above = (at: string): string[] => [
    ...edges.filter(({ from }) => from === at).map(({ to }) => to),
    ...insideOf(at),
  ];
  return new Set([...reach(id, below), ...reach(id, above)]);
}

function reach(start: string, next: (id: string) => string[]): Set<string> {
  const found = new Set([start]);
  for (const id of found) for (const other of next(id)) found.add(other);
  return found;
}
