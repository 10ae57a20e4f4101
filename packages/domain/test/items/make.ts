import type { Item, ItemView, Scope, ScopeStatus } from '../../src/index.ts';

/** An item of which just what a test is about is told. */
export function item(over: Partial<Item> = {}): Item {
  return {
    key: 'container:c1',
    kind: 'container',
    name: 'c1',
    scope: 'docker containers docker:/run/docker.sock',
    storeKey: 'mount:/',
    parentKey: null,
    ownerKey: null,
    sizeBytes: 0,
    counted: true,
    leastBytes: 0,
    mostBytes: 0,
    state: null,
    attributes: {},
    ...over,
  };
}

/** Exactly so many bytes, by their own size too. */
export const sized = (bytes: number | null): Pick<Item, 'sizeBytes' | 'leastBytes' | 'mostBytes'> => ({
  sizeBytes: bytes,
  leastBytes: bytes,
  mostBytes: bytes,
});

export const view = (over: Partial<Item> = {}): ItemView => ({
  ...item(over),
  ownerChain: [],
  firstSeenAt: '2026-11-01T00:00:00Z',
  readAt: '2026-11-21T00:00:00Z',
});

export const scope = (name: string, status: ScopeStatus = 'complete'): Scope => ({
  name,
  status,
  reason: status === 'complete' ? null : 'permission denied.',
});
