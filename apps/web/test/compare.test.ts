import type { Attribution, Comparison, ItemChange, ItemView } from '@silt/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterChanges, groupChanges } from '../src/features/compare/change-groups.ts';
import { comparisonCsv, csvField } from '../src/features/compare/comparison-csv.ts';
import { inOrder, readMoments, writeMoments } from '../src/features/compare/moments.ts';
import { stripPath, stripWindow } from '../src/features/compare/strip-window.ts';
import { turnComparison } from '../src/features/compare/turn-comparison.ts';
import { waterfallOf } from '../src/features/compare/waterfall-steps.ts';

const MIB = 1024 ** 2;
const DAY = 86_400_000;
const OPENED_AT = '2026-05-14T09:42:00.000Z';
const NOW = Date.parse(OPENED_AT) + 30_000;

const item = (change: Partial<ItemView>): ItemView => ({
  key: 'volume:daemon:cache',
  kind: 'volume',
  name: 'cache',
  scope: 'docker volumes daemon',
  storeKey: 'mount:/',
  parentKey: null,
  ownerKey: null,
  sizeBytes: MIB,
  counted: true,
  leastBytes: MIB,
  mostBytes: MIB,
  state: null,
  attributes: {},
  ownerChain: ['daemon'],
  firstSeenAt: OPENED_AT,
  readAt: OPENED_AT,
  ...change,
});

const exact = (bytes: number) => ({ leastBytes: bytes, mostBytes: bytes });

const added = (bytes: number, change: Partial<ItemView> = {}): ItemChange => ({
  change: 'added',
  item: item(change),
  a: null,
  b: exact(bytes),
  delta: exact(bytes),
});

const attribution = (change: Partial<Attribution>): Attribution => ({
  series: 'usedBytes',
  aBytes: 100 * MIB,
  bBytes: 110 * MIB,
  growthBytes: 10 * MIB,
  kinds: [],
  belowStepsBytes: null,
  stepErrorBytes: MIB,
  unattributed: exact(10 * MIB),
  unknownItems: 0,
  ...change,
});

const comparison = (changes: ItemChange[], of: Attribution = attribution({})): Comparison => ({
  a: { asked: '2026-05-07T09:42:00.000Z', observedAt: '2026-05-07T09:41:58.000Z', inventoryReadAt: null },
  b: { asked: OPENED_AT, observedAt: OPENED_AT, inventoryReadAt: OPENED_AT },
  stores: [
    {
      storeKey: 'mount:/',
      storeName: '/',
      kind: 'filesystem',
      readings: [{ series: 'usedBytes', unit: 'bytes', a: 100 * MIB, b: 110 * MIB }],
      attribution: of,
      changes,
      unchanged: { items: 3, leastBytes: 5 },
    },
  ],
});

describe('the moments of an address', () => {
  const read = (a: string | null, b: string | null) => readMoments({ a, b }, OPENED_AT, NOW);

  it('are the week until the page was made when it names none', () => {
    expect(read(null, null)).toEqual({ a: '2026-05-07T09:42:00.000Z', b: OPENED_AT, problem: null });
  });

  it('go a week back from B when it names B alone', () => {
    expect(read(null, '2026-05-01T00:00Z').a).toBe('2026-04-24T00:00:00.000Z');
  });

  it.each([
    ['yesterday', 'invalid'],
    ['2026-13-40T00:00Z', 'invalid'],
    ['2026-05-15T00:00Z', 'future'],
  ])('fall back to the default and say why for %s', (text, problem) => {
    expect(read(text, null)).toEqual({ a: '2026-05-07T09:42:00.000Z', b: OPENED_AT, problem });
    expect(read(null, text).problem).toBe(problem);
  });

  it('read back as they were written, beside what else is there', () => {
    const moments = { a: '2026-05-01T00:00:00.000Z', b: '2026-05-02T03:04:05.678Z' };
    const written = new URLSearchParams(writeMoments(new URLSearchParams('x=1'), moments));
    expect(read(written.get('a'), written.get('b'))).toEqual({ ...moments, problem: null });
    expect(written.get('x')).toBe('1');
  });

  it('are asked for with the earlier one first, and told backwards when they were not', () => {
    expect(inOrder({ a: 'b', b: 'a' })).toEqual({ a: 'a', b: 'b', backwards: true });
    expect(inOrder({ a: 'a', b: 'b' })).toEqual({ a: 'a', b: 'b', backwards: false });
  });
});

