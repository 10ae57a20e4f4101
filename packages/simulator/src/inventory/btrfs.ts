import type { BtrfsInventory, CommitStats, Store, Subvolume } from '@silt/domain';
import { DAY_MILLISECONDS } from '../calendar.ts';
import { floorTo, KIB, MIB } from '../stores/store-model.ts';
import { countedBytes, shared } from './fill-worlds.ts';
import type { ImageLayer } from './images.ts';
import { initIdOf } from './layers.ts';
import type { Moment } from './moment.ts';
import { hasQuotaOf } from './story.ts';
import type { World } from './world-builder.ts';

const TOP_LEVEL_ID = 5;
const COMMIT_SECONDS = 30;
const LEFTOVER_LANE = 920;
const SHARE_LANE = 940;
const SNAPSHOT_LANE = 950;
const SNAPSHOT_HOUR = 4;
const SNAPSHOT_DAYS = 14;
const CLEANING_MILLISECONDS = 900_000;
/** Large and seldom changed, so that nobody takes snapshots of it; shares of what the rest leaves. */
const ARCHIVES = [
  { name: 'media', share: 0.64 },
  { name: 'backup', share: 0.36 },
] as const;
const HOME = { name: 'home', usedShare: 0.03, changedMib: 240 };
const INIT_BYTES = 16 * KIB;
/** Of a nested daemon's storage by its layers. */
const NESTED_SHARES = [0.62, 0.3, 0.08];

interface Made {
  path: string;
  at: number;
  lane: number;
  parent?: Made | null;
  /** Its path goes through this one. */
  within?: Made;
  readOnly?: boolean;
  /** It is written to now. */
  isBusy?: boolean;
  referencedBytes?: number;
  exclusiveBytes?: number;
}

/** One for each btrfs of the layout. */
export function btrfsOf(moment: Moment, worlds: readonly World[]): BtrfsInventory[] {
  return moment.layout.stores
    .filter(({ kind }) => kind === 'btrfs')
    .map((store) => {
      const hasQuota = hasQuotaOf(moment.story);
      const isHome = moment.story.workload === 'home';
      const own = worlds.filter(({ daemon }) => daemon.storeKey === store.key);
      const made = [
        ...own.flatMap((world) => dockerSubvolumes(store, world)),
        ...(isHome ? shares(moment, store, own) : []),
      ];
      const [major = 0, minor = 0] = moment.facts.kernelRelease.split('.').map((part) => Number.parseInt(part, 10));
      const isNew = major >= 6;
      return {
        ...{ uuid: store.uuid ?? '', storeKey: store.key, commits: isNew ? commitsOf(moment, store) : null },
        exclusiveOperation: major > 5 || (major === 5 && minor >= 10) ? 'none' : null,
        quota: {
          mode: hasQuota ? ('qgroup' as const) : ('off' as const),
          isInconsistent: hasQuota && isNew ? false : null,
        },
        devices: (store.btrfs?.devices ?? []).map(({ id, path, sizeBytes }) => ({
          ...{ id, path, sizeBytes, allocatedBytes: sizeBytes === null ? null : Math.floor(sizeBytes * 0.9) },
        })),
        subvolumes: made.map((one) => subvolumeOf(moment, store, one, hasQuota)).sort((a, b) => a.id - b.id),
        uncleaned: isHome ? uncleanedOf(moment) : [],
        staleQgroups: isHome ? staleQgroupsOf(moment) : null,
      };
    });
}

function commitsOf(moment: Moment, { key }: Store): CommitStats {
  const count = 1 + Math.floor((moment.at - moment.bootedAt) / (COMMIT_SECONDS * 1_000));
  const mean = moment.whole(`commit ${key}`, 12, 60);
  const lastMilliseconds = Math.round(mean * (0.5 + moment.share(`commit ${key}`, count)));
  return { count, lastMilliseconds, maxMilliseconds: mean * 20, totalMilliseconds: count * mean };
}

