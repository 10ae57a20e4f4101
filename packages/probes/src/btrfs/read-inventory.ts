import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BtrfsInventory, DeletedSubvolume, Subvolume } from '@silt/domain';
import { type CommandCall, firstLine } from '../command.ts';
import type { HangGuard } from '../hang-guard.ts';
import { forEachInTurns, readKernelFile } from '../kernel-file.ts';
import { errorCode, type Probed, type Problem, problemOf } from '../problem.ts';
import { hostPath, type Roots } from '../roots.ts';
import { readTextIfThere } from '../text-file.ts';
import { wholeOf } from '../whole-of.ts';
import {
  type Listed,
  type ListedSubvolume,
  parseCommitStats,
  parseDeleted,
  parseDevices,
  parseQgroupFolder,
  parseQuota,
  parseReadOnlyIds,
  parseSubvolumes,
} from './parse-subvolumes.ts';

const BTRFS_PATHS = ['/usr/bin/btrfs', '/bin/btrfs', '/usr/sbin/btrfs', '/sbin/btrfs'];
/** 500 subvolumes take 6 ms. */
const LIST_DEADLINE_MILLISECONDS = 20_000;
/** Some 220 bytes a subvolume. */
const MAX_LIST_BYTES = 16 * 1024 * 1024;
const MAX_SUBVOLUMES = 20_000;
const MAX_QGROUPS = 20_000;
const QGROUPS_AT_ONCE = 64;

const LISTS = {
  devices: ['filesystem', 'show', '--raw'],
  subvolumes: ['subvolume', 'list', '-a', '-p', '-c', '-g', '-u', '-q', '-R'],
  'read-only subvolumes': ['subvolume', 'list', '-r'],
  'deleted subvolumes': ['subvolume', 'list', '-d'],
} as const;

/** A btrfs of a snapshot's layout. */
export interface MountedBtrfs {
  uuid: string;
  storeKey: string;
  /** Of the host; any of its mounts. */
  mountPoint: string;
}

export interface BtrfsInventoryTools {
  guard: HangGuard;
  command: CommandCall;
  fileSystems: readonly MountedBtrfs[];
}

interface QgroupBytes {
  referencedBytes: number | null;
  exclusiveBytes: number | null;
}

/** Subvolumes and quota groups of each; sysfs needs no privilege, `btrfs` needs CAP_SYS_ADMIN. */
export async function readBtrfsInventory(
  roots: Roots,
  { guard, command, fileSystems }: BtrfsInventoryTools,
): Promise<Probed<BtrfsInventory[]>> {
  const problems: Problem[] = [];
  const value: BtrfsInventory[] = [];
  for (const system of fileSystems) {
    const reader = new BtrfsReader({ roots, guard, command, system, problems });
    value.push(await reader.read());
  }
  return { value, problems };
}

interface Context {
  roots: Roots;
  guard: HangGuard;
  command: CommandCall;
  system: MountedBtrfs;
  problems: Problem[];
}

interface List<Row> {
  rows: Row[];
  /** No row was left out, and each was understood. */
  isWhole: boolean;
}

class BtrfsReader {
  readonly #context: Context;
  readonly #folder: string;

  constructor(context: Context) {
    this.#context = context;
    this.#folder = join(context.roots.sysRoot, 'fs/btrfs', context.system.uuid);
  }

  async read(): Promise<BtrfsInventory> {
    const { uuid, storeKey } = this.#context.system;
    const [commits, operation, enabled, mode, inconsistent] = await Promise.all(
      ['commit_stats', 'exclusive_operation', 'qgroups/enabled', 'qgroups/mode', 'qgroups/inconsistent'].map((file) =>
        this.#sysfs(file),
      ),
    );
    // Before the lists: the group of a subvolume that is made meanwhile would look as if its subvolume were gone.
    const bytes = await this.#qgroups();
    const listed = await this.#list('subvolumes', parseSubvolumes);
    // Whoever may not read this list may not read the others either.
    const readOnly = listed === null ? null : await this.#list('read-only subvolumes', parseReadOnlyIds);
    const readOnlyIds = new Set(readOnly?.rows);
    // Where that list has gaps, what is not in it may be read-only all the same.
    const readOnlyOf = (id: number) => readOnlyIds.has(id) || (readOnly?.isWhole ? false : null);
    const deleted = listed === null ? null : await this.#list('deleted subvolumes', parseDeleted);
    const devices = listed === null ? null : await this.#list('devices', parseDevices);
    const quota = parseQuota(
      { enabled: enabled ?? null, mode: mode ?? null, inconsistent: inconsistent ?? null },
      bytes !== null,
      // Of the next kernel after the one that knows the folder.
      operation != null,
    );
    this.#tellMissing({ commit_stats: commits, exclusive_operation: operation, 'quota state': quota });
    return {
      ...{ uuid, storeKey },
      commits: commits == null ? null : parseCommitStats(commits),
      exclusiveOperation: operation?.trim() || null,
      quota,
      devices: devices?.rows.toSorted(byId) ?? null,
      subvolumes: listed?.rows.map((row) => withFacts(row, readOnlyOf(row.id), bytes)).sort(byId) ?? null,
      uncleaned: deleted?.rows.toSorted(byId) ?? null,
      staleQgroups:
        bytes === null || !listed?.isWhole || !deleted?.isWhole
          ? null
          : await this.#stillThere(staleOf(bytes, listed.rows, deleted.rows)),
    };
  }

