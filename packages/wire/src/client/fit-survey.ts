import type { BtrfsInventory, DockerDaemon, Inventory, LayerStore } from '@silt/domain';
import { MAX_REASON_CHARACTERS } from '../v1/limits.ts';

/** Fields that may be null, with what a person calls them. */
type Words<Of> = { readonly [Key in keyof Of as null extends Of[Key] ? Key : never]?: string };

const BTRFS_PARTS: Words<BtrfsInventory> = {
  subvolumes: 'subvolumes',
  uncleaned: 'deleted subvolumes',
  staleQgroups: 'stale quota groups',
};
const DAEMON_PARTS: Words<DockerDaemon> = {
  containers: 'containers',
  images: 'images',
  volumes: 'volumes',
  buildCache: 'build cache records',
};
/** Without them no entry can be held against all records. */
const RECORD_PARTS: Words<LayerStore> = {
  layers: 'layers',
  mounts: 'writable layers',
  writeSets: 'unfinished imports',
};
const LAYER_PARTS: Words<LayerStore> = {
  ...RECORD_PARTS,
  entries: "storage driver's entries",
  zombies: 'records without a container',
  dangling: 'records without an entry',
  leftovers: "nested daemons' folders",
};

/** What counts as not read when it is left out. */
interface Part {
  /** Of the report that tells it. */
  probe: string;
  /** `containers of docker:/run/docker.sock`. */
  words: string;
  path: readonly (string | number)[];
  bytes: number;
}

const BYTES_A_MEGABYTE = 1e6;

/**
 * The inventory with so few of its parts left out, the largest first, that its JSON has at most `maxBytes`. What is left out
 * is null, as if it had not been read, and the report of its probe says so. null = not even what cannot be left out fits.
 */
export function fitSurvey(inventory: Inventory, maxBytes: number): Inventory | null {
  let fitted = inventory;
  let bytes = jsonBytes(fitted);
  if (bytes <= maxBytes) return fitted;
  for (const part of partsOf(inventory).sort((one, other) => other.bytes - one.bytes)) {
    fitted = withReport(without(fitted, part.path) as Inventory, part);
    bytes -= part.bytes;
    if (bytes <= maxBytes) bytes = jsonBytes(fitted);
    if (bytes <= maxBytes) return hasRecords(inventory, fitted);
  }
  return jsonBytes(fitted) <= maxBytes ? hasRecords(inventory, fitted) : null;
}

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** All that is there. */
function partsOf(inventory: Inventory): Part[] {
  const { btrfs, docker, dataRoots } = inventory;
  const part = (probe: string, words: string, ...path: (string | number)[]): Part[] => {
    const value = path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], inventory);
    return value === null ? [] : [{ probe, words, path, bytes: jsonBytes(value) }];
  };
  const each = (words: object, of: string, probe: string, ...path: (string | number)[]): Part[] =>
    Object.entries(words).flatMap(([key, word]) => part(probe, `${word} of ${of}`, ...path, key));
  return [
    ...part('devices', 'block devices', 'devices'),
    ...part('thin-devices', 'thin devices', 'thin'),
    ...part('mounts', 'mount namespaces', 'mounts'),
    ...part('mounts', 'leaked mounts', 'leaks'),
    ...part('mounts', "containers' file systems", 'layerSpaces'),
    ...(btrfs ?? []).flatMap(({ storeKey }, place) => each(BTRFS_PARTS, storeKey, 'subvolumes', 'btrfs', place)),
    ...(docker?.daemons ?? []).flatMap(({ key }, place) =>
      each(DAEMON_PARTS, key, 'docker', 'docker', 'daemons', place),
    ),
    ...dataRoots.flatMap(({ path }, place) => each(LAYER_PARTS, path, 'layers', 'dataRoots', place, 'layers')),
  ];
}

/** A copy with null at that place; what is not on the way there is shared. */
function without(value: unknown, [key, ...path]: readonly (string | number)[]): unknown {
  if (key === undefined) return null;
  if (Array.isArray(value)) return value.with(key as number, without(value[key as number], path));
  return { ...(value as object), [key]: without((value as Record<string, unknown>)[key], path) };
}

/** Of a data root whose records were left out, not all records were read. */
function hasRecords({ dataRoots: before }: Inventory, fitted: Inventory): Inventory {
  const keys = Object.keys(RECORD_PARTS) as (keyof LayerStore)[];
  const isCut = (layers: LayerStore, place: number): boolean =>
    keys.some((key) => layers[key] === null && before[place]?.layers[key] !== null);
  const dataRoots = fitted.dataRoots.map((root, place) =>
    isCut(root.layers, place) ? { ...root, layers: { ...root.layers, hasAllRecords: false } } : root,
  );
  return { ...fitted, dataRoots };
}

/** Its sentence comes after what the report says already. */
function withReport(inventory: Inventory, { probe, words, bytes }: Part): Inventory {
  const sentence = `The list of ${words} is too large to be sent (${(bytes / BYTES_A_MEGABYTE).toFixed(1)} MB).`;
  const known = inventory.probes.find((report) => report.probe === probe);
  const reason = [known?.reason ?? [], sentence].flat().join(' ').slice(0, MAX_REASON_CHARACTERS).toWellFormed();
  const report = { durationMilliseconds: 0, ...known, probe, status: 'failed' as const, reason };
  const others = known === undefined ? [...inventory.probes, report] : inventory.probes;
  return { ...inventory, probes: others.map((one) => (one === known ? report : one)) };
}
