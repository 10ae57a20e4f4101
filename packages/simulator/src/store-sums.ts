import type { Layout, SeriesName, Store } from '@silt/domain';
import type { HostPlan } from './host-plan.ts';
import { homeOwnBytes, homeSharedBytes } from './inventory/btrfs.ts';
import { sharedCacheOf } from './inventory/cache-records.ts';
import { explainedStores, heldSeriesOf, Unexplained } from './inventory/explained.ts';
import { layerBytes } from './inventory/fill-worlds.ts';
import type { Moment } from './inventory/moment.ts';
import { WORKLOAD_PLANS } from './inventory/workloads.ts';
import { worldOf } from './inventory/world.ts';

/** In the order of the domain's catalogue. */
export const SUM_SERIES = ['itemsBytes', 'itemsMostBytes', 'unattributedBytes'] as const satisfies SeriesName[];

/** Layers in a pool are counted so often. */
const LAYERS_MILLISECONDS = 6 * 3_600_000;

/** Of one store, all from the readings at one moment. */
interface Sum {
  storeKey: string;
  kind: Store['kind'];
  /** Places in the readings. */
  heldPlace: number;
  firstPlace: number;
  /** Where the only items are loop files: where their allocated bytes are told. */
  loopPlaces: number[] | null;
  unexplained: Unexplained;
}

/** When, and what is made of it: seldom needed, and not cheap. */
export interface SumMoment {
  at: number;
  cleanedUpStep: (storeKey: string) => number;
  momentAt: (at: number) => Moment;
}

/** What each store's items add up to, told without making them: an inventory of the same moment says the same. */
export class StoreSums {
  readonly #plan: HostPlan;
  readonly #sums: Sum[];
  #sharedCache = { bytes: 0, from: 0, until: 0 };
  #layers = { bytes: 0, slot: Number.NaN };
  #homeOwn: number | null = null;

  constructor(plan: HostPlan, { stores, entries }: Layout) {
    const { key: hostKey, story, daemons } = plan;
    const placeOf = (storeKey: string, series: SeriesName): number =>
      entries.findIndex((one) => one.storeKey === storeKey && one.series === series);
    this.#plan = plan;
    this.#sums = explainedStores(stores, daemons).map((store): Sum => {
      const { key: storeKey, kind } = store;
      const isLoopOnly = kind === 'filesystem' && !daemons.some((one) => one.storeKey === storeKey);
      const within = stores.filter(({ loop }) => loop?.outerStoreKey === storeKey);
      return {
        ...{ storeKey, kind, unexplained: new Unexplained(store, hostKey, story.hidden) },
        ...{ heldPlace: placeOf(storeKey, heldSeriesOf(store)), firstPlace: placeOf(storeKey, SUM_SERIES[0]) },
        loopPlaces: isLoopOnly ? within.map(({ key }) => placeOf(key, 'backingAllocatedBytes')) : null,
      };
    });
  }

  /** Into the readings that it reads from. */
  write(readings: Float64Array, when: SumMoment): void {
    for (const sum of this.#sums) {
      const held = readings[sum.heldPlace] as number;
      const most =
        sum.loopPlaces === null
          ? held - sum.unexplained.bytesAt(when.at, held, when.cleanedUpStep(sum.storeKey))
          : sum.loopPlaces.reduce((total, place) => total + (readings[place] as number), 0);
      readings[sum.firstPlace] = sum.loopPlaces === null ? this.#leastBytes(sum, { most, held }, when) : most;
      readings[sum.firstPlace + 1] = most;
      readings[sum.firstPlace + 2] = held - most;
    }
  }

  /** Without what may be another's too. */
  #leastBytes({ kind }: Sum, { most, held }: { most: number; held: number }, when: SumMoment): number {
    if (kind === 'thin-pool') return Math.min(most, this.#layersInPool(when));
    if (kind === 'btrfs' && this.#plan.story.workload === 'home') {
      this.#homeOwn ??= homeOwnBytes(when.momentAt(when.at));
      return most - homeSharedBytes(held, this.#homeOwn);
    }
    return most - this.#sharedCacheBytes(when);
  }

  /** Records of the build cache that an image may have as well: one daemon of a host builds. */
  #sharedCacheBytes({ at, momentAt }: SumMoment): number {
    const { workload } = this.#plan.story;
    if (workload === 'cluster' || WORKLOAD_PLANS[workload].cacheRecords === 0) return 0;
    const { from, until } = this.#sharedCache;
    if (at < from || at >= until) {
      this.#sharedCache = { ...sharedCacheOf(momentAt(at), WORKLOAD_PLANS[workload]), from: at };
    }
    return this.#sharedCache.bytes;
  }

  /** Of images and containers. */
  #layersInPool({ at, momentAt }: SumMoment): number {
    const daemons = this.#plan.daemons.filter(({ storageDriver }) => storageDriver === 'devicemapper');
    const slot = Math.floor(at / LAYERS_MILLISECONDS);
    if (slot !== this.#layers.slot) {
      const moment = momentAt(slot * LAYERS_MILLISECONDS);
      const bytes = daemons.length === 0 ? 0 : layerBytes(daemons.map((one, place) => worldOf(moment, one, place)));
      this.#layers = { bytes, slot };
    }
    return this.#layers.bytes;
  }
}
