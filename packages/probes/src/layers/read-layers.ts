import { join } from 'node:path';
import type { DanglingReference, LayerStore, ZombieMount } from '@silt/domain';
import type { HangGuard } from '../hang-guard.ts';
import type { Probed } from '../problem.ts';
import { type References, referencesOf } from './classify.ts';
import { Complaints } from './complaints.ts';
import { driverOf } from './drivers.ts';
import { factsOf, type Lstat, lstatOfHost } from './files.ts';
import { guardedEach } from './guarded.ts';
import { type LayersMemory, newRootMemory, remember } from './memory.ts';
import { isHexId } from './parse.ts';
import { readEntries } from './read-entries.ts';
import { readLeftovers } from './read-leftovers.ts';
import { type LayerRecords, readRecords } from './read-records.ts';
import { attempt, factsOfPath, listFolder, type RootReader } from './root-reader.ts';

export interface LayerTools {
  guard: HangGuard;
  /** As this process reaches it. */
  dataRoot: string;
  /** As the daemon names its storage driver. */
  driver: string;
  /** Kept by the caller from beat to beat. */
  memory: LayersMemory;
  /** Another one in tests: no file system but btrfs has subvolumes. */
  lstat?: Lstat;
}

/**
 * Layers, writable layers and leftovers of a data root (moby, layer/filestore.go). One of another driver has no layers
 * that are read, which is a problem. Nothing is opened but records of some hundred bytes, nothing is walked.
 */
export async function readLayers(tools: LayerTools): Promise<Probed<LayerStore>> {
  const { guard, dataRoot, driver, memory } = tools;
  const complaints = new Complaints(dataRoot);
  const key = `${driver} ${dataRoot}`;
  const [known, next] = [memory.get(key) ?? newRootMemory(), newRootMemory()];
  const lstat = tools.lstat ?? lstatOfHost;
  const reader: RootReader = { ...{ guard, lstat, dataRoot, driver, complaints, known, next, hangs: false } };
  const root = await attempt(reader, '.', async () => ({ facts: await factsOfPath(reader, '.') }));
  if (root?.facts === null) complaints.add('root', 'not there', 'unavailable');
  if (root === null || root.facts === null) return { value: emptyStore(driver), problems: complaints.toProblems() };
  const layers = await readStore(reader);
  const leftovers = await readLeftovers(reader);
  remember(memory, key, next);
  return { value: { ...layers, leftovers }, problems: complaints.toProblems() };
}

function emptyStore(driver: string): LayerStore {
  return {
    ...{ driver, layers: null, mounts: null, writeSets: null, hasAllRecords: false },
    ...{ entries: null, entryCounts: null, zombies: null, dangling: null, leftovers: null },
  };
}

async function readStore(reader: RootReader): Promise<LayerStore> {
  const { complaints } = reader;
  const driver = driverOf(reader.driver);
  if (driver === null) {
    complaints.add('driver', `layers of the storage driver "${reader.driver}" are not read`, 'unavailable');
    return emptyStore(reader.driver);
  }
  const listed = await attempt(reader, driver.folder, async () => ({ names: await listFolder(reader, driver.folder) }));
  const records = await readRecords(reader);
  const containers = await readContainers(reader);
  const references = referencesOf(records.layers ?? [], records.mounts ?? []);
  const { hasAllRecords, writeSets } = records;
  const known = { references, hasAllRecords, writeSets: writeSets ?? [] };
  const names = listed === null ? null : (listed.names ?? []);
  const read = names === null ? null : await readEntries(reader, driver, names, known);
  const zombies = findZombies(records, containers, names);
  return {
    ...emptyStore(reader.driver),
    ...records,
    ...read,
    zombies,
    dangling:
      names === null
        ? null
        : await findDangling(reader, { folder: driver.folder, names, records, references, zombies }),
  };
}

/** Ids of the containers that the daemon has on disk. Listed after the records, so that none of them lacks its own. */
async function readContainers(reader: RootReader): Promise<ReadonlySet<string> | null> {
  const listed = await attempt(reader, 'containers', async () => ({ names: await listFolder(reader, 'containers') }));
  if (listed === null) return null;
  if (listed.names !== null) return new Set(listed.names);
  reader.complaints.add('containers', 'containers: not there', 'unavailable');
  return null;
}

function findZombies(
  { mounts }: LayerRecords,
  containers: ReadonlySet<string> | null,
  names: readonly string[] | null,
): ZombieMount[] | null {
  if (mounts === null || containers === null || names === null) return null;
  const entries = new Set(names);
  // BuildKit's writable layers have ids of its own.
  return mounts
    .filter(({ containerId }) => isHexId(containerId) && !containers.has(containerId))
    .map((mount) => {
      const own = [mount.mountId, mount.initId];
      return { ...mount, holds: own.filter((name) => name !== null && entries.has(name)) as string[] };
    });
}

interface DanglingSources {
  folder: string;
  names: readonly string[];
  records: LayerRecords;
  references: References;
  zombies: readonly ZombieMount[] | null;
}

/** Looks again for each entry, since it may be younger than the list. null = the records were not read. */
async function findDangling(
  reader: RootReader,
  { folder, names, records, references, zombies }: DanglingSources,
): Promise<DanglingReference[] | null> {
  if (records.layers === null || records.mounts === null) return null;
  const entries = new Set(names);
  const zombieIds = zombies === null ? null : new Set(zombies.map(({ containerId }) => containerId));
  const missing = [...references].filter(([name]) => !entries.has(name));
  const path = join(reader.dataRoot, folder);
  const facts = await attempt(reader, folder, () =>
    guardedEach(reader.guard, `${path} again`, missing, ([name]) => factsOf(reader.lstat, join(path, name))),
  );
  if (facts === null) return null;
  return missing
    .filter((_, place) => facts[place] === null)
    .map(([name, { kind, ownerId }]) => {
      const isOfZombie = kind === 'layer' ? false : (zombieIds?.has(ownerId) ?? null);
      return { name, kind, ownerId, isOfZombie };
    });
}
