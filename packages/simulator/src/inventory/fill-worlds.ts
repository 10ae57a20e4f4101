import { BLOCK_BYTES, floorTo } from '../stores/store-model.ts';
import type { Moment } from './moment.ts';
import { pinnedBytes } from './mounts.ts';
import { hasQuotaOf } from './story.ts';
import type { World } from './world-builder.ts';

/** The least that something large shrinks to. */
const LEAST_BYTES = BLOCK_BYTES;

/**
 * Gives what is large in each store its size, so that all items together explain what is used but for the part that
 * nothing does. Fixed shares of what the others leave.
 */
export function fillWorlds(moment: Moment, worlds: readonly World[]): void {
  for (const key of new Set(worlds.map(({ daemon }) => daemon.storeKey))) {
    const own = worlds.filter(({ daemon }) => daemon.storeKey === key);
    const [first] = own;
    if (key === null || first === undefined) continue;
    const { fill } = first.workload;
    const left = moment.explainedBytes(key) - countedBytes(moment, own, new Set(Object.keys(fill)));
    const names = Object.keys(fill);
    const sizes = shared(left, Object.values(fill));
    names.forEach((name, place) => {
      for (const world of own) setSize(world, name, sizes[place] ?? LEAST_BYTES);
    });
  }
}

/** Whole blocks; the last one takes what rounding leaves. */
export function shared(bytes: number, shares: readonly number[]): number[] {
  let left = bytes;
  return shares.map((share, place) => {
    const isLast = place === shares.length - 1;
    const own = Math.max(LEAST_BYTES, isLast ? left : floorTo(bytes * share, BLOCK_BYTES));
    left -= own;
    return own;
  });
}

/** What the items of a store's daemons hold besides those named; things that two daemons share count once. */
export function countedBytes(moment: Moment, worlds: readonly World[], but: ReadonlySet<string> = new Set()): number {
  const sizes = new Map<string, number>();
  for (const { daemon, volumes, cacheRecords, remnants, workload } of worlds) {
    const { storageDriver: driver, dataRoot: root } = daemon;
    const isFilled = (name: string) => but.has(name.replace(`${workload.project}_`, ''));
    for (const one of volumes) if (!isFilled(one.name)) sizes.set(`volume ${root} ${one.name}`, one.sizeBytes);
    for (const { id, name, sizeBytes } of cacheRecords) if (!but.has(name)) sizes.set(`cache ${root} ${id}`, sizeBytes);
    if (driver !== 'btrfs') continue;
    for (const { name, nested } of volumes) if (nested !== null) sizes.set(`nested ${name}`, nested.sizeBytes);
    if (!hasQuotaOf(moment.story)) continue;
    for (const { name, sizeBytes } of remnants) sizes.set(`remnant ${name}`, sizeBytes);
  }
  const inStore = worlds.filter(({ daemon }) => daemon.storageDriver !== 'devicemapper');
  return total(sizes) + layerBytes(inStore) + pinnedBytes(moment, worlds);
}

/** Of images and containers; of the devicemapper driver they lie in the pool. */
export function layerBytes(worlds: readonly World[]): number {
  const sizes = new Map<string, number>();
  for (const { daemon, images, containers } of worlds) {
    for (const layer of images.layers) sizes.set(`layer ${daemon.dataRoot} ${layer.chainId}`, layer.sizeBytes);
    for (const { id, writableBytes } of containers) sizes.set(`container ${id}`, writableBytes);
  }
  return total(sizes);
}

const total = (sizes: ReadonlyMap<string, number>): number =>
  [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);

function setSize({ workload, volumes, cacheRecords }: World, name: string, bytes: number): void {
  for (const one of volumes) if (one.name === `${workload.project}_${name}`) one.sizeBytes = bytes;
  for (const one of cacheRecords) if (one.name === name) one.sizeBytes = bytes;
}
