import type { BtrfsDeviceShare, CommitStats, DeletedSubvolume, QuotaFacts, Subvolume } from '@silt/domain';
import { wholeOf } from '../whole-of.ts';

/** What `btrfs subvolume list` tells; read-only and bytes come from elsewhere. */
export type ListedSubvolume = Omit<Subvolume, 'readOnly' | 'referencedBytes' | 'exclusiveBytes'>;

export interface Listed<Row> {
  rows: Row[];
  /** Lines before the first row, or rows with numbers beyond 2^53. */
  badLines: number;
}

const ROW =
  /^ID (\d+) gen (\d+) cgen (\d+) parent (\d+) top level \d+ parent_uuid (\S+) +received_uuid (\S+) +uuid (\S+) path (.*)$/s;
const READ_ONLY_ROW = /^ID (\d+) gen \d+ top level \d+ path .*$/s;
const DELETED_ROW = /^ID (\d+) gen (\d+) top level \d+ path DELETED$/;

/**
 * `btrfs subvolume list -a -p -c -g -u -q -R` (btrfs-progs, cmds/subvolume-list.c). A name may hold a newline, which stands
 * in the list as it is: a line that begins no row is the rest of the path above it. A name can so forge a row; of two
 * rows with one id neither is believed.
 */
export function parseSubvolumes(text: string): Listed<ListedSubvolume> {
  const { rows, badLines } = parseRows(
    text,
    ROW,
    ([id, generation, createdGeneration, parentId, parent, received, uuid, path]) => {
      const numbers = [id, generation, createdGeneration, parentId].map(Number);
      if (!numbers.every(Number.isSafeInteger) || path === undefined) return null;
      const [number = 0, changed = 0, created = 0, above = 0] = numbers;
      return {
        ...{
          id: number,
          parentId: above,
          uuid: uuidOf(uuid),
          parentUuid: uuidOf(parent),
          receivedUuid: uuidOf(received),
        },
        ...{ generation: changed, createdGeneration: created, path },
      };
    },
  );
  const single = withoutDoubles(rows);
  return { rows: withoutMark(single), badLines: badLines + rows.length - single.length };
}

function withoutDoubles(rows: readonly ListedSubvolume[]): ListedSubvolume[] {
  const seen = new Set<number>();
  const doubles = new Set<number>();
  for (const { id } of rows) (seen.has(id) ? doubles : seen).add(id);
  return rows.filter(({ id }) => !doubles.has(id));
}

/** Before the path of each subvolume that is no direct child of the one that was asked. */
const MARK = '<FS_TREE>/';

/**
 * With `-a` paths are from the top level, whichever subvolume is asked (btrfs-progs, tests/cli-tests/026); without it those
 * below the one asked are relative to that one. The parent of a row without the mark is the one asked, whose children
 * never have it: a folder with the mark's name keeps its own.
 */
function withoutMark(rows: readonly ListedSubvolume[]): ListedSubvolume[] {
  const asked = rows.find(({ path }) => !path.startsWith(MARK))?.parentId;
  return rows.map((row) =>
    row.parentId !== asked && row.path.startsWith(MARK) ? { ...row, path: row.path.slice(MARK.length) } : row,
  );
}

/** Ids of `btrfs subvolume list -r`. */
export function parseReadOnlyIds(text: string): Listed<number> {
  return parseRows(text, READ_ONLY_ROW, ([id]) => wholeOf(id));
}

/** `btrfs subvolume list -d`. */
export function parseDeleted(text: string): Listed<DeletedSubvolume> {
  return parseRows(text, DELETED_ROW, ([id, gen]) => {
    const [number, generation] = [wholeOf(id), wholeOf(gen)];
    return number === null || generation === null ? null : { id: number, generation };
  });
}

const uuidOf = (word: string | undefined): string | null => (word === undefined || word === '-' ? null : word);

function parseRows<Row>(text: string, pattern: RegExp, rowOf: (fields: string[]) => Row | null): Listed<Row> {
  const rows: Row[] = [];
  let badLines = 0;
  for (const record of recordsOf(text)) {
    const match = record.includes('\0') ? null : pattern.exec(record);
    const row = match === null ? null : rowOf(match.slice(1));
    if (row === null) badLines += 1;
    else rows.push(row);
  }
  return { rows, badLines };
}

function recordsOf(text: string): string[] {
  const records: string[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const last = records.length - 1;
    if (last < 0 || /^ID \d+ gen \d+ /.test(line)) records.push(line);
    else records[last] += `\n${line}`;
  }
  return text === '' ? [] : records;
}

const DEVICE = /^\tdevid +(\d+) size (\d+) used (\d+) path (?:(\/.+)| ?MISSING)$/;

/**
 * Devices of `btrfs filesystem show --raw` (btrfs-progs, cmds/filesystem.c). A missing one has sizes of 0 there; a path with a
 * line break is none that udev makes.
 */
export function parseDevices(text: string): Listed<BtrfsDeviceShare> {
  const lines = text.split('\n').filter((line) => line.startsWith('\tdevid'));
  const rows = lines.flatMap((line): BtrfsDeviceShare[] => {
    const [, id, size, used, path = null] = DEVICE.exec(line) ?? [];
    const [number, sizeBytes, allocatedBytes] = [wholeOf(id), wholeOf(size), wholeOf(used)];
    if (number === null || sizeBytes === null || allocatedBytes === null || line.includes('\0')) return [];
    if (path === null) return [{ id: number, path, sizeBytes: null, allocatedBytes: null }];
    return [{ id: number, path, sizeBytes, allocatedBytes }];
  });
  return { rows, badLines: lines.length - rows.length };
}

/** `commit_stats` of sysfs: `commits 7`, `cur_commit_ms 0`, `last_commit_ms 1`, `max_commit_ms 28`, `total_commit_ms 39`. */
export function parseCommitStats(text: string): CommitStats | null {
  const value = (name: string): number | null => wholeOf(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
  const [count, last, max, total] = [
    value('commits'),
    value('last_commit_ms'),
    value('max_commit_ms'),
    value('total_commit_ms'),
  ];
  if (count === null || last === null || max === null || total === null) return null;
  return { count, lastMilliseconds: last, maxMilliseconds: max, totalMilliseconds: total };
}

/** Files of `qgroups/`; null = not there. `enabled` and `inconsistent` since kernel 6.1, `mode` since 6.7. */
export interface QuotaFiles {
  enabled: string | null;
  mode: string | null;
  inconsistent: string | null;
}

/**
 * Kernels since 5.9 have the folder while quota is on (btrfs-progs, ch-sysfs). `knowsFolder`: the kernel is not older.
 * null = too old to say.
 */
export function parseQuota(files: QuotaFiles, hasFolder: boolean, knowsFolder: boolean): QuotaFacts | null {
  if (!hasFolder && !knowsFolder) return null;
  if (!hasFolder || files.enabled?.trim() === '0') return { mode: 'off', isInconsistent: false };
  const inconsistent = files.inconsistent?.trim() ?? null;
  return {
    mode: files.mode?.trim() === 'squota' ? 'squota' : 'qgroup',
    isInconsistent: inconsistent === null ? null : inconsistent === '1',
  };
}

/** `0_257` → 257; null = a group of a higher level, or none. */
export const parseQgroupFolder = (name: string): number | null => wholeOf(/^0_(\d+)$/.exec(name)?.[1]);
