import { columnsOf, MAX_COLUMNS, padEnd, wrap } from './columns.ts';

/** A line of a tree, what is said beneath it, and what hangs from it. */
export interface TreeNode extends TreeRow {
  rows: readonly TreeRow[];
  /** Short facts beneath it, as many on a line as fit. */
  facts: readonly string[];
  children: readonly TreeNode[];
}

export interface TreeRow {
  left: string;
  /** Stands in one column over the whole tree; null = nothing. */
  right: string | null;
}

/** A left part beyond it pushes its right part out of the column, and moves no other. */
const MAX_LEFT_COLUMNS = 54;
const GAP_COLUMNS = 2;
const FACT_SEPARATOR = ' · ';

export function treeNode(left: string, parts: Partial<Omit<TreeNode, 'left'>> = {}): TreeNode {
  return { left, right: null, rows: [], facts: [], children: [], ...parts };
}

/** The nodes as lines with guides; rows and facts stand under their line, beside the guide to the children. */
export function treeLines(nodes: readonly TreeNode[]): string[] {
  const rows = nodes.flatMap((node) => rowsOf(node, '', ''));
  const widths = rows.flatMap(({ left, right }) => (right === null ? [] : [columnsOf(left)]));
  const column = Math.max(0, ...widths.filter((width) => width <= MAX_LEFT_COLUMNS)) + GAP_COLUMNS;
  return rows.map(({ left, right }) => {
    if (right === null) return left;
    return columnsOf(left) < column ? padEnd(left, column) + right : `${left}${' '.repeat(GAP_COLUMNS)}${right}`;
  });
}

function rowsOf({ left, right, rows, facts, children }: TreeNode, first: string, rest: string): TreeRow[] {
  const beside = `${rest}${children.length > 0 ? '│ ' : '  '}`;
  const factLines = wrap(facts, FACT_SEPARATOR, MAX_COLUMNS - columnsOf(beside));
  return [
    { left: first + left, right },
    ...rows.map((row) => ({ left: beside + row.left, right: row.right })),
    ...factLines.map((line) => ({ left: beside + line, right: null })),
    ...children.flatMap((child, place) => {
      const isLast = place === children.length - 1;
      return rowsOf(child, `${rest}${isLast ? '└─ ' : '├─ '}`, `${rest}${isLast ? '   ' : '│  '}`);
    }),
  ];
}
