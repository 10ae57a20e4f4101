import type { Item } from '@silt/domain';
import { expect, test } from 'vitest';
import {
  type IncomingInventory,
  InventoryAssembler,
  MAX_INVENTORY_STEP_ITEMS,
} from '../../src/ingest/inventory-assembler.ts';

const itemsOf = (count: number): Item[] => Array.from({ length: count }, () => ({}) as Item);
const partOf = (part: number, parts: number, change: Partial<IncomingInventory> = {}): IncomingInventory => ({
  ...{ sequence: 10 + part, takenAt: 'now', bootId: 'boot', uptimeMilliseconds: 1, baseSequence: null, part, parts },
  ...{ scopes: [], items: [], removed: [] },
  ...change,
});

test('parts are one inventory when the last one is there, in their order, with the scopes of the first', () => {
  const assembler = new InventoryAssembler();
  const scopes = [{ name: 'docker', status: 'complete', reason: null } as const];
  expect(assembler.add(partOf(1, 2, { scopes, items: itemsOf(2), removed: ['a'] }), 'one')).toBeNull();
  expect(assembler.heldItems).toBe(3);
  const whole = assembler.add(partOf(2, 2, { items: itemsOf(1), removed: ['b'] }), 'two');
  expect(whole).toMatchObject({ scopes, removed: ['a', 'b'], baseSequence: null, tooLong: false });
  expect(whole?.items).toHaveLength(3);
  expect(whole?.sequences).toEqual([
    { sequence: 11, hash: 'one' },
    { sequence: 12, hash: 'two' },
  ]);
  expect(assembler.heldItems).toBe(0);
});

test.for([
  ['a later part', partOf(3, 3)],
  ['the same part', partOf(1, 3)],
  ['a part of an inventory with other parts', partOf(2, 2)],
  ['a part of another base', partOf(2, 3, { baseSequence: 4 })],
  ['a part of another time', partOf(2, 3, { takenAt: 'later' })],
  ['a part of another boot', partOf(2, 3, { bootId: 'other' })],
  ['a part of another uptime', partOf(2, 3, { uptimeMilliseconds: 2 })],
] as const)('%s does not fit', ([, part]) => {
  const assembler = new InventoryAssembler();
  assembler.add(partOf(1, 3), '');
  expect(assembler.fits(part)).toBe(false);
  expect(assembler.fits(partOf(2, 3))).toBe(true);
});

test('none but a first part begins an inventory', () => {
  const assembler = new InventoryAssembler();
  expect([1, 2].map((part) => assembler.fits(partOf(part, 2)))).toEqual([true, false]);
  assembler.add(partOf(1, 2), 'one');
  expect(assembler.drop()).toEqual([{ sequence: 11, hash: 'one' }]);
  expect([1, 2].map((part) => assembler.fits(partOf(part, 2)))).toEqual([true, false]);
});

test.for(['items', 'removed'] as const)(
  'more %s than an inventory may have are not held, and the next one is whole',
  (field) => {
    const assembler = new InventoryAssembler();
    const most =
      field === 'items' ? itemsOf(MAX_INVENTORY_STEP_ITEMS) : Array.from({ length: MAX_INVENTORY_STEP_ITEMS }, String);
    const one = field === 'items' ? itemsOf(1) : ['a'];
    assembler.add(partOf(1, 3, { [field]: most }), '');
    assembler.add(partOf(2, 3, { [field]: one }), '');
    expect(assembler.heldItems).toBe(0);
    expect(assembler.add(partOf(3, 3), '')).toMatchObject({ tooLong: true, items: [], removed: [] });
    expect(assembler.add(partOf(1, 1, { [field]: most }), '')).toMatchObject({ tooLong: false, [field]: most });
  },
);
