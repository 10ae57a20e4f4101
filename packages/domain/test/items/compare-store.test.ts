import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyDelta,
  type ComparedSide,
  compareItems,
  compareStore,
  diffRuns,
  HOLDING_KINDS,
  type ItemView,
  type StoreComparison,
} from '../../src/index.ts';
import { sized, view } from './make.ts';

const STORE = { key: 'mount:/', name: '/', kind: 'filesystem' } as const;
const MIB = 2 ** 20;
const GIB = 2 ** 30;

const sideOf = (items: ItemView[], readings: ComparedSide['readings'] = {}): ComparedSide => ({ items, readings });
const volume = (name: string, bytes: number | null, over: Partial<ItemView> = {}): ItemView =>
  view({ key: `volume:${name}`, kind: 'volume', name, ...sized(bytes), ...over });

/** Least and most of all kinds. */
function sumOfKinds({ attribution: { kinds } }: StoreComparison): { leastBytes: number; mostBytes: number } {
  return kinds.reduce(
    (sum, one) => ({ leastBytes: sum.leastBytes + one.leastBytes, mostBytes: sum.mostBytes + one.mostBytes }),
    { leastBytes: 0, mostBytes: 0 },
  );
}

const anyItem = fc
  .record({
    number: fc.nat({ max: 6 }),
    kind: fc.constantFrom(...HOLDING_KINDS, 'daemon' as const),
    least: fc.option(fc.nat({ max: 40 * GIB }), { nil: null }),
    more: fc.oneof(fc.constant(0), fc.nat({ max: GIB })),
    counted: fc.boolean(),
    storeKey: fc.constantFrom('mount:/', 'mount:/', 'mount:/other', null),
    state: fc.constantFrom('running', 'exited', null),
  })
  .map(({ number, kind, least, more, counted, storeKey, state }) =>
    view({
      ...{ key: `${kind}:${number}`, kind, storeKey, state, counted: counted && kind !== 'daemon', sizeBytes: least },
      leastBytes: counted ? least : null,
      mostBytes: counted && least !== null ? least + more : null,
    }),
  );
const items = fc.uniqueArray(anyItem, { selector: ({ key }) => key, maxLength: 20 });
const reading = fc.option(fc.nat({ max: 100 * GIB }), { nil: null });
const readings = fc.record({ usedBytes: reading, itemsBytes: reading }, { requiredKeys: [] });
const side = fc.record({ items, readings });

describe('attribution', () => {
  it('adds up: growth = kinds + below steps + unattributed, at either end of the ranges', () => {
    fc.assert(
      fc.property(side, side, (a, b) => {
        const comparison = compareStore(STORE, a, b);
        const { growthBytes, belowStepsBytes, unattributed } = comparison.attribution;
        const told = sumOfKinds(comparison);
        expect(told.leastBytes).toBeLessThanOrEqual(told.mostBytes);
        if (growthBytes === null) {
          expect(unattributed).toBe(null);
          return;
        }
        const below = belowStepsBytes ?? 0;
        expect(told.leastBytes + below + (unattributed?.mostBytes ?? Number.NaN)).toBe(growthBytes);
        expect(told.mostBytes + below + (unattributed?.leastBytes ?? Number.NaN)).toBe(growthBytes);
      }),
    );
  });

  it('is the sum of the changes, so that a table and its waterfall agree', () => {
    fc.assert(
      fc.property(side, side, (a, b) => {
        const comparison = compareStore(STORE, a, b);
        const known = comparison.changes.flatMap(({ delta }) => delta ?? []);
        expect(known.reduce((sum, { leastBytes }) => sum + leastBytes, 0)).toBe(sumOfKinds(comparison).leastBytes);
        expect(known.reduce((sum, { mostBytes }) => sum + mostBytes, 0)).toBe(sumOfKinds(comparison).mostBytes);
      }),
    );
  });

  it('of a moment with itself is nothing', () => {
    fc.assert(
      fc.property(side, (a) => {
        const { changes, unchanged, attribution } = compareStore(STORE, a, a);
        expect([changes, unchanged.items]).toEqual([
          [],
          a.items.filter(({ storeKey }) => storeKey === STORE.key).length,
        ]);
        expect(attribution.growthBytes ?? 0).toBe(0);
        expect(attribution.unattributed ?? { leastBytes: 0, mostBytes: 0 }).toEqual({ leastBytes: 0, mostBytes: 0 });
      }),
    );
  });

  it('there and back is the opposite', () => {
    fc.assert(
      fc.property(side, side, (a, b) => {
        const [there, back] = [compareStore(STORE, a, b), compareStore(STORE, b, a)];
        const { leastBytes, mostBytes } = sumOfKinds(back);
        expect(sumOfKinds(there)).toEqual({ leastBytes: 0 - mostBytes, mostBytes: 0 - leastBytes });
      }),
    );
  });

  it('names what grew, and leaves the rest unattributed', () => {
    const a = sideOf([volume('db', 10 * GIB), volume('old', 2 * GIB)], { usedBytes: 50 * GIB });
    const image = view({ key: 'image:1', kind: 'image', ...sized(GIB) });
    const b = sideOf([volume('db', 25 * GIB), image], { usedBytes: 70 * GIB });
    const { attribution, changes } = compareStore(STORE, a, b);
    // 70 − 50 = 20: volumes 15 − 2 = 13, images 1, rest 6.
    expect(attribution).toMatchObject({
      ...{ series: 'usedBytes', growthBytes: 20 * GIB, belowStepsBytes: null, unknownItems: 0 },
      kinds: [
        { kind: 'image', leastBytes: GIB, mostBytes: GIB, added: 1, removed: 0, changed: 0 },
        { kind: 'volume', leastBytes: 13 * GIB, mostBytes: 13 * GIB, added: 0, removed: 1, changed: 1 },
      ],
      unattributed: { leastBytes: 6 * GIB, mostBytes: 6 * GIB },
    });
    expect(changes.map(({ change, item }) => [change, item.name])).toEqual([
      ['grown', 'db'],
      ['removed', 'old'],
      ['added', 'c1'],
    ]);
  });

  it('of what may be shared is a range, and so is what is left', () => {
    const device = view({ key: 'thin-device:vm', kind: 'thin-device', sizeBytes: 8, leastBytes: 0, mostBytes: 8 });
    const { attribution } = compareStore(STORE, sideOf([], { usedBytes: 10 }), sideOf([device], { usedBytes: 20 }));
    expect(attribution.kinds).toMatchObject([{ leastBytes: 0, mostBytes: 8 }]);
    expect(attribution.unattributed).toEqual({ leastBytes: 2, mostBytes: 10 });
  });

  it('of an unknown size is no number: it stays unattributed, and is told', () => {
    const [a, b] = [sideOf([volume('v', null)], { usedBytes: 10 }), sideOf([volume('v', 7)], { usedBytes: 20 })];
    expect(compareStore(STORE, a, b)).toMatchObject({
      attribution: { unattributed: { leastBytes: 10, mostBytes: 10 }, unknownItems: 0 },
      changes: [{ change: 'changed', delta: null, a: { leastBytes: null }, b: { leastBytes: 7 } }],
    });
    expect(compareStore(STORE, b, a).attribution.unknownItems).toBe(1);
  });

  it('is not known without what was used', () => {
    const { attribution } = compareStore(STORE, sideOf([], {}), sideOf([], { usedBytes: 20 }));
    expect(attribution).toMatchObject({ aBytes: null, bBytes: 20, growthBytes: null, unattributed: null });
  });
});