const generationAt = (moment: Moment, at: number): number => 9 + Math.floor(moment.secondsAt(at) / COMMIT_SECONDS);
const uuidOf = (moment: Moment, store: Store, { path }: Made): string => moment.uuid(`${store.key} ${path}`);

function subvolumeOf(moment: Moment, store: Store, made: Made, hasQuota: boolean): Subvolume {
  const { path, at, lane, parent, within, readOnly, isBusy } = made;
  const createdGeneration = generationAt(moment, at);
  return {
    ...{
      id: moment.serial(at, lane),
      parentId: within === undefined ? TOP_LEVEL_ID : moment.serial(within.at, within.lane),
    },
    ...{
      uuid: uuidOf(moment, store, made),
      parentUuid: parent ? uuidOf(moment, store, parent) : null,
      receivedUuid: null,
    },
    ...{ generation: isBusy ? generationAt(moment, moment.at) : createdGeneration, createdGeneration },
    ...{ readOnly: readOnly ?? false, path },
    referencedBytes: hasQuota ? (made.referencedBytes ?? 0) : null,
    exclusiveBytes: hasQuota ? (made.exclusiveBytes ?? 0) : null,
  };
}

/** Every entry of the driver's folder is a subvolume, and a snapshot of the one below it; so are those of nested daemons. */
function dockerSubvolumes(store: Store, { daemon, images, containers, remnants, volumes }: World): Made[] {
  const folder = daemon.dataRoot === store.name ? '' : `${daemon.dataRoot.slice(store.name.length + 1)}/`;
  const pathOf = (name: string): string => `${folder}btrfs/subvolumes/${name}`;
  const made = new Map<string, Made>();
  const madeOf = (layer: ImageLayer): Made => {
    const known = made.get(layer.chainId);
    if (known !== undefined) return known;
    const parent = layer.parent === null ? null : madeOf(layer.parent);
    const referencedBytes = layer.sizeBytes + (parent?.referencedBytes ?? 0);
    const { at, lane } = layer;
    const own: Made = { path: pathOf(layer.cacheId), at, lane, parent, referencedBytes, exclusiveBytes: INIT_BYTES };
    made.set(layer.chainId, own);
    return own;
  };
  const pair = (
    name: string,
    parent: Made,
    facts: { at: number; lane: number; bytes: number; isBusy: boolean },
  ): Made[] => {
    const { at, lane, bytes, isBusy } = facts;
    const below = parent.referencedBytes ?? 0;
    const initPath = pathOf(initIdOf(name));
    const sizes = { referencedBytes: below, exclusiveBytes: INIT_BYTES };
    const init: Made = { path: initPath, at, lane: lane + 1, parent, ...sizes };
    return [
      init,
      { path: pathOf(name), at, lane, parent: init, isBusy, referencedBytes: below + bytes, exclusiveBytes: bytes },
    ];
  };
  const writable = containers.flatMap(({ mountId, image, createdAt, lane, writableBytes, state }) => {
    return pair(mountId, madeOf(image.top), { at: createdAt, lane, bytes: writableBytes, isBusy: state === 'running' });
  });
  const left = remnants.flatMap(({ kind, name, parent, at, lane, sizeBytes }) => {
    const top = madeOf(parent.top);
    if (kind === 'zombie') return pair(name, top, { at, lane, bytes: sizeBytes, isBusy: false });
    return { path: pathOf(name), at, lane, parent: top, referencedBytes: sizeBytes, exclusiveBytes: sizeBytes };
  });
  for (const layer of images.layers) madeOf(layer);
  const nested = volumes.flatMap(({ name, nested: storage }) => {
    const sizes = shared(storage?.sizeBytes ?? 0, NESTED_SHARES);
    return (storage?.names ?? []).map((one, place): Made => {
      const path = `${folder}volumes/${name}/_data/btrfs/subvolumes/${one}`;
      const bytes = sizes[place] ?? 0;
      return { path, at: storage?.at ?? 0, lane: LEFTOVER_LANE + place, referencedBytes: bytes, exclusiveBytes: bytes };
    });
  });
  return [...made.values(), ...writable, ...left, ...nested];
}

