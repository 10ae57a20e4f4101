/** A line of a tree, what is said beneath it, and what hangs from it. */
export interface TreeNode {
  line: string;
  details: readonly string[];
  children: readonly TreeNode[];
}

/** The nodes as lines with guides; a detail stands under its line, beside the guide to the children. */
export function treeLines(nodes: readonly TreeNode[]): string[] {
  return nodes.flatMap((node) => linesOf(node, '', ''));
}

function linesOf({ line, details, children }: TreeNode, first: string, rest: string): string[] {
  const guide = children.length > 0 ? '│ ' : '  ';
  return [
    first + line,
    ...details.map((detail) => `${rest}${guide}${detail}`),
    ...children.flatMap((child, place) => {
      const isLast = place === children.length - 1;
      return linesOf(child, `${rest}${isLast ? '└─ ' : '├─ '}`, `${rest}${isLast ? '   ' : '│  '}`);
    }),
  ];
}
