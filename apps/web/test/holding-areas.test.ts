import type { StoreHoldings } from '@silt/domain';
import { describe, expect, it } from 'vitest';
import { holdingAreas, sinceFirst } from '../src/features/store/holding-areas.ts';

const BOX = { width: 30, height: 106 };

const holdings = (change: Partial<StoreHoldings>): StoreHoldings => ({
  from: new Date(0).toISOString(),
  to: new Date(30_000).toISOString(),
  bucketSeconds: 10,
  times: [0, 10, 20],
  kinds: [
    { kind: 'image', bytes: [40, 40, 40] },
    { kind: 'volume', bytes: [40, 40, 40] },
  ],
  used: [100, 100, 100],
  unattributed: [20, 20, 20],
  ...change,
});

describe('what a store holds as areas', () => {
  it('lies kind on kind, and the unattributed on top of them up to what is used', () => {
    const areas = holdingAreas(holdings({}), BOX);
    // The axis ends 6 % above 100, so that a byte is a pixel of the 106.
    expect(areas.kinds.map(({ kind, path }) => [kind, path.split('L')[0]])).toEqual([
      ['image', 'M0 66H10'],
      ['volume', 'M0 26H10'],
    ]);
    expect(areas.unattributed.startsWith('M0 6H10')).toBe(true);
    expect(areas.notToldApart).toBe('');
    expect(areas.highest).toBe(100);
  });

  it('is broken where nobody looked, and the hole is marked', () => {
    const areas = holdingAreas(holdings({ used: [100, null, 100], unattributed: [20, null, 20] }), BOX);
    expect(areas.holes).toEqual([{ x: 10, width: 10 }]);
    expect(areas.kinds[0]?.path.match(/M/g)).toHaveLength(2);
  });

  it('has no hole before the first inventory', () => {
    const kinds = [{ kind: 'image' as const, bytes: [null, null, 40] }];
    const areas = holdingAreas(holdings({ kinds }), BOX);
    expect(areas.holes).toEqual([]);
    expect(areas.kinds[0]?.path.startsWith('M20 ')).toBe(true);
  });

  it('shows what own and shared are not told apart between the known and the unattributed', () => {
    expect(holdingAreas(holdings({ unattributed: [5, 5, 5] }), BOX).notToldApart).not.toBe('');
    expect(holdingAreas(holdings({ unattributed: [null, null, null] }), BOX)).toMatchObject({ unattributed: '' });
  });

  it('is nothing when no inventory was read', () => {
    const kinds = [{ kind: 'image' as const, bytes: [null, null, null] }];
    expect(holdingAreas(holdings({ kinds }), BOX)).toMatchObject({
      kinds: [],
      unattributed: '',
      holes: [],
      highest: 0,
    });
  });
});

describe('how a kind moved since the beginning', () => {
  it.each([
    [[1, 2, 5], 4],
    [[null, 2, null, 5, null], 3],
    [[5, 2], -3],
    [[7], null],
    [[null, 7, null], null],
    [[], null],
  ])('%j moved by %j', (bytes, since) => {
    expect(sinceFirst(bytes)).toBe(since);
  });
});
