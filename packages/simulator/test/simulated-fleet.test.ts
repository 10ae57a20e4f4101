import { SERIES_NAMES } from '@silt/domain';
import { layoutSchema } from '@silt/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HISTORY_DAYS, MAX_SIMULATED_HOSTS, type SimulatedHost, simulatedFleet } from '../src/index.ts';
import { ANCHOR, DAY_MILLISECONDS } from './views.ts';

const BEGIN = ANCHOR.getTime() - HISTORY_DAYS * DAY_MILLISECONDS;
const seeds = fc.string({ minLength: 1, maxLength: 8 });
/** From the origin to two months past the anchor. */
const moments = fc.integer({ min: BEGIN, max: ANCHOR.getTime() + 60 * DAY_MILLISECONDS });

function historyOf(host: SimulatedHost, stepSeconds: number): string[] {
  const range = { from: BEGIN, to: ANCHOR.getTime(), stepSeconds };
  return [...host.history(range)].map(({ takenAt, layout, readings }) => `${takenAt} ${layout} ${readings.join()}`);
}

test('the same seed gives the same hosts and the same history, another seed does not', () => {
  fc.assert(
    fc.property(seeds, seeds, (seed, other) => {
      fc.pre(seed !== other);
      const [one, again, another] = [seed, seed, other].map((each) =>
        simulatedFleet({ seed: each, anchorAt: ANCHOR, hosts: 12 }).map((host) =>
          JSON.stringify([host.facts, host.tags, host.layouts, historyOf(host, 86_400)]),
        ),
      );
      expect(one).toEqual(again);
      expect(one).not.toEqual(another);
    }),
    { numRuns: 4 },
  );
});

test('readings are a function of the moment: in whatever order moments are asked, live or from the history', () => {
  const walked = simulatedFleet({ seed: 'a', anchorAt: ANCHOR });
  fc.assert(
    fc.property(fc.nat({ max: 39 }), fc.array(moments, { minLength: 1, maxLength: 4 }), (place, times) => {
      const host = walked[place] as SimulatedHost;
      for (const time of times) {
        const fresh = simulatedFleet({ seed: 'a', anchorAt: ANCHOR })[place] as SimulatedHost;
        expect(host.snapshot(new Date(time))).toEqual(fresh.snapshot(new Date(time)));
      }
    }),
    { numRuns: 30 },
  );
});

test('live agrees with the history at the moment of each beat', () => {
  for (const host of simulatedFleet({ seed: 'a', anchorAt: ANCHOR })) {
    const range = { from: ANCHOR.getTime() - 7 * DAY_MILLISECONDS, to: ANCHOR.getTime(), stepSeconds: 3_600 };
    for (const { takenAt, layout, readings } of host.history(range)) {
      const known = Array.from(readings, (value) => (Number.isNaN(value) ? null : value));
      const live = host.snapshot(new Date(takenAt));
      expect(live?.readings).toEqual(known);
      expect(live?.layout).toBe(host.layouts[layout]);
    }
  }
});

test('live goes on where the history ends: ten seconds on no number of a line has moved by more than five minutes may', () => {
  for (const host of simulatedFleet({ seed: 'a', anchorAt: ANCHOR })) {
    const at = (seconds: number) => host.snapshot(new Date(ANCHOR.getTime() + seconds * 1_000));
    const [last, first] = [at(0), at(10)];
    if (!last || !first) continue;
    last.layout.entries.forEach(({ storeKey, series }, place) => {
      const [before, after] = [last.readings[place] ?? 0, first.readings[place] ?? 0];
      const size = Math.max(before, after, 1);
      expect(Math.abs(after - before) / size, `${host.facts.name} ${storeKey} ${series}`).toBeLessThan(0.02);
    });
  }
});

test('an anchor within the same five minutes gives the same fleet', () => {
  const [one, other] = ['2026-03-13T14:20:00Z', '2026-03-13T14:24:59Z'].map((anchorAt) =>
    simulatedFleet({ seed: 'a', anchorAt: new Date(anchorAt), hosts: 5 }).map((host) => historyOf(host, 86_400)),
  );
  expect(one).toEqual(other);
});

describe('layouts', () => {
  const fleet = simulatedFleet({ seed: 'a', anchorAt: ANCHOR });

  test('the wire takes them, and stores and series stand in the order the collector has them', () => {
    for (const host of fleet) {
      for (const layout of host.layouts) {
        expect(layoutSchema.parse(layout)).toEqual(layout);
        const keys = layout.stores.map(({ key }) => key);
        expect(keys).toEqual([...keys].sort());
        const order = layout.entries.map(
          ({ storeKey, series }) => keys.indexOf(storeKey) * SERIES_NAMES.length + SERIES_NAMES.indexOf(series),
        );
        expect(order).toEqual([...order].sort((one, other) => one - other));
        for (const { storeKey } of layout.daemons) expect(keys).toContain(storeKey);
      }
    }
  });

  test('options and mount points are as the collector writes them: sorted, without duplicates', () => {
    for (const { options } of fleet.flatMap(({ layouts }) => layouts.flatMap(({ stores }) => stores))) {
      expect(options).toEqual([...new Set(options)].sort());
    }
  });
});

test('a large fleet has the named hosts first, and every host has a name and a machine id of its own', () => {
  const fleet = simulatedFleet({ seed: 'a', anchorAt: ANCHOR, hosts: 300 });
  expect(fleet.slice(0, 2).map(({ facts }) => facts.name)).toEqual(['ci-runner-07', 'thin-db-02']);
  expect(new Set(fleet.map(({ facts }) => facts.name)).size).toBe(300);
  expect(new Set(fleet.map(({ facts }) => facts.machineId)).size).toBe(300);
  for (const { facts } of fleet) expect(facts.machineId).toMatch(/^[0-9a-f]{64}$/);
});

test('without a number a fleet has 40 hosts; more than the limit is refused', () => {
  expect(simulatedFleet({ seed: 'a', anchorAt: ANCHOR })).toHaveLength(40);
  expect(() => simulatedFleet({ seed: 'a', anchorAt: ANCHOR, hosts: MAX_SIMULATED_HOSTS + 1 })).toThrow(RangeError);
});