  /** Those that are null came with a kernel younger than this one. */
  #tellMissing(facts: Record<string, unknown>): void {
    const missing = Object.entries(facts).flatMap(([name, fact]) => (fact === null ? [name] : []));
    if (missing.length === 0) return;
    const text = `btrfs ${this.#context.system.uuid}: unavailable in this kernel's sysfs: ${missing.join(', ')}`;
    this.#context.problems.push({ status: 'partly', text });
  }

  /** null = not there; undefined = not read, which is told. */
  async #sysfs(file: string): Promise<string | null | undefined> {
    try {
      return await readTextIfThere(join(this.#folder, file));
    } catch (error) {
      this.#context.problems.push(problemOf(`${file} of btrfs ${this.#context.system.uuid}`, error));
      return undefined;
    }
  }

  /** null = not read, which is told. */
  async #list<Row>(what: keyof typeof LISTS, parse: (text: string) => Listed<Row>): Promise<List<Row> | null> {
    const { system, problems } = this.#context;
    const subject = `${what} of ${system.mountPoint}`;
    try {
      const text = await this.#run(subject, LISTS[what]);
      if (typeof text !== 'string') {
        problems.push(text);
        return null;
      }
      const { rows, badLines } = parse(text);
      const left = rows.length - MAX_SUBVOLUMES;
      if (left > 0) problems.push({ status: 'failed', text: `${subject}: ${left} are more than are read` });
      if (badLines > 0) {
        problems.push({ status: 'failed', text: `${subject}: ${badLines} lines of btrfs cannot be understood` });
      }
      return { rows: rows.slice(0, MAX_SUBVOLUMES), isWhole: left <= 0 && badLines === 0 };
    } catch (error) {
      problems.push(problemOf(subject, error));
      return null;
    }
  }

  async #run(subject: string, words: readonly string[]): Promise<string | Problem> {
    const { roots, guard, command, system } = this.#context;
    const path = hostPath(roots, system.mountPoint);
    // One list of a file system at a time, so that none is begun while another one hangs. A second longer than the program
    // has, so that the guard takes for hanging only what cannot be killed.
    const answer = await guard.run('command', `btrfs ${system.uuid}`, LIST_DEADLINE_MILLISECONDS + 1_000, () =>
      command({
        ...{ name: 'btrfs', paths: BTRFS_PATHS, args: [...words, '--', path] },
        ...{ deadlineMilliseconds: LIST_DEADLINE_MILLISECONDS, maxAnswerBytes: MAX_LIST_BYTES },
      }),
    );
    if ('text' in answer) return { ...answer, text: `${subject}: ${answer.text}` };
    if (answer.code === 0) return answer.stdout;
    if (/: Operation not permitted$/m.test(answer.stderr)) {
      return { status: 'unavailable', text: `${subject}: needs CAP_SYS_ADMIN` };
    }
    if (/: Permission denied$/m.test(answer.stderr)) {
      return { status: 'unavailable', text: `${subject}: no permission to reach ${path}` };
    }
    return { status: 'failed', text: `${subject}: btrfs: ${firstLine(answer.stderr)}` };
  }

  /** By subvolume id; null = quota is off, or not read. */
  async #qgroups(): Promise<Map<number, QgroupBytes> | null> {
    const { problems, system } = this.#context;
    const folder = join(this.#folder, 'qgroups');
    try {
      const names = (await readdir(folder)).filter((name) => parseQgroupFolder(name) !== null);
      const left = names.length - MAX_QGROUPS;
      if (left > 0) {
        problems.push({ status: 'failed', text: `btrfs ${system.uuid}: ${left} quota groups are more than are read` });
      }
      const bytes = new Map<number, QgroupBytes>();
      await forEachInTurns(names.slice(0, MAX_QGROUPS), QGROUPS_AT_ONCE, (name) => {
        bytes.set(parseQgroupFolder(name) ?? 0, {
          referencedBytes: bytesOf(join(folder, name, 'referenced')),
          exclusiveBytes: bytesOf(join(folder, name, 'exclusive')),
        });
      });
      return bytes;
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') problems.push(problemOf(`quota groups of btrfs ${system.uuid}`, error));
      return null;
    }
  }

  /** Those of `ids` whose group did not go with its subvolume meanwhile; null = no longer to be read. */
  async #stillThere(ids: readonly number[]): Promise<number[] | null> {
    if (ids.length === 0) return [];
    try {
      const names = new Set(await readdir(join(this.#folder, 'qgroups')));
      return ids.filter((id) => names.has(`0_${id}`));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      this.#context.problems.push(problemOf(`quota groups of btrfs ${this.#context.system.uuid}`, error));
      return null;
    }
  }
}

const byId = (a: { id: number }, b: { id: number }): number => a.id - b.id;

function withFacts(
  row: ListedSubvolume,
  readOnly: boolean | null,
  bytes: ReadonlyMap<number, QgroupBytes> | null,
): Subvolume {
  const { referencedBytes = null, exclusiveBytes = null } = bytes?.get(row.id) ?? {};
  return { ...row, readOnly, referencedBytes, exclusiveBytes };
}

/** Id 5 is the top level's, and a deleted subvolume's group is gone only when it is cleaned. */
function staleOf(
  bytes: ReadonlyMap<number, QgroupBytes>,
  listed: readonly ListedSubvolume[],
  deleted: readonly DeletedSubvolume[],
): number[] {
  const known = new Set([TOP_LEVEL_ID, ...listed.map(({ id }) => id), ...deleted.map(({ id }) => id)]);
  return [...bytes.keys()].filter((id) => !known.has(id)).sort((a, b) => a - b);
}

const TOP_LEVEL_ID = 5;

/** null = not read, or gone. The kernel prints a group that went below zero, after a crash, as a number beyond 2^53. */
function bytesOf(path: string): number | null {
  try {
    return wholeOf(readKernelFile(path).toString('latin1'));
  } catch (error) {
    if (['ENOENT', 'ENODEV'].includes(errorCode(error) ?? '')) return null;
    throw error;
  }
}