describe('a comparison told backwards', () => {
  it('turns every difference round', () => {
    const turned = turnComparison(
      comparison([added(7)], attribution({ unattributed: { leastBytes: 3, mostBytes: 9 } })),
    );
    const [store] = turned.stores;
    expect(turned.a.asked).toBe(OPENED_AT);
    expect(store?.changes[0]).toMatchObject({ change: 'removed', a: exact(7), b: null, delta: exact(-7) });
    expect(store?.attribution).toMatchObject({
      growthBytes: -10 * MIB,
      unattributed: { leastBytes: -9, mostBytes: -3 },
    });
  });

  it('is itself again when it is turned twice', () => {
    const told = comparison([added(7), { ...added(0), change: 'changed', a: exact(2), b: exact(2), delta: null }]);
    expect(turnComparison(turnComparison(told))).toEqual(told);
  });
});

const ID = (digit: number): string => String(digit).repeat(64);

describe('groups of changes', () => {
  it('fold what has no name of its own when kind, change and named owners are the same', () => {
    const volumes = [1, 2, 3].map((digit) =>
      added(digit * MIB, { key: `volume:${digit}`, name: ID(digit), ownerChain: ['daemon', ID(digit)] }),
    );
    const groups = groupChanges([...volumes, added(9 * MIB)]);
    expect(groups.map(({ changes, delta }) => [changes.length, delta])).toEqual([
      [1, exact(9 * MIB)],
      [3, exact(6 * MIB)],
    ]);
    expect(groups[1]?.ownerChain).toEqual(['daemon']);
  });

  it('leave two for themselves, and never fold what has a name', () => {
    const two = [1, 2].map((digit) => added(digit, { key: `volume:${digit}`, name: ID(digit) }));
    const named = [1, 2, 3].map((digit) => added(digit, { key: `volume:n${digit}`, name: `cache-${digit}` }));
    expect(groupChanges([...two, ...named])).toHaveLength(5);
  });

  it('have every change once, whatever there is', () => {
    const changes = fc.array(
      fc.record({
        bytes: fc.integer({ min: -MIB, max: MIB }),
        name: fc.constantFrom(ID(1), ID(2), 'cache', 'sha256:0123456789ab'),
        kind: fc.constantFrom('volume' as const, 'image' as const, 'orphan-layer' as const),
      }),
    );
    fc.assert(
      fc.property(changes, (list) => {
        const all = list.map(({ bytes, name, kind }, index) => added(bytes, { key: `${kind}:${index}`, name, kind }));
        const folded = groupChanges(all).flatMap((group) => group.changes);
        expect(folded.map((one) => one.item.key).sort()).toEqual(all.map((one) => one.item.key).sort());
      }),
    );
  });

  it('say that a size is not known, which is not 0', () => {
    const unknown = { ...added(0), b: { leastBytes: null, mostBytes: null }, delta: null };
    expect(groupChanges([unknown])[0]).toMatchObject({ b: null, delta: null });
  });

  it('are of the changes that the filter leaves', () => {
    const changes = [
      added(1),
      { ...added(2, { key: 'image:x', kind: 'image', name: 'Web' }), change: 'removed' as const },
    ];
    expect(filterChanges(changes, { change: 'removed', text: '' })).toHaveLength(1);
    expect(filterChanges(changes, { change: null, text: ' WEB ' })).toHaveLength(1);
    expect(filterChanges(changes, { change: 'added', text: 'web' })).toEqual([]);
  });
});