describe('what size steps keep out of the versions', () => {
  const kept = volume('db', 100 * MIB);
  const at = (usedBytes: number, itemsBytes: number) => sideOf([kept], { usedBytes, itemsBytes });

  it('is told as a part of its own, not as unattributed, with the most that it can be', () => {
    // The version stayed at 100 MiB while the volume grew by 0.75: steps are max(1 MiB, 1 %), at either moment.
    const { attribution } = compareStore(STORE, at(500 * MIB, 100 * MIB), at(500.75 * MIB, 100.75 * MIB));
    expect(attribution).toMatchObject({
      belowStepsBytes: 0.75 * MIB,
      stepErrorBytes: 2 * MIB,
      unattributed: { leastBytes: 0, mostBytes: 0 },
    });
  });

  it('is not told where sums and versions are of other inventories', () => {
    const { attribution } = compareStore(STORE, at(500 * MIB, 100 * MIB), at(500 * MIB, 300 * MIB));
    expect(attribution).toMatchObject({ belowStepsBytes: null, unattributed: { leastBytes: 0, mostBytes: 0 } });
  });
});

describe('changes', () => {
  it('tell every difference: what is unchanged is the same at both, and applied they give the second moment', () => {
    fc.assert(
      fc.property(items, items, (a, b) => {
        const { changes, unchanged } = compareItems(a, b);
        const removed = changes.filter(({ change }) => change === 'removed').map(({ item }) => item.key);
        const changed = changes.filter(({ change }) => change !== 'removed').map(({ item }) => item);
        const applied = applyDelta(a, { changed, removed });
        const delta = diffRuns({ scopes: [], items: applied }, { scopes: [], items: b });
        expect(delta.changed).toEqual([]);
        expect(applied.map(({ key }) => key).sort()).toEqual(b.map(({ key }) => key).sort());
        expect(unchanged.items).toBe(b.length - changed.length);
      }),
    );
  });

  it.each<[string, Partial<ItemView>, string | undefined]>([
    ['a byte more', sized(11), 'grown'],
    ['a byte less', sized(9), 'shrunk'],
    ['another state', { state: 'exited' }, 'changed'],
    ['another owner', { ownerKey: 'container:c2' }, 'changed'],
    ['no size any more', sized(null), 'changed'],
    ['counted no more', { counted: false, leastBytes: null, mostBytes: null }, 'changed'],
    ['more of it shared', { leastBytes: 0 }, 'shrunk'],
    ['another time of reading', { readAt: null }, undefined],
  ])('%s', (_, over, change) => {
    const { changes } = compareItems([volume('v', 10)], [volume('v', 10, over)]);
    expect(changes[0]?.change).toBe(change);
  });

  it('of one that is not counted go by its own size, and add nothing', () => {
    const inside = (bytes: number): ItemView =>
      volume('v', bytes, { counted: false, leastBytes: null, mostBytes: null });
    expect(compareItems([inside(5)], [inside(9)]).changes).toMatchObject([
      { change: 'grown', delta: { leastBytes: 0, mostBytes: 0 } },
    ]);
  });
});
