import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDelta, carryOver, diffRuns, type Item, type ItemRun, isSameItem } from '../../src/index.ts';
import { byKey, history } from './generated-history.ts';
import { item, scope, sized } from './make.ts';

const EMPTY: ItemRun = { scopes: [], items: [] };

describe('diff, then apply', () => {
  it('gives the second of two runs that were read in full, and leaves nothing to tell', () => {
    fc.assert(
      fc.property(history, (beats) => {
        const [last, first] = [beats.at(-1)?.run ?? EMPTY, beats[0]?.world ?? []];
        const applied = applyDelta(first, diffRuns({ scopes: [], items: first }, last));
        expect(byKey(applied)).toEqual(byKey(last.items));
        expect(diffRuns({ ...last, items: applied }, last)).toEqual({ changed: [], removed: [] });
      }),
    );
  });

  it('over a history with gaps gives the last word on each item, with no removal lost and none invented', () => {
    fc.assert(
      fc.property(history, (beats) => {
        let [told, carried]: [Item[], ItemRun] = [[], EMPTY];
        const expected = new Map<string, Item>();
        for (const { world, run } of beats) {
          const delta = diffRuns(carried, run);
          told = applyDelta(told, delta);
          carried = carryOver(carried, run);
          const there = byKey(world);
          for (const key of delta.removed) expect(there.has(key), `${key} is there, and told as removed`).toBe(false);
          for (const one of run.items) expected.set(one.key, one);
          for (const key of delta.removed) expected.delete(key);
          expect(byKey(told)).toEqual(expected);
          expect(told).toEqual(carried.items);
        }
        expect(byKey(told)).toEqual(byKey(beats.at(-1)?.world ?? []));
      }),
      { numRuns: 300 },
    );
  });
});

describe('an item is gone only when its scope was read in full', () => {
  const before: ItemRun = { scopes: [scope('devices')], items: [item({ key: 'device:sda', scope: 'devices' })] };
  it.each([
    ['complete', ['device:sda']],
    ['partial', []],
    ['not-read', []],
  ] as const)('%s', (status, removed) => {
    expect(diffRuns(before, { scopes: [scope('devices', status)], items: [] })).toEqual({ changed: [], removed });
  });
});

describe('what makes an item another', () => {
  const base = item({ attributes: { image: 'nginx', tag: null }, ...sized(5) });
  it.each<[string, Partial<Item>]>([
    ['its state', { state: 'exited' }],
    ['its owner', { ownerKey: 'container:c2' }],
    ['a byte', { sizeBytes: 6 }],
    ['read to not read', { leastBytes: null }],
    ['0 to not read', { mostBytes: null }],
    ['an attribute', { attributes: { image: 'nginx', tag: '1' } }],
    ['one more attribute', { attributes: { image: 'nginx', tag: null, more: null } }],
    ['one attribute less', { attributes: { image: 'nginx' } }],
  ])('%s', (_, over) => {
    expect(isSameItem(base, { ...base, ...over })).toBe(false);
  });

  it('the order of attributes does not', () => {
    expect(isSameItem(base, { ...base, attributes: { tag: null, image: 'nginx' } })).toBe(true);
  });
});
