import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HangGuard } from '../hang-guard.ts';
import { type Problem, problemOf } from '../problem.ts';
import { hostPath, type Roots } from '../roots.ts';
import { readTextIfThere } from '../text-file.ts';
import { type BackingFile, parseBackingFile } from './parse.ts';

const STAT_DEADLINE_MILLISECONDS = 2_000;
/** st_blocks counts these, whatever the file system's block is (stat(2)). */
const STAT_BLOCK_BYTES = 512;

export interface LoopFile extends BackingFile {
  /** Size and allocated bytes of the file, or why they were not read. */
  size: { apparentBytes: number; allocatedBytes: number } | Problem;
}

/** Every loop device in use, by name. */
export async function readLoops(roots: Roots, guard: HangGuard): Promise<Map<string, LoopFile>> {
  const folder = join(roots.sysRoot, 'block');
  const names = (await readdir(folder)).filter((name) => /^loop\d+$/.test(name));
  const loops = await Promise.all(
    names.map(async (name) => {
      const text = await readTextIfThere(join(folder, name, 'loop/backing_file'));
      const backing = text === null ? null : parseBackingFile(text);
      return backing === null ? [] : [[name, { ...backing, size: await sizeOf(backing, roots, guard) }] as const];
    }),
  );
  return new Map(loops.flat());
}

async function sizeOf({ path, deleted }: BackingFile, roots: Roots, guard: HangGuard): Promise<LoopFile['size']> {
  if (deleted) return { status: 'unavailable', text: `${path}: the backing file is deleted` };
  try {
    const reached = hostPath(roots, path);
    const { size, blocks } = await guard.run('local', reached, STAT_DEADLINE_MILLISECONDS, () => stat(reached));
    return { apparentBytes: size, allocatedBytes: blocks * STAT_BLOCK_BYTES };
  } catch (error) {
    return problemOf(path, error);
  }
}
