import type { BtrfsFacts, Store, StoreView } from '@silt/domain';
import { describe, expect, it } from 'vitest';
import { allocationParts } from '../src/shared/storage/allocation.ts';
import { storeTree } from '../src/shared/storage/store-tree.ts';

const facts = (data: string[], metadata: string[], devices = 1): BtrfsFacts => ({
  label: '',
  profiles: { data, metadata, system: metadata },
  devices: Array.from({ length: devices }, (_, id) => ({
    id,
    path: null,
    sizeBytes: null,
    missing: false,
    errors: null,
  })),
});
const READINGS = {
  dataUsedBytes: 588,
  dataAllocatedBytes: 732,
  metadataUsedBytes: 25,
  metadataAllocatedBytes: 27,
  systemAllocatedBytes: 1,
  unallocatedBytes: 12,
};

describe('the allocation of a btrfs', () => {
  it('counts each copy: data single, metadata and system DUP', () => {
    // 732 + 2 × 27 + 2 × 1 + 12 = 800
    expect(allocationParts(facts(['single'], ['dup']), { ...READINGS, deviceBytes: 800 })).toEqual({
      total: 800,
      parts: [
        { name: 'dataUsed', bytes: 588, copies: 1 },
        { name: 'dataEmpty', bytes: 144, copies: 1 },
        { name: 'metadataUsed', bytes: 50, copies: 2 },
        { name: 'metadataEmpty', bytes: 4, copies: 2 },
        { name: 'system', bytes: 2, copies: 2 },
        { name: 'unallocated', bytes: 12, copies: 1 },
      ],
    });
  });

  it('counts the parity of raid5 over its devices', () => {
    // 3 devices: 732 × 3⁄2 = 1098; raid1: 2 × 27 + 2 × 1; 12 left: 1166.
    const allocation = allocationParts(facts(['raid5'], ['raid1'], 3), { ...READINGS, deviceBytes: 1_166 });
    expect(allocation?.parts.map(({ name }) => name)).not.toContain('notExplained');
    expect(allocation?.parts[0]).toEqual({ name: 'dataUsed', bytes: 882, copies: 1.5 });
  });

  it('names what the sum does not explain', () => {
    const allocation = allocationParts(facts(['single'], ['dup']), { ...READINGS, deviceBytes: 900 });
    expect(allocation?.parts.at(-1)).toEqual({ name: 'notExplained', bytes: 100, copies: 1 });
  });

  it.each([
    ['a reading is missing', facts(['single'], ['dup']), { ...READINGS, deviceBytes: null }],
    ['a balance has two profiles under way', facts(['single', 'raid1'], ['dup']), { ...READINGS, deviceBytes: 800 }],
    ['the profile is not known', facts(['raid9'], ['dup']), { ...READINGS, deviceBytes: 800 }],
    ['the parts are more than the devices', facts(['single'], ['dup']), { ...READINGS, deviceBytes: 700 }],
  ])('is not drawn when %s', (_, btrfs, readings) => {
    expect(allocationParts(btrfs, readings)).toBeNull();
  });
});

const view = (key: string, outerStoreKey?: string): StoreView => ({
  store: {
    key,
    loop: outerStoreKey === undefined ? null : { device: 'loop0', backingFile: '/a', deleted: false, outerStoreKey },
  } as Store,
  fills: [],
  state: 'ok',
  readings: {},
  growth: null,
  forecast: null,
});
const keysOf = (nodes: ReturnType<typeof storeTree>): unknown[] =>
  nodes.map(({ view: { store }, inside }) => (inside.length > 0 ? [store.key, keysOf(inside)] : store.key));

describe('the tree of stores', () => {
  it('puts a loop store into the one that holds its file', () => {
    expect(keysOf(storeTree([view('c', 'b'), view('a'), view('b', 'a')]))).toEqual([['a', [['b', ['c']]]]]);
  });

  it('keeps a store on top whose holder was not read', () => {
    expect(keysOf(storeTree([view('a', 'gone')]))).toEqual(['a']);
  });

  it('shows every store exactly once when two claim to hold each other', () => {
    expect(keysOf(storeTree([view('a', 'b'), view('b', 'a'), view('c', 'a')]))).toEqual(['a', 'b', 'c']);
  });

  it('has the worse first', () => {
    const worse = { ...view('z'), state: 'critical' as const };
    expect(keysOf(storeTree([view('a'), worse]))).toEqual(['z', 'a']);
  });
});
