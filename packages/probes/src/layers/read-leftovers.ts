import { basename, join } from 'node:path';
import type { VolumeLeftover } from '@silt/domain';
import { HangError } from '../hang-guard.ts';
import { problemOf } from '../problem.ts';
import { LAYER_DRIVERS } from './drivers.ts';
import { type FileFacts, factsOf, firstNamesIn, isSubvolume } from './files.ts';
import { guarded, guardedEach } from './guarded.ts';
import { type RememberedVolume, stampOf } from './memory.ts';
import { isHexId } from './parse.ts';
import { attempt, listFolder, type RootReader } from './root-reader.ts';

const MAX_VOLUMES = 10_000;
/** A data root of Docker's has a dozen. In a folder with more, the rest is a user's and is not looked at. */
const MAX_TOP_NAMES = 64;
/** Counted in a volume. */
const MAX_LAYERS = 10_000;
/** Shown of a volume, and looked at for subvolumes. */
const MAX_PATHS = 256;
const COMPANIONS = ['image', 'containers', 'containerd'];

/** Storage of nested daemons in the volumes of this one. Sees the first level of a volume and a driver's folder only. */
export async function readLeftovers(reader: RootReader): Promise<VolumeLeftover[] | null> {
  const listed = await attempt(reader, 'volumes', () => listFolder(reader, 'volumes'));
  if (listed === null) return null;
  const left = listed.length - MAX_VOLUMES;
  if (left > 0) reader.complaints.add('volumes', `volumes: ${left} volumes are more than are looked at`);
  const names = listed.slice(0, MAX_VOLUMES);
  const path = join(reader.dataRoot, 'volumes');
  const own = await attempt(reader, 'volumes', async () => {
    const options = await guardedEach(reader.guard, `${path} opts.json`, names, (name) => hasOptions(reader, name));
    const plain = names.filter((_, place) => options[place] === false);
    const found = await guardedEach(reader.guard, path, plain, (name) => lookAt(reader, name, false));
    return { found, mounted: names.filter((_, place) => options[place] === true) };
  });
  if (own === null) return null;
  const leftovers = [...own.found, ...(await lookAtMounted(reader, own.mounted))].filter((one) => one !== null);
  return leftovers.sort((a, b) => (a.volume < b.volume ? -1 : 1));
}

/** The local driver keeps mount options there (moby, volume/local); Docker mounts NFS and the like over `_data`. */
async function hasOptions({ known, lstat, dataRoot }: RootReader, name: string): Promise<boolean> {
  const old = known.volumes.get(name)?.hasOptions;
  return old ?? (await factsOf(lstat, join(dataRoot, 'volumes', name, 'opts.json'))) !== null;
}

/** One at a time, since another machine may have to answer; none after one that does not. */
async function lookAtMounted(reader: RootReader, names: readonly string[]): Promise<(VolumeLeftover | null)[]> {
  const found: (VolumeLeftover | null)[] = [];
  for (const [place, name] of names.entries()) {
    const path = join(reader.dataRoot, 'volumes', name, '_data');
    try {
      found.push(await guarded(reader.guard, path, () => lookAt(reader, name, true), 'network'));
    } catch (error) {
      complainOf(reader, name, error);
      if (!(error instanceof HangError)) continue;
      for (const other of names.slice(place + 1)) complainOf(reader, other, error);
      break;
    }
  }
  return found;
}

/** Not by the right that lacks: a volume may be of a file system that lets not even root in. */
function complainOf({ complaints }: RootReader, volume: string, error: unknown): void {
  const { status, text } = problemOf(`volumes/${volume}`, error);
  complaints.add('volume', text, status);
}

/** null = no leftover in it, or not read, which was complained of. For use in a turn of the guard. */
async function lookAt(reader: RootReader, volume: string, isMounted: boolean): Promise<VolumeLeftover | null> {
  const remember = (stamp: RememberedVolume['stamp']) => {
    reader.next.volumes.set(volume, { hasOptions: isMounted, stamp });
    return null;
  };
  const data = join(reader.dataRoot, 'volumes', volume, '_data');
  try {
    const facts = await factsOf(reader.lstat, data);
    if (facts === null) return null;
    const stamp = stampOf(facts);
    if (reader.known.volumes.get(volume)?.stamp === stamp) return remember(stamp);
    const top = (await firstNamesIn(data, MAX_TOP_NAMES))?.folders ?? [];
    const drivers = DRIVER_TOPS.filter(({ name }) => top.includes(name));
    if (drivers.length === 0) return remember(stamp);
    remember(null);
    const companions = COMPANIONS.filter((name) => top.includes(name));
    const parts: DriverPart[] = [];
    for (const driver of drivers) parts.push(await lookAtDriver(reader, data, driver, volume));
    const nestedSubvolumes = parts.flatMap((part) => part.subvolumes);
    if (companions.length === 0 && nestedSubvolumes.length === 0) return null;
    return {
      ...{ volume, isAnonymous: isHexId(volume), driverFolders: drivers.map(({ name }) => name), companions },
      entryCount: parts.reduce((sum, { count }) => sum + count, 0),
      paths: parts.flatMap(({ paths }) => paths).slice(0, MAX_PATHS),
      ...{ nestedSubvolumes, isInUse: null },
    };
  } catch (error) {
    complainOf(reader, volume, error);
    return null;
  }
}

interface DriverTop {
  /** In the data root: `btrfs`. */
  name: string;
  /** Of its layers: `btrfs/subvolumes`. */
  folder: string;
  own: readonly string[];
}

const DRIVER_TOPS: readonly DriverTop[] = Object.entries(LAYER_DRIVERS).map(([name, driver]) => ({ name, ...driver }));

interface DriverPart {
  count: number;
  paths: string[];
  subvolumes: string[];
}

/** No link is followed: what lies in a volume, a container put there. */
async function lookAtDriver(reader: RootReader, data: string, top: DriverTop, volume: string): Promise<DriverPart> {
  const { name, folder } = top;
  const beside = folder === name ? null : await firstNamesIn(join(data, name), MAX_TOP_NAMES);
  const isThere = beside === null || beside.folders.includes(basename(folder));
  const listed = isThere ? await firstNamesIn(join(data, folder), MAX_LAYERS) : null;
  if (listed?.isCut) reader.complaints.add('leftover', `volumes/${volume}: more than ${MAX_LAYERS} layers`);
  const names = (listed?.names ?? []).filter((one) => !top.own.includes(one)).sort();
  const paths = names.slice(0, MAX_PATHS).map((one) => `${folder}/${one}`);
  if (name !== 'btrfs') return { count: names.length, paths, subvolumes: [] };
  const others = (beside?.folders ?? []).map((one) => `${name}/${one}`).filter((path) => path !== folder);
  const subvolumes = await keepSubvolumes(reader, data, name, others);
  subvolumes.push(...(await keepSubvolumes(reader, data, folder, paths)));
  return { count: names.length, paths, subvolumes: subvolumes.sort() };
}

async function keepSubvolumes(
  { lstat }: RootReader,
  data: string,
  folder: string,
  paths: readonly string[],
): Promise<string[]> {
  const parent = paths.length === 0 ? null : await factsOf(lstat, join(data, folder));
  const isOne = (facts: FileFacts | null): boolean => facts !== null && parent !== null && isSubvolume(facts, parent);
  const kept: string[] = [];
  for (const path of paths) if (isOne(await factsOf(lstat, join(data, path)))) kept.push(path);
  return kept;
}
