import type { SeriesName, Snapshot, StoreSum } from '@silt/domain';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect } from '../src/collect.ts';
import { collectItems } from '../src/collect-items.ts';
import { FakeHost } from './fake-host.ts';

const EXT = 'mount:/srv/lab/mnt/ext';
const SUM_SERIES = ['itemsBytes', 'itemsMostBytes', 'unattributedBytes'];

let host: FakeHost;
beforeEach(() => {
  host = new FakeHost();
  host.options.command = async () => ({ problem: 'is not there' }) as never;
});
afterEach(() => host.remove());

const sum = (changes: Partial<StoreSum> = {}): StoreSum => ({
  ...{ storeKey: EXT, itemsBytes: 1_000, itemsMostBytes: 1_500, unattributedBytes: 2_046_500, unknownItems: 0 },
  ...changes,
});

/** Readings of what items add up to, by `<store> <series>`. */
const sumsIn = ({ layout, readings }: Snapshot): Record<string, number | null | undefined> =>
  Object.fromEntries(
    layout.entries.flatMap(({ storeKey, series }, place) =>
      SUM_SERIES.includes(series) ? [[`${storeKey} ${series}`, readings[place]]] : [],
    ),
  );
const entriesOf = ({ layout }: Snapshot, key: string): SeriesName[] =>
  layout.entries.flatMap(({ storeKey, series }) => (storeKey === key ? [series] : []));

test('before the first inventory no store has series of its items', async () => {
  expect(sumsIn(await collect(host.options))).toEqual({});
});

test('a store with a sum has its three series at each beat, the others have none', async () => {
  host.options.memory.sums = new Map([[EXT, sum()]]);
  const first = await collect(host.options);
  expect(sumsIn(first)).toEqual({
    [`${EXT} itemsBytes`]: 1_000,
    [`${EXT} itemsMostBytes`]: 1_500,
    [`${EXT} unattributedBytes`]: 2_046_500,
  });
  expect(entriesOf(first, EXT).slice(-3)).toEqual(SUM_SERIES);
  expect((await collect(host.options)).layout).toEqual(first.layout);
});

test('what is not attributable is not zero, and a sum that is missing once keeps the layout as it was', async () => {
  host.options.memory.sums = new Map([[EXT, sum({ unattributedBytes: null })]]);
  const known = await collect(host.options);
  expect(sumsIn(known)).toMatchObject({ [`${EXT} itemsBytes`]: 1_000, [`${EXT} unattributedBytes`]: null });
  host.options.memory.sums = new Map([[EXT, null]]);
  const missing = await collect(host.options);
  expect(missing.layout).toEqual(known.layout);
  expect(Object.values(sumsIn(missing))).toEqual([null, null, null]);
});

test('a sum of a store that is not there any more is told of none', async () => {
  host.options.memory.sums = new Map([['mount:/gone', sum({ storeKey: 'mount:/gone' })]]);
  expect(sumsIn(await collect(host.options))).toEqual({});
});

test('a sum that no inventory tells any more is kept for one of them', async () => {
  const { memory } = host.options;
  memory.sums = new Map([['mount:/gone', sum({ storeKey: 'mount:/gone' })]]);
  const { layout } = await collect(host.options);
  await collectItems(host.options, layout);
  expect(memory.sums.get('mount:/gone')).toBeNull();
  await collectItems(host.options, layout);
  expect(memory.sums.has('mount:/gone')).toBe(false);
});
