import type { VolumeLeftover } from '../../inventory/index.ts';
import { keyOf } from '../../items/run/make-item.ts';
import type { SeriesName } from '../../series.ts';
import { btrfsOf, type DoomedSubvolume, subvolumesIn } from '../btrfs-layers.ts';
import { type DockerPlace, type DockerRoot, pathIn, stoodForADay, wasFoundADayAgo } from '../docker-place.ts';
import { firstWithin, jsonBytes } from '../evidence-size.ts';
import { heldSeriesOf } from '../promise.ts';
import type { FindingInput, StandingFinding } from '../rule.ts';

/** In one finding with all that their deletion needs: the next ones come up when these are gone. */
const MAX_VOLUMES = 10;
/** Of these as JSON; with the next limit and the rest they stay below `MAX_EVIDENCE_BYTES`. */
const MAX_VOLUME_BYTES = 49_152;
/** Of those that are named alone, as JSON. */
const MAX_OTHERS_BYTES = 8_192;
const MAX_OTHERS = 100;

export type LeftVolume = {
  volume: string;
  isAnonymous: boolean;
  driverFolders: string[];
  layerCount: number;
  /** A removal has broken off: the nested daemon's other folders are gone. */
  isHalfRemoved: boolean;
  /** Deepest first, below the folder of the volume; empty where its storage driver makes none. */
  subvolumes: DoomedSubvolume[];
  /** Subvolumes that are not in the list. */
  leftOutCount: number;
  /** No other subvolumes lie in it. */
  isWhole: boolean;
  /** What comes back, as far as Docker and the quota groups tell; null = not known. */
  bytes: number | null;
  /** Nothing has used it for a day or longer. */
  isConfirmed: boolean;
};

export type DindLeftover = {
  place: DockerPlace;
  /** Of all the volumes, those that are left out below too. */
  counts: {
    volumes: number;
    anonymous: number;
    confirmed: number;
    halfRemoved: number;
    layers: number;
    subvolumes: number;
    /** Subvolumes that are known to be read-only. */
    readOnly: number;
    /** Volumes of which it is not known how much they hold. */
    unknownSizes: number;
    /** Besides: volumes of which it is not known whether something uses them. */
    untold: number;
  };
  /** Of all those whose size is known. */
  bytes: number;
  /** Confirmed ones first, then those with most. */
  volumes: LeftVolume[];
  /** The next ones. */
  others: { volume: string; bytes: number | null; isConfirmed: boolean }[];
  /** Volumes that are in neither list. */
  leftOutCount: number;
  /** What falls when they are deleted; null = store not known. */
  usedSeries: SeriesName | null;
};

/** One that nothing uses, with how many of its subvolumes are read-only. */
export type Left = LeftVolume & { readOnlyCount: number };

export const folderOf = (volume: string): string => `volumes/${volume}/_data`;

export function leftVolume(
  { volume, isAnonymous, driverFolders, entryCount, companions, nestedSubvolumes }: VolumeLeftover,
  { root, place }: DockerRoot,
  { inventory, past, now }: FindingInput,
  standing: StandingFinding | null,
): Left {
  const folder = folderOf(volume);
  const system = inventory === null ? null : btrfsOf(inventory, root.storeKey);
  const nested = subvolumesIn(system, place, { folder, seen: nestedSubvolumes, maxBytes: MAX_VOLUME_BYTES * 2 });
  const start = pathIn(place, `${folder}/`).length;
  const told = root.daemons.flatMap((daemon) => daemon.volumes ?? []).find(({ name }) => name === volume);
  const ownBytes = told?.sizeBytes ?? null;
  return {
    ...{ volume, isAnonymous, driverFolders, layerCount: entryCount, isHalfRemoved: companions.length === 0 },
    subvolumes: nested.subvolumes.map((one) => ({ ...one, path: one.path.slice(start) })),
    ...{ leftOutCount: nested.leftOutCount, readOnlyCount: nested.readOnlyCount },
    isWhole: nested.isWhole || nestedSubvolumes.length === 0,
    bytes: freedBytesOf(nested.bytes, ownBytes),
    isConfirmed: stoodForADay(past, keyOf('leftover', place.rootKey, volume), now) && wasFoundADayAgo(standing, now),
  };
}

