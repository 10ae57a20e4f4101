import type { Stack, StackNode } from '@silt/domain';
import { describe, expect, it } from 'vitest';
import { layoutStack, type PlacedNode } from '../src/features/host/stack/stack-layout.ts';

const node = (id: string, fields: Partial<StackNode> = {}): StackNode => ({
  id,
  column: 'store',
  kind: 'store',
  name: id,
  item: null,
  storeKey: id,
  daemon: null,
  through: [],
  parts: [],
  inside: [],
  ...fields,
});
const disk = (id: string): StackNode => node(id, { column: 'disk', kind: 'device' });

const STACK: Stack = {
  nodes: [
    disk('sda'),
    disk('sdb'),
    node('a', { inside: [node('in-a'), node('in-a-2')] }),
    node('b'),
    node('c', { column: 'data-root', kind: 'data-root' }),
    ...['1', '2', '3', '4', '5'].map((id) => node(id, { column: 'contents', kind: 'leftovers' })),
    node('dind', {
      column: 'contents',
      kind: 'container',
      inside: [
        node('dockerd', { column: 'contents', kind: 'daemon' }),
        node('group', { column: 'contents', kind: 'containers' }),
      ],
    }),
  ],
  edges: [
    { from: 'sda', to: 'a' },
    { from: 'sdb', to: 'a' },
    { from: 'sda', to: 'b' },
    ...['1', '2', '3', '4', '5', 'dind'].map((to) => ({ from: 'b', to })),
    { from: 'in-a', to: 'c' },
  ],
  hiddenStores: 0,
};

const overlaps = (a: PlacedNode, b: PlacedNode): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('the places of a stack', () => {
  const layout = layoutStack(STACK, new Map());

  it('has each node once, and none over another', () => {
    expect(layout.nodes.map(({ node: { id } }) => id).sort()).toEqual(STACK.nodes.map(({ id }) => id).sort());
    for (const [index, one] of layout.nodes.entries()) {
      for (const other of layout.nodes.slice(index + 1)) expect(overlaps(one, other)).toBe(false);
    }
  });

  it('has what lies in a node within its box, side by side or below each other', () => {
    for (const { inside, ...outer } of layout.nodes) {
      for (const [index, inner] of inside.entries()) {
        expect(inner.x >= outer.x && inner.x + inner.width <= outer.x + outer.width).toBe(true);
        expect(inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height).toBe(true);
        for (const other of inside.slice(index + 1)) expect(overlaps(inner, other)).toBe(false);
      }
    }
  });

  it('lies within its height, and has a line for each edge', () => {
    for (const { y, height } of layout.nodes) expect([y >= 0, y + height <= layout.height]).toEqual([true, true]);
    expect(layout.edges.map(({ from, to }) => `${from} ${to}`)).toEqual(
      STACK.edges.map(({ from, to }) => `${from} ${to}`),
    );
  });

  it('of nothing is empty', () => {
    expect(layoutStack({ nodes: [], edges: [], hiddenStores: 0 }, new Map()).nodes).toEqual([]);
  });
});
