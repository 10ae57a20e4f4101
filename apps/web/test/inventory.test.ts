import type { ItemView } from '@silt/domain';
import { createTranslator } from 'use-intl/core';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_SORT,
  filterItems,
  type InventoryQuery,
  readInventoryQuery,
  sizeRank,
  writeInventoryQuery,
} from '../src/features/host/inventory-query.ts';
import { en } from '../src/messages/en.ts';
import { safeText } from '../src/shared/format/safe-text.ts';
import { rangeText } from '../src/shared/inventory/held-size.tsx';

const ALL: InventoryQuery = { text: '', kinds: [], storeKey: null, sort: DEFAULT_SORT };

const item = (name: string, fields: Partial<ItemView> = {}): ItemView => ({
  key: `volume:${name}`,
  kind: 'volume',
  name,
  scope: 'docker volumes docker:/run/docker.sock',
  storeKey: 'mount:/',
  parentKey: null,
  ownerKey: null,
  sizeBytes: null,
  counted: true,
  leastBytes: null,
  mostBytes: null,
  state: null,
  attributes: {},
  ownerChain: [],
  firstSeenAt: '2026-05-14T09:42:00.000Z',
  readAt: null,
  ...fields,
});

describe('the filter of the inventory', () => {
  it('is read from the address as it was written, and leaves other parameters', () => {
    const query: InventoryQuery = {
      text: 'a b',
      kinds: ['image', 'volume'],
      storeKey: 'mount:/var/lib/docker',
      sort: { column: 'name', descending: false },
    };
    const written = writeInventoryQuery(new URLSearchParams('at=2026-05-14T09:42Z'), query);
    expect(written).toContain('at=2026-05-14T09:42Z');
    expect(readInventoryQuery(new URLSearchParams(written))).toEqual(query);
  });

  it('is not in the address where it is as by default', () => {
    expect(writeInventoryQuery(new URLSearchParams('q=x&kind=image&store=a&sort=-name'), ALL)).toBe('');
  });

  it('leaves out what the address says wrongly', () => {
    const parameters = new URLSearchParams({ kind: 'image,nothing', sort: '-nothing', store: 'x'.repeat(5_000) });
    expect(readInventoryQuery(parameters)).toEqual({ ...ALL, kinds: ['image'] });
  });

  it('finds text in name, owner and state, whatever its case', () => {
    const items = [
      item('Cache'),
      item('b', { ownerChain: ['dockerd', 'cache-maker'] }),
      item('c', { state: 'cached' }),
    ];
    expect(filterItems([...items, item('d')], { ...ALL, text: ' CACHE ' }).map(({ name }) => name)).toEqual([
      'Cache',
      'b',
      'c',
    ]);
  });

  it('lists what holds space unless another kind is asked for', () => {
    const items = [item('v'), item('sda', { kind: 'device' })];
    expect(filterItems(items, ALL).map(({ name }) => name)).toEqual(['v']);
    expect(filterItems(items, { ...ALL, kinds: ['device'] }).map(({ name }) => name)).toEqual(['sda']);
    expect(filterItems(items, { ...ALL, storeKey: 'mount:/other' })).toEqual([]);
  });
});

describe('the size of an item', () => {
  const t = createTranslator({ locale: 'en', messages: en, namespace: 'inventory' });

  it.each([
    [0, 0, '0 B'],
    [2_254_857_830, 2_254_857_830, '2.10 GiB'],
    [2_254_857_830, 4_294_967_296, '2.10–4.00 GiB'],
    [524_288, 4_294_967_296, '512.0 KiB–4.00 GiB'],
    [0, 4_294_967_296, 'up to 4.00 GiB'],
    [null, null, 'not read'],
  ])('from %s to %s bytes is %s', (least, most, text) => {
    expect(rangeText(least, most, t as never)).toBe(text);
  });

  it('that is not known ranks below one that is 0', () => {
    expect(sizeRank(item('a'))).toBeLessThan(sizeRank(item('b', { leastBytes: 0, mostBytes: 0 })));
  });
});

describe('a name of a host', () => {
  it('is shown with its control characters visible and its direction unturned', () => {
    expect(safeText('a\n\u001b[31m\u202eb', 100)).toBe('a\\u{a}\\u{1b}[31m\\u{202e}b');
  });

  it('of 4,096 characters is cut, not through a character', () => {
    expect(safeText('x'.repeat(4_096), 10)).toBe(`${'x'.repeat(10)}…`);
    expect(safeText('xx😀x', 3)).toBe('xx…');
  });
});