describe('the waterfall', () => {
  it('goes from what A used to what B used exactly, whatever the ranges', () => {
    const range = fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 1e9 }));
    fc.assert(
      fc.property(
        fc.nat(1e12),
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.array(range, { maxLength: 5 }),
        (a, growth, ranges) => {
          const names = ['image', 'volume', 'container', 'leftover', 'build-cache'] as const;
          const kinds = ranges.map(([leastBytes, more], index) => ({
            ...{
              kind: names[index] ?? 'image',
              leastBytes,
              mostBytes: leastBytes + more,
              added: 0,
              removed: 0,
              changed: 1,
            },
          }));
          const sum = (field: 'leastBytes' | 'mostBytes') => kinds.reduce((total, kind) => total + kind[field], 0);
          const unattributed = { leastBytes: growth - sum('mostBytes'), mostBytes: growth - sum('leastBytes') };
          const made = waterfallOf(
            attribution({ aBytes: a, bBytes: a + growth, growthBytes: growth, kinds, unattributed }),
          );
          let level = a;
          for (const step of made?.steps ?? []) {
            expect(step.from).toBe(level);
            expect(step.low).toBeLessThanOrEqual(Math.min(step.from, step.to));
            expect(step.high).toBeGreaterThanOrEqual(Math.max(step.from, step.to));
            level = step.to;
          }
          expect(level).toBe(a + growth);
        },
      ),
    );
  });

  it('cuts its axis when little happened, and tells it', () => {
    expect(waterfallOf(attribution({}))).toMatchObject({ cut: true });
    expect(waterfallOf(attribution({ aBytes: 0, bBytes: 10 * MIB }))).toMatchObject({ cut: false });
  });

  it('is none when one of the two was not read', () => {
    expect(waterfallOf(attribution({ aBytes: null, growthBytes: null, unattributed: null }))).toBeNull();
  });
});

describe('the CSV', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+cmd', "'+cmd"],
    ['@x', "'@x"],
    ['-x', "'-x"],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['\t=1', "'\t=1"],
    ['=a,"b"', '"\'=a,""b"""'],
  ])('writes %j as %j, which no spreadsheet runs', (text, field) => {
    expect(csvField(text)).toBe(field);
  });

  it('leaves numbers as they are and not known empty', () => {
    expect([csvField(-12), csvField(0), csvField(null)]).toEqual(['-12', '0', '']);
  });

  it('has a row for each change, the size step, the unattributed and the sum', () => {
    const text = comparisonCsv(comparison([added(7)]), { withItems: true });
    const rows = text.slice(1).trimEnd().split('\r\n');
    expect(rows).toHaveLength(5);
    expect(rows[1]).toBe('/,added,volume,cache,volume:daemon:cache,daemon,,,,7,7,7,7');
    expect(rows[4]).toBe(
      `/,sum,,usedBytes,mount:/,,,${[100, 100, 110, 110, 10, 10].map((size) => size * MIB).join(',')}`,
    );
    expect(new Set(rows.map((row) => row.split(',').length))).toEqual(new Set([13]));
  });

  it('has no items when there is no inventory to compare', () => {
    expect(comparisonCsv(comparison([added(7)]), { withItems: false })).not.toContain('cache');
  });
});

describe('the strip under the handles', () => {
  it('is the shortest window that has both moments, with room to move back', () => {
    const ago = (days: number) => new Date(Date.parse(OPENED_AT) - days * DAY).toISOString();
    const rangeOf = (days: number) => stripWindow({ a: ago(days), b: OPENED_AT }, OPENED_AT).range;
    expect([7, 29, 30, 100, 300].map(rangeOf)).toEqual(['30d', '30d', '90d', '180d', '365d']);
    const old = stripWindow({ a: ago(800), b: ago(700) }, OPENED_AT);
    expect(old.from).toBeLessThan(Date.parse(ago(800)));
    expect(old.to).toBeGreaterThan(Date.parse(ago(700)));
  });

  it('breaks its line at a hole, and marks none before the first sample', () => {
    const { line, holes } = stripPath(
      { times: [0, 10, 20, 30], bucketSeconds: 10 },
      [null, 1, null, 3],
      { range: '30d', from: 0, to: 40_000 },
      { width: 40, height: 10 },
    );
    expect(line).toBe('M10 7H20M30 3H40');
    expect(holes).toEqual([{ x: 20, width: 10 }]);
  });
});
