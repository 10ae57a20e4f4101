import { join } from 'node:path';
import { LAYER_ENTRY_CLASSES, type LayerEntry, type LayerEntryClass } from '@silt/domain';
import { classifyEntry, type Records } from './classify.ts';
import type { LayerDriver } from './drivers.ts';
import { type FileFacts, factsOf, isSubvolume, namesIn } from './files.ts';
import { guardedEach } from './guarded.ts';
import { type EntryFacts, stampOf } from './memory.ts';
import { parseThinRecord } from './parse.ts';
import { isoOf } from './read-records.ts';
import { attempt, factsOfPath, type RootReader, readField } from './root-reader.ts';

export const MAX_ENTRIES = 10_000;

interface ReadEntries {
  entries: LayerEntry[] | null;
  entryCounts: Record<LayerEntryClass, number> | null;
}

/** `names`: of the driver's folder, listed before the records were read, so that no later entry lacks its record. */
export async function readEntries(
  reader: RootReader,
  { folder, own }: LayerDriver,
  names: readonly string[],
  records: Records,
): Promise<ReadEntries> {
  const classed = names
    .filter((name) => !own.includes(name))
    .map((name) => ({ name, class: classifyEntry(name, reader.driver, records) }));
  const chosen = choose(reader, folder, classed);
  const entries = await attempt(reader, folder, async () => {
    const parent = await factsOfPath(reader, folder);
    const read = (one: Classed): Promise<OwnEntry | null> =>
      readEntry(reader, folder, one, parent).catch((error) => {
        reader.complaints.addError(`${folder}/${one.name}`, error);
        return { ...one, ...NO_FACTS };
      });
    return guardedEach(reader.guard, join(reader.dataRoot, folder), chosen, read);
  });
  if (entries === null) return { entries, entryCounts: null };
  const vanished = new Set(chosen.filter((_, place) => entries[place] === null));
  const ownerOf = (name: string): string | null => records.references.get(name)?.ownerId ?? null;
  return {
    entries: entries.flatMap((entry) => (entry === null ? [] : [{ ...entry, ownerId: ownerOf(entry.name) }])),
    entryCounts: countClasses(classed.filter((one) => !vanished.has(one))),
  };
}

/** Classes of entries that a record names. */
const NAMED: readonly LayerEntryClass[] = ['layer', 'container', 'init'];

type Classed = Pick<LayerEntry, 'name' | 'class'>;

/** Of too many, those that no record names come first. */
function choose(reader: RootReader, folder: string, classed: readonly Classed[]): Classed[] {
  const left = classed.length - MAX_ENTRIES;
  if (left <= 0) return [...classed];
  reader.complaints.add('entries', `${folder}: ${left} entries are more than are read`);
  const isNamed = ({ class: kind }: Classed): number => Number(NAMED.includes(kind));
  const first = classed.toSorted((a, b) => isNamed(a) - isNamed(b)).slice(0, MAX_ENTRIES);
  return first.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function countClasses(classed: readonly Classed[]): Record<LayerEntryClass, number> {
  const counts = Object.fromEntries(LAYER_ENTRY_CLASSES.map((kind) => [kind, 0]));
  for (const { class: kind } of classed) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts as Record<LayerEntryClass, number>;
}

type OwnEntry = Omit<LayerEntry, 'ownerId'>;

/** null = it has vanished. */
async function readEntry(
  reader: RootReader,
  folder: string,
  { name, class: kind }: Classed,
  parent: FileFacts | null,
): Promise<OwnEntry | null> {
  const path = join(folder, name);
  const old = reader.known.entries.get(name);
  if (old !== undefined && isFixed(reader.driver, kind)) {
    reader.next.entries.set(name, old);
    return { name, class: kind, ...old.value };
  }
  const facts = await factsOf(reader.lstat, join(reader.dataRoot, path));
  if (facts === null) {
    // A name that is no UTF-8 cannot be asked for.
    return name.includes('\u{FFFD}') ? { name, class: kind, ...NO_FACTS } : null;
  }
  const stamp = stampOf(facts);
  const value = old?.stamp === stamp ? old.value : await readFacts(reader, path, facts, parent);
  const isUnread = reader.driver === 'devicemapper' && value.device === null;
  if (!isUnread) reader.next.entries.set(name, { stamp, value });
  return { name, class: kind, ...value };
}

/** On btrfs nothing is read of an entry but what stays as it is. A name is given once. */
const isFixed = (driver: string, kind: LayerEntryClass): boolean => driver === 'btrfs' && NAMED.includes(kind);

const NO_FACTS: EntryFacts = { modifiedAt: null, isSubvolume: null, overlay: null, device: null };

async function readFacts(
  reader: RootReader,
  path: string,
  facts: FileFacts,
  parent: FileFacts | null,
): Promise<EntryFacts> {
  const { driver, dataRoot } = reader;
  const own = { ...NO_FACTS, modifiedAt: isoOf(facts.mtimeMs) };
  if (driver === 'vfs') return own;
  if (driver === 'btrfs') return { ...own, isSubvolume: parent === null ? null : isSubvolume(facts, parent) };
  if (driver === 'devicemapper') return { ...own, device: (await readField(reader, path, parseThinRecord)) ?? null };
  const parts = (await namesIn(join(dataRoot, path))) ?? [];
  return { ...own, overlay: { hasLink: parts.includes('link'), hasDiff: parts.includes('diff') } };
}
