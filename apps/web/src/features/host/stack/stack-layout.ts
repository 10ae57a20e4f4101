import type { Stack, StackColumn, StackNode, StoreView } from '@silt/domain';

export const STACK_WIDTH = 1_344;
/** Places of the columns, in pixels. */
export const COLUMN_PLACES: Record<StackColumn, { x: number; width: number }> = {
  disk: { x: 0, width: 148 },
  device: { x: 180, width: 148 },
  store: { x: 360, width: 196 },
  'data-root': { x: 588, width: 178 },
  daemon: { x: 798, width: 158 },
  contents: { x: 988, width: 356 },
};
const GAP = 12;
const PAD = 10;
const HEAD_HEIGHT = 48;
const LINE_HEIGHT = 16;
const METER_HEIGHT = 26;
const PART_HEIGHT = 22;
const INNER_GAP = 20;
const INNER_HEIGHT = 66;
/** The worst resources of a store; all of them are on its page. */
export const MAX_METERS = 3;

export interface PlacedNode {
  node: StackNode;
  x: number;
  y: number;
  width: number;
  height: number;
  inside: PlacedNode[];
}

export interface StackLayout {
  height: number;
  nodes: PlacedNode[];
  edges: { from: string; to: string; path: string }[];
}

/** Places every node beside the middle of what lies on it, so that no two overlap. */
export function layoutStack({ nodes, edges }: Stack, views: ReadonlyMap<string, StoreView>): StackLayout {
  const topOf = new Map<string, string>();
  for (const node of nodes) for (const one of withInside(node)) topOf.set(one.id, node.id);
  const parents = new Map<string, string>();
  for (const { from, to } of edges) if (!parents.has(to)) parents.set(to, topOf.get(from) ?? from);
  const children = (id: string): StackNode[] => nodes.filter((node) => parents.get(node.id) === id);
  const placed: PlacedNode[] = [];
  /** Gives the bottom of the node and all that hangs on it. */
  const place = (node: StackNode, top: number): number => {
    const height = heightOf(node, views);
    let bottom = top;
    for (const child of children(node.id)) bottom = place(child, bottom) + GAP;
    const band = Math.max(height, bottom - GAP - top);
    const shift = Math.max(0, height - (bottom - GAP - top)) / 2;
    if (shift > 0 && bottom > top) move(placed, descendants(node.id, children), shift);
    const { x, width } = COLUMN_PLACES[node.column];
    placed.push(boxOf(node, { x, y: Math.round(top + (band - height) / 2), width, height }, views));
    return top + band;
  };
  let height = 0;
  for (const root of nodes.filter(({ id }) => !parents.has(id))) height = place(root, height) + GAP;
  return { height: Math.max(0, height - GAP) + 2, nodes: placed, edges: edgePaths(edges, placed) };
}

const withInside = (node: StackNode): StackNode[] => [node, ...node.inside.flatMap(withInside)];

function descendants(id: string, children: (id: string) => StackNode[]): Set<string> {
  const found = new Set<string>([id]);
  for (const one of found) for (const child of children(one)) found.add(child.id);
  found.delete(id);
  return found;
}

function move(placed: PlacedNode[], ids: ReadonlySet<string>, by: number): void {
  const moveOne = (one: PlacedNode): void => {
    one.y = Math.round(one.y + by);
    one.inside.forEach(moveOne);
  };
  for (const one of placed) if (ids.has(one.node.id)) moveOne(one);
}

/** Parts of a rest side by side; few of them stand below each other, with more room for their words. */
const MAX_SINGLE_PARTS = 3;
export const isDouble = (parts: number): boolean => parts > MAX_SINGLE_PARTS;
const restRows = (parts: number): number => (isDouble(parts) ? Math.ceil(parts / 2) : parts);

/** Without what lies within. */
function ownHeightOf(node: StackNode, views: ReadonlyMap<string, StoreView>): number {
  if (node.kind === 'store') {
    const view = views.get(node.storeKey ?? '');
    const meters = Math.min(MAX_METERS, view?.fills.length ?? 0);
    const hasUnattributed = view?.readings.unattributedBytes != null;
    return (
      HEAD_HEIGHT + meters * METER_HEIGHT + (meters === 0 ? LINE_HEIGHT : 0) + (hasUnattributed ? LINE_HEIGHT + 2 : 0)
    );
  }
  if (node.kind === 'rest') return HEAD_HEIGHT - LINE_HEIGHT + restRows(node.parts.length) * PART_HEIGHT;
  return node.kind === 'daemon' || node.through.length > 0 ? HEAD_HEIGHT + LINE_HEIGHT : HEAD_HEIGHT;
}

function heightOf(node: StackNode, views: ReadonlyMap<string, StoreView>): number {
  const own = ownHeightOf(node, views);
  if (node.inside.length === 0) return own;
  if (node.kind === 'container') return own + INNER_HEIGHT + PAD;
  return node.inside.reduce((sum, inner) => sum + heightOf(inner, views) + PAD, own + 4);
}

type Box = Pick<PlacedNode, 'x' | 'y' | 'width' | 'height'>;

function boxOf(node: StackNode, box: Box, views: ReadonlyMap<string, StoreView>): PlacedNode {
  const top = box.y + ownHeightOf(node, views) + (node.kind === 'container' ? 0 : 4);
  if (node.kind === 'container') {
    const width = Math.floor((box.width - 2 * PAD - INNER_GAP * (node.inside.length - 1)) / node.inside.length);
    const inside = node.inside.map((inner, index) =>
      boxOf(inner, { x: box.x + PAD + index * (width + INNER_GAP), y: top, width, height: INNER_HEIGHT }, views),
    );
    return { node, ...box, inside };
  }
  let y = top;
  const inside = node.inside.map((inner) => {
    const height = heightOf(inner, views);
    const placed = boxOf(inner, { x: box.x + PAD, y, width: box.width - 2 * PAD, height }, views);
    y += height + PAD;
    return placed;
  });
  return { node, ...box, inside };
}

const RADIUS = 6;
/** From the bend of an edge to the node that it leads to. */
const BEND = 16;
/** More than the gap between two columns. */
const LONG_EDGE = 60;

function edgePaths(edges: Stack['edges'], placed: readonly PlacedNode[]): StackLayout['edges'] {
  const boxes = new Map<string, PlacedNode>();
  const note = (one: PlacedNode): void => {
    boxes.set(one.node.id, one);
    one.inside.forEach(note);
  };
  placed.forEach(note);
  return edges.flatMap(({ from, to }) => {
    const [left, right] = [boxes.get(from), boxes.get(to)];
    return left && right ? [{ from, to, path: edgePath(left, right) }] : [];
  });
}

function edgePath(left: Box, right: Box): string {
  const [x1, y1] = [left.x + left.width, left.y + left.height / 2];
  const [x2, y2] = [right.x, right.y + right.height / 2];
  const distance = Math.abs(y2 - y1);
  if (distance < 1) return `M${x1} ${y1}H${x2}`;
  // One that passes columns bends at once, so that it runs in the row of its end, which has no other node.
  const bend = x2 - x1 > LONG_EDGE ? x1 + BEND : x2 - BEND;
  const radius = Math.min(RADIUS, distance / 2);
  const down = y2 > y1 ? 1 : -1;
  return `M${x1} ${y1}H${bend - radius}Q${bend} ${y1} ${bend} ${y1 + down * radius}V${y2 - down * radius}Q${bend} ${y2} ${bend + radius} ${y2}H${x2}`;
}
