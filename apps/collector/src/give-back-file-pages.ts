import { readFileSync, readlinkSync } from 'node:fs';

/** After what is done at a beat or a ping, by when all of it is on its way. */
export const GIVE_BACK_AFTER_MILLISECONDS = 1_000;

/** Of madvise(2), on x64 and arm64. */
const MADV_DONTNEED = 4;

/** Pages of a private mapping that are no more the file's: in memory, and swapped out. */
const CHANGED = ['Anonymous', 'Swap'];

/** What of Bun's `bun:ffi` is used: C functions by their names. */
interface ForeignFunctions {
  dlopen(
    library: string,
    functions: { madvise: { args: ['ptr', 'usize', 'int']; returns: 'int' } },
  ): { symbols: { madvise(address: number, bytes: number, advice: number): number } };
}

/** A stretch of address space. */
export interface Mapping {
  address: number;
  bytes: number;
}

/**
 * Where a program's file is mapped to be read or run, not written, and memory holds what the file does: code and constants,
 * without what the linker wrote and locked thereafter. Libraries are left alone, since one that goes leaves its place to others.
 *
 * @param smaps text of /proc/<pid>/smaps (proc_pid_smaps(5))
 * @param program its file, as /proc/<pid>/exe has it
 */
export function unchangedMappings(smaps: string, program: string): Mapping[] {
  return smaps.split(/\n(?=[0-9a-f]+-)/).flatMap((text) => {
    const [, from, to, path] = /^([0-9a-f]{1,13})-([0-9a-f]{1,13}) r-[-x]p (?:\S+ +){3}(.+)\n/.exec(text) ?? [];
    if (from === undefined || to === undefined || path !== program) return [];
    if (!CHANGED.every((name) => new RegExp(`^${name}: +0 kB$`, 'm').test(text))) return [];
    const address = Number.parseInt(from, 16);
    return [{ address, bytes: Number.parseInt(to, 16) - address }];
  });
}

let giveBack: (() => void) | null | undefined;

/**
 * Of a compiled collector: gives back what it has of its own file, code and constants, until the next beat. What is asked again comes
 * back from the page cache, 64 kB at a time; what only the start asked does not. A runtime that has no way to is left alone.
 */
export function giveBackFilePages(): void {
  if (giveBack === undefined) giveBack = filePagesGiver();
  giveBack?.();
}

/** Null = the runtime has no way to. */
export function filePagesGiver(): (() => void) | null {
  try {
    const ffi = process.getBuiltinModule('bun:ffi') as ForeignFunctions | undefined;
    const functions = ffi?.dlopen('libc.so.6', { madvise: { args: ['ptr', 'usize', 'int'], returns: 'int' } });
    if (functions === undefined) return null;
    const mappings = unchangedMappings(readFileSync('/proc/self/smaps', 'utf8'), readlinkSync('/proc/self/exe'));
    return () => {
      for (const { address, bytes } of mappings) functions.symbols.madvise(address, bytes, MADV_DONTNEED);
    };
  } catch {
    // No compiler of calls (BUN_JSC_useJIT=0), another C library, or no /proc.
    return null;
  }
}
