import type { Layout, SeriesName } from '@silt/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HISTORY_DAYS, type SimulatedHost, simulatedFleet } from '../src/index.ts';
import { DAY_MILLISECONDS } from './views.ts';

/** Past the anchor too, where stores are full, stay full and are cleaned up. */
const DAYS_AFTER = 45;
const STEP_SECONDS = 780;

type Places = Partial<Record<SeriesName, number>>;
type Check = (value: (series: SeriesName) => number, complain: (what: string) => void) => void;

const COPIES: Record<string, number> = { single: 1, dup: 2, raid1: 2 };
const PAIRS: [SeriesName, SeriesName][] = [
  ['usedBytes', 'capacityBytes'],
  ['usedInodes', 'capacityInodes'],
  ['dataUsedBytes', 'dataAllocatedBytes'],
  ['dataAllocatedBytes', 'dataCapacityBytes'],
  ['metadataUsedBytes', 'metadataAllocatedBytes'],
  ['metadataCommittedBytes', 'metadataCapacityBytes'],
  ['metadataAllocatedBytes', 'metadataCapacityBytes'],
  ['systemUsedBytes', 'systemAllocatedBytes'],
  ['backingAllocatedBytes', 'backingCapacityBytes'],
  ['poolDataUsedBytes', 'poolDataCapacityBytes'],
  ['poolMetadataUsedBytes', 'poolMetadataCapacityBytes'],
];

function checksOf(store: Layout['stores'][number], places: Places): Check[] {
  const has = (series: SeriesName): boolean => places[series] !== undefined;
  const checks = PAIRS.filter((pair) => pair.every(has)).map(([part, whole]): Check => {
    return (value, complain) => {
      if (value(part) > value(whole)) complain(`${part} ${value(part)} > ${whole} ${value(whole)}`);
    };
  });
  if (store.btrfs !== null) checks.push(btrfsCheck(store.btrfs));
  if (store.loop !== null) {
    checks.push((value, complain) => {
      if (value('usedBytes') > value('backingAllocatedBytes')) complain('more is used within than the file has');
    });
  }
  return checks;
}

function btrfsCheck({ profiles, devices }: NonNullable<Layout['stores'][number]['btrfs']>): Check {
  const data = COPIES[profiles.data[0] ?? ''] ?? Number.NaN;
  const metadata = COPIES[profiles.metadata[0] ?? ''] ?? Number.NaN;
  const [first] = devices;
  return (value, complain) => {
    const raw =
      data * value('dataAllocatedBytes') + metadata * (value('metadataAllocatedBytes') + value('systemAllocatedBytes'));
    if (raw + value('unallocatedBytes') !== value('deviceBytes'))
      complain('chunks and unallocated are not the devices');
    const capacity = value('metadataAllocatedBytes') + value('unallocatedBytes') / metadata;
    if (value('metadataCapacityBytes') !== capacity) complain('metadata capacity');
    const dataCapacity = value('dataAllocatedBytes') + value('unallocatedBytes') / data;
    if (value('dataCapacityBytes') !== dataCapacity) complain('data capacity');
    if (devices.length === 1 && first?.sizeBytes !== value('deviceBytes')) complain('the device has another size');
  };
}

function placesOf(layout: Layout, storeKey: string): Places {
  const places: Places = {};
  layout.entries.forEach((entry, place) => {
    if (entry.storeKey === storeKey) places[entry.series] = place;
  });
  return places;
}

/** Everything that is wrong in a host's life, first of all the first. */
function wrongsOf(host: SimulatedHost, from: number, to: number): string[] {
  const wrongs: string[] = [];
  const checks = host.layouts.map((layout) =>
    layout.stores.map((store) => {
      const places = placesOf(layout, store.key);
      return { store, places, checks: checksOf(store, places) };
    }),
  );
  let before = Number.NEGATIVE_INFINITY;
  for (const { takenAt, layout, readings } of host.history({ from, to, stepSeconds: STEP_SECONDS })) {
    const complain = (what: string) => {
      wrongs.push(`${host.facts.name} ${new Date(takenAt).toISOString()}: ${what}`);
    };
    if (readings.length !== host.layouts[layout]?.entries.length) complain('readings are not as long as the layout');
    if (takenAt <= before) complain('time does not rise');
    before = takenAt;
    for (const reading of readings) {
      if (!Number.isNaN(reading) && !(Number.isSafeInteger(reading) && reading >= 0)) complain(`reads ${reading}`);
    }
    for (const { places, store, checks: all } of checks[layout] ?? []) {
      const value = (series: SeriesName): number => readings[places[series] ?? -1] ?? Number.NaN;
      for (const check of all) check(value, (what) => complain(`${store.name}: ${what}`));
    }
    if (wrongs.length > 0) break;
  }
  return wrongs;
}

test('at every beat numbers are whole, not negative, and agree with each other', () => {
  const anchors = fc.date({ min: new Date('2025-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(fc.string({ maxLength: 6 }), anchors, (seed, anchorAt) => {
      const from = anchorAt.getTime() - HISTORY_DAYS * DAY_MILLISECONDS;
      const to = anchorAt.getTime() + DAYS_AFTER * DAY_MILLISECONDS;
      for (const host of simulatedFleet({ seed, anchorAt, hosts: 45 })) expect(wrongsOf(host, from, to)).toEqual([]);
    }),
    { numRuns: 3 },
  );
});
