import {
  formatBytes,
  RESOURCES,
  type Reading,
  type ResourceName,
  type SeriesName,
  type State,
  type StoreView,
  stateOfFill,
} from '@silt/domain';
import type { useTranslations } from 'use-intl';
import { formatFill, formatSignedQuantity } from '../../shared/format/quantity.ts';

export interface StoreFact {
  name: string;
  /** `known` false: the text is words, because there is no number. */
  value: { text: string; known: boolean };
  note: string;
  /** Of the resource, where the fact is one. */
  state?: State;
}

export interface FactWords {
  t: ReturnType<typeof useTranslations<never>>;
  locale: string;
  count(value: number): string;
}

type Read = Reading | undefined;

/** The layout has the series, whether or not it was read at the last beat. */
const has = ({ readings }: StoreView, series: SeriesName): boolean => readings[series] !== undefined;
const known = (text: string): StoreFact['value'] => ({ text, known: true });
const bytes = (reading: Read, { t }: FactWords): StoreFact['value'] =>
  reading == null ? { text: t('common.notRead'), known: false } : known(formatBytes(reading));
const share = (part: Read, whole: Read, { locale }: FactWords): string | null =>
  part == null || whole == null || whole === 0 ? null : formatFill(part / whole, locale);
const less = (whole: Read, part: Read): Reading => (whole == null || part == null ? null : Math.max(0, whole - part));

function stateOf(view: StoreView, resource: ResourceName): State {
  if (view.state === 'unknown') return 'unknown';
  return stateOfFill(view.fills.find((fill) => fill.resource === resource)?.fill ?? null);
}

/** "65 % of 59.6 GiB"; empty when one of the two was not read. */
function ofCapacity({ readings }: StoreView, resource: ResourceName, words: FactWords): string {
  const capacity = readings[RESOURCES[resource].capacity];
  const percent = share(readings[RESOURCES[resource].used], capacity, words);
  if (percent === null || capacity == null) return '';
  return words.t('store.facts.ofCapacity', { percent, capacity: formatBytes(capacity) });
}

export function metadataFact(view: StoreView, words: FactWords): StoreFact | null {
  if (!has(view, 'metadataCommittedBytes')) return null;
  const { metadataCommittedBytes: committed, metadataCapacityBytes: capacity } = view.readings;
  return {
    name: words.t('store.facts.metadataHeadroom'),
    value: bytes(less(capacity, committed), words),
    note:
      committed == null || capacity == null
        ? ''
        : words.t('store.facts.committedOf', { committed: formatBytes(committed), capacity: formatBytes(capacity) }),
    state: stateOf(view, 'btrfsMetadata'),
  };
}

export function unallocatedFact(view: StoreView, words: FactWords): StoreFact | null {
  if (!has(view, 'unallocatedBytes')) return null;
  const { unallocatedBytes, deviceBytes } = view.readings;
  const percent = share(unallocatedBytes, deviceBytes, words);
  return {
    name: words.t('store.facts.unallocated'),
    value: bytes(unallocatedBytes, words),
    note:
      percent === null || deviceBytes == null
        ? ''
        : words.t('store.facts.ofDevices', { percent, capacity: formatBytes(deviceBytes) }),
  };
}

export function dataFact(view: StoreView, words: FactWords): StoreFact | null {
  if (!has(view, 'dataUsedBytes')) return null;
  const { dataUsedBytes, dataAllocatedBytes: allocated } = view.readings;
  return {
    name: words.t('store.facts.data'),
    value: bytes(dataUsedBytes, words),
    note: allocated == null ? '' : words.t('store.facts.ofAllocated', { allocated: formatBytes(allocated) }),
    state: stateOf(view, 'btrfsData'),
  };
}

export function dfFact(view: StoreView, words: FactWords): StoreFact | null {
  if (!has(view, 'usedBytes')) return null;
  const { usedBytes, capacityBytes } = view.readings;
  const free = less(capacityBytes, usedBytes);
  const percent = share(usedBytes, capacityBytes, words);
  return {
    name: words.t('store.facts.df'),
    value: free === null ? bytes(null, words) : known(words.t('store.facts.freeUnit', { size: formatBytes(free) })),
    note: percent === null ? '' : words.t('store.facts.freeOf', { percent }),
    state: stateOf(view, 'space'),
  };
}

export function spaceFacts(view: StoreView, words: FactWords): StoreFact[] {
  if (!has(view, 'usedBytes')) return [];
  const { usedBytes, capacityBytes } = view.readings;
  return [
    {
      name: words.t('store.facts.used'),
      value: bytes(usedBytes, words),
      note: ofCapacity(view, 'space', words),
      state: stateOf(view, 'space'),
    },
    { name: words.t('store.facts.free'), value: bytes(less(capacityBytes, usedBytes), words), note: '' },
  ];
}

/** Where the layout has no inodes the file system has no fixed number of them; that is no missing reading. */
export function inodesFact(view: StoreView, words: FactWords): StoreFact {
  const { t, count } = words;
  const name = t('store.facts.inodes');
  if (!has(view, 'usedInodes')) {
    const value = { text: t('store.facts.noInodes'), known: false };
    return { name, value, note: t('store.facts.noInodesWhy') };
  }
  const { usedInodes, capacityInodes } = view.readings;
  const percent = share(usedInodes, capacityInodes, words);
  return {
    name,
    value: usedInodes == null ? bytes(null, words) : known(count(usedInodes)),
    note: percent === null ? '' : t('store.facts.ofCapacity', { percent, capacity: count(capacityInodes ?? 0) }),
    state: stateOf(view, 'inodes'),
  };
}

export function resourceFact(
  view: StoreView,
  resource: 'poolData' | 'poolMetadata' | 'loopBacking',
  words: FactWords,
): StoreFact | null {
  const series = RESOURCES[resource].used;
  if (!has(view, series)) return null;
  return {
    name: words.t(`store.facts.${resource}`),
    value: bytes(view.readings[series], words),
    note: ofCapacity(view, resource, words),
    state: stateOf(view, resource),
  };
}

export function growthFact({ growth, fills: [worst] }: StoreView, { t, locale }: FactWords): StoreFact {
  const name = t('store.facts.growth');
  if (growth === null) {
    return { name, value: { text: t('common.notKnown'), known: false }, note: t('store.facts.growthWait') };
  }
  return {
    name,
    value: known(formatSignedQuantity(growth.perDay, growth.unit, locale)),
    note: worst ? t('store.facts.growthOf', { resource: t(`resource.${worst.resource}`) }) : '',
  };
}

export function deviceErrorsFact(view: StoreView, words: FactWords): StoreFact | null {
  if (!has(view, 'deviceErrors')) return null;
  const { deviceErrors } = view.readings;
  return {
    name: words.t('store.facts.deviceErrors'),
    value: deviceErrors == null ? bytes(null, words) : known(words.count(deviceErrors)),
    note: deviceErrors == null ? '' : words.t('store.facts.sinceMade'),
  };
}

export function wonBackFact(promisedBytes: number | null, { t }: FactWords): StoreFact | null {
  if (promisedBytes === null || promisedBytes === 0) return null;
  return {
    name: t('findingCards.wonBack'),
    value: known(formatBytes(promisedBytes)),
    note: t('findingCards.wonBackBy'),
  };
}