/**
 * Docker's size of a volume has what is in its subvolumes, but of files with the same inode number the first one alone
 * (moby, pkg/directory), which snapshots share: it and that of the quota groups are not added.
 */
const freedBytesOf = (nestedBytes: number | null, sizeBytes: number | null): number | null =>
  nestedBytes === null || sizeBytes === null ? null : Math.max(nestedBytes, sizeBytes);

/** Of one data root. */
export function evidenceOf(
  all: readonly Left[],
  untold: number,
  { root, place }: DockerRoot,
  { snapshot }: FindingInput,
): DindLeftover {
  const sorted = all.toSorted(mostFirst);
  const volumes = inFull(sorted);
  const rest = sorted.slice(volumes.length).map(({ volume, bytes, isConfirmed }) => ({ volume, bytes, isConfirmed }));
  const { shown, leftOutCount } = firstWithin(rest, { most: MAX_OTHERS, maxBytes: MAX_OTHERS_BYTES });
  const count = (isOne: (one: Left) => boolean): number => all.filter(isOne).length;
  return {
    place,
    counts: {
      ...{
        volumes: all.length,
        anonymous: count((one) => one.isAnonymous),
        confirmed: count((one) => one.isConfirmed),
      },
      ...{ halfRemoved: count((one) => one.isHalfRemoved), layers: sumOf(all, ({ layerCount }) => layerCount) },
      subvolumes: sumOf(all, subvolumeCountOf),
      readOnly: sumOf(all, ({ readOnlyCount }) => readOnlyCount),
      ...{ unknownSizes: count(({ bytes }) => bytes === null), untold },
    },
    bytes: sumOf(all, ({ bytes }) => bytes ?? 0),
    ...{ volumes, others: shown, leftOutCount, usedSeries: heldSeriesOf(snapshot, root.storeKey) },
  };
}

const subvolumeCountOf = ({ subvolumes, leftOutCount }: LeftVolume): number => subvolumes.length + leftOutCount;

const sumOf = <One>(all: readonly One[], of: (one: One) => number): number =>
  all.reduce((sum, one) => sum + of(one), 0);

/** Those that may be deleted, then the largest ones, of unknown size last; by name where all is the same. */
function mostFirst(a: Left, b: Left): number {
  if (a.isConfirmed !== b.isConfirmed) return a.isConfirmed ? -1 : 1;
  const bySize = (b.bytes ?? -1) - (a.bytes ?? -1) || subvolumeCountOf(b) - subvolumeCountOf(a);
  return bySize || (a.volume < b.volume ? -1 : 1);
}

/** The first ones, as far as they fit with all their subvolumes; of the very first one, as many of these as fit. */
function inFull(sorted: readonly Left[]): LeftVolume[] {
  const shown: LeftVolume[] = [];
  let room = MAX_VOLUME_BYTES;
  for (const { readOnlyCount: _, ...one } of sorted.slice(0, MAX_VOLUMES)) {
    const size = jsonBytes(one) + 1;
    if (size <= room) shown.push(one);
    else if (shown.length === 0) shown.push(cutTo(one, room));
    if (size > room) break;
    room -= size;
  }
  return shown;
}

function cutTo(one: LeftVolume, room: number): LeftVolume {
  const most = one.subvolumes.length;
  const maxBytes = room - jsonBytes({ ...one, subvolumes: [] });
  const { shown, leftOutCount } = firstWithin(one.subvolumes, { most, maxBytes });
  return { ...one, subvolumes: shown, leftOutCount: one.leftOutCount + leftOutCount };
}