/** Archives, and what people work in, with a read-only snapshot a night. */
function shares(moment: Moment, store: Store, worlds: readonly World[]): Made[] {
  const home = homeAndSnapshots(moment, store);
  // Of what the home shares with its snapshots, nobody knows whether it is its own.
  const taken = home.reduce((sum, { exclusiveBytes = 0 }) => sum + exclusiveBytes, countedBytes(moment, worlds));
  const sharedBytes = homeSharedBytes(moment.reading(store.key, 'dataUsedBytes'), homeOwnBytes(moment));
  const sizes = shared(
    moment.explainedBytes(store.key) - taken - sharedBytes,
    ARCHIVES.map(({ share }) => share),
  );
  const archives = ARCHIVES.map(({ name }, place): Made => {
    const [at, lane] = [moment.installedAt(`share ${name}`), SHARE_LANE + 1 + place];
    return {
      path: name,
      at,
      lane,
      isBusy: true,
      referencedBytes: sizes[place] ?? 0,
      exclusiveBytes: sizes[place] ?? 0,
    };
  });
  return [...home, ...archives];
}

export const homeOwnBytes = (moment: Moment): number => moment.whole(`share ${HOME.name}`, 1, HOME.changedMib) * MIB;

/** What it reaches and does not have for itself. */
export const homeSharedBytes = (dataUsedBytes: number, ownBytes: number): number =>
  Math.max(0, floorTo(dataUsedBytes * HOME.usedShare, MIB) - ownBytes);

/** What they share is exclusive to none of them. */
function homeAndSnapshots(moment: Moment, store: Store): Made[] {
  const { name, changedMib } = HOME;
  const exclusive = homeOwnBytes(moment);
  const referencedBytes = exclusive + homeSharedBytes(moment.reading(store.key, 'dataUsedBytes'), exclusive);
  const changed = (label: string) => moment.whole(label, 1, changedMib) * MIB;
  const at = moment.installedAt(`share ${name}`);
  const sizes = { referencedBytes, exclusiveBytes: exclusive };
  const home: Made = { path: name, at, lane: SHARE_LANE, isBusy: true, ...sizes };
  const snapshots = nightsOf(moment).map(({ night, at: takenAt }): Made => {
    const path = `.snapshots/${name}-${new Date(night * DAY_MILLISECONDS).toISOString().slice(0, 10)}`;
    const exclusiveBytes = changed(path);
    return {
      ...{ path, at: takenAt, lane: SNAPSHOT_LANE, parent: home, readOnly: true, exclusiveBytes },
      referencedBytes: Math.max(exclusiveBytes, referencedBytes - changed(`${path} since`)),
    };
  });
  return [home, ...snapshots];
}

/** Nights whose snapshots are kept. */
function nightsOf({ at }: Moment): { night: number; at: number }[] {
  const last = Math.floor((at - snapshotAt(0)) / DAY_MILLISECONDS);
  return Array.from({ length: SNAPSHOT_DAYS }, (_, place) => ({ night: last - place, at: snapshotAt(last - place) }));
}

const snapshotAt = (night: number): number => night * DAY_MILLISECONDS + SNAPSHOT_HOUR * 3_600_000;

/** Snapshots that the newest ones have driven out, while the cleaner is at them. */
function uncleanedOf(moment: Moment): { id: number; generation: number }[] {
  const [newest] = nightsOf(moment);
  if (newest === undefined || moment.at - newest.at > CLEANING_MILLISECONDS) return [];
  const generation = generationAt(moment, newest.at);
  const gone = snapshotAt(newest.night - SNAPSHOT_DAYS);
  return [{ id: moment.serial(gone, SNAPSHOT_LANE), generation }];
}

/** Of two snapshots that were deleted by hand, long ago. */
function staleQgroupsOf(moment: Moment): number[] {
  return [1, 2].map((place) => moment.serial(moment.installedAt('stale'), SNAPSHOT_LANE + place));
}
