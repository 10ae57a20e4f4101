import { join } from 'node:path';
import type { Layer, LayerWriteSet, WritableLayer } from '@silt/domain';
import { type FileFacts, factsOf } from './files.ts';
import { guardedEach } from './guarded.ts';
import { type Remembered, stampOf } from './memory.ts';
import { parseDigest, parseEntryName, parseLayerFolder, parseSize } from './parse.ts';
import { attempt, factsOfPath, listFolder, type RootReader, readField } from './root-reader.ts';

/** Layers, and writable layers, and write-sets, each. */
const MAX_RECORDS = 10_000;

export interface LayerRecords {
  layers: Layer[] | null;
  mounts: WritableLayer[] | null;
  writeSets: LayerWriteSet[] | null;
  hasAllRecords: boolean;
}

/** Everything of `image/<driver>/layerdb`. A daemon that has made no layer yet has empty lists. */
export async function readRecords(reader: RootReader): Promise<LayerRecords> {
  const folder = join('image', reader.driver, 'layerdb');
  const none = { layers: null, mounts: null, writeSets: null, hasAllRecords: false };
  const found = await attempt(reader, folder, async () => ({ facts: await factsOfPath(reader, folder) }));
  if (found?.facts === null) reader.complaints.add('layerdb', `${folder}: not there`, 'unavailable');
  if (found === null || found.facts === null) return none;
  const { known, next } = reader;
  const read = <Value extends object>(name: string, kind: FolderKind<Value>) =>
    attempt(reader, `${folder}/${name}`, () => readFolders(reader, `${folder}/${name}`, kind));
  // First, so that a layer that is done meanwhile has at least its record.
  const writeSets = await read('tmp', { known: new Map(), next: new Map(), read: readWriteSet });
  const layers = await read('sha256', { known: known.layers, next: next.layers, read: readLayer });
  const mounts = await read('mounts', { known: known.mounts, next: next.mounts, read: readMount });
  return {
    layers: layers?.values ?? null,
    mounts: mounts?.values ?? null,
    writeSets: writeSets?.values ?? null,
    hasAllRecords:
      [layers, mounts, writeSets].every((one) => one?.isWhole) &&
      layers?.values.every(({ cacheId }) => cacheId !== null) === true &&
      mounts?.values.every(({ mountId, initId }) => mountId !== null && initId !== null) === true,
  };
}

interface Found<Value> {
  values: Value[];
  /** None was left out. */
  isWhole: boolean;
}

interface FolderKind<Value> {
  known: ReadonlyMap<string, Remembered<Value>>;
  next: Map<string, Remembered<Value>>;
  /** null = not a record, or it has vanished. */
  read: (reader: RootReader, folder: Folder) => Promise<Value | null>;
}

interface Folder {
  path: string;
  name: string;
  facts: FileFacts;
}

/** The records in a folder, remembered ones where their folder is the same as it was. */
async function readFolders<Value extends object>(
  reader: RootReader,
  folder: string,
  { known, next, read }: FolderKind<Value>,
): Promise<Found<Value>> {
  const names = (await listFolder(reader, folder)) ?? [];
  const left = names.length - MAX_RECORDS;
  if (left > 0) reader.complaints.add(`${folder} is cut`, `${folder}: ${left} records are more than are read`);
  let isWhole = left <= 0;
  const one = async (name: string): Promise<Value | null> => {
    const path = join(folder, name);
    const facts = await factsOf(reader.lstat, join(reader.dataRoot, path));
    if (facts === null) return null;
    const stamp = stampOf(facts);
    const old = known.get(name);
    const value = old?.stamp === stamp ? old.value : await read(reader, { path, name, facts });
    // One with something unread in it is read again.
    if (value !== null && !Object.values(value).includes(null)) next.set(name, { stamp, value });
    return value;
  };
  const orComplain = (name: string): Promise<Value | null> =>
    one(name).catch((error) => {
      reader.complaints.addError(`${folder}/${name}`, error);
      isWhole = false;
      return null;
    });
  const path = join(reader.dataRoot, folder);
  const found = await guardedEach(reader.guard, path, names.slice(0, MAX_RECORDS), orComplain);
  return { values: found.filter((value) => value !== null), isWhole };
}

async function readLayer(reader: RootReader, { path, name }: Folder): Promise<Layer | null> {
  const parsed = parseLayerFolder(name);
  if (parsed === null) return null;
  const cacheId = await readName(reader, path, 'cache-id');
  if (cacheId === 'vanished') return null;
  const parentChainId = await readField(reader, join(path, 'parent'), parseDigest);
  const diffId = await readField(reader, join(path, 'diff'), parseDigest);
  const sizeBytes = await readField(reader, join(path, 'size'), parseSize);
  return {
    ...{ chainId: parsed.chainId, cacheId, parentChainId: orNone(parentChainId) },
    ...{ diffId: diffId ?? null, sizeBytes: sizeBytes ?? null, isBeingRemoved: parsed.isBeingRemoved },
  };
}

async function readMount(reader: RootReader, { path, name, facts }: Folder): Promise<WritableLayer | null> {
  const mountId = await readName(reader, path, 'mount-id');
  if (mountId === 'vanished') return null;
  const initId = orNone(await readField(reader, join(path, 'init-id'), parseEntryName));
  const parentChainId = orNone(await readField(reader, join(path, 'parent'), parseDigest));
  return { containerId: name, mountId, initId, parentChainId, recordedAt: isoOf(facts.mtimeMs) };
}

async function readWriteSet(reader: RootReader, { path, name, facts }: Folder): Promise<LayerWriteSet | null> {
  if (!name.startsWith('write-set-')) return null;
  const cacheId = await readField(reader, join(path, 'cache-id'), parseEntryName);
  const split = await factsOf(reader.lstat, join(reader.dataRoot, path, 'tar-split.json.gz'));
  const modifiedAt = isoOf(Math.max(facts.mtimeMs, split?.mtimeMs ?? 0));
  return { name, cacheId: cacheId ?? null, modifiedAt };
}

/** The file that every record has. Without it, and still there, a record is broken: it may name any entry. */
async function readName(reader: RootReader, path: string, file: string): Promise<string | null> {
  const name = await readField(reader, join(path, file), parseEntryName);
  if (name !== undefined) return name;
  if ((await factsOf(reader.lstat, join(reader.dataRoot, path))) === null) return 'vanished';
  reader.complaints.add(file, `${path} has no ${file}`);
  return null;
}

const orNone = (field: string | null | undefined): string | null => (field === undefined ? 'none' : field);

/** Beyond it ISO 8601 takes more than four digits (ECMA-262, expanded years); a file may say that it is of any time. */
const LAST_TIME = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Of a file's time, in milliseconds; one before 1970 or after the year 9999 is told as the nearest of these. */
export const isoOf = (milliseconds: number): string =>
  new Date(Math.min(Math.max(milliseconds, 0), LAST_TIME)).toISOString();
