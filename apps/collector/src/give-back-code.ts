import { readFileSync, readlinkSync } from 'node:fs';

/** Of madvise(2), on x64 and arm64. */
const MADV_DONTNEED = 4;

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
 * Where the code of a program's file is mapped: what can be run and not written, so that none of it was changed in memory.
 *
 * @param maps text of /proc/<pid>/maps (proc_pid_maps(5))
 * @param program its file, as /proc/<pid>/exe has it
 */
export function codeMappings(maps: string, program: string): Mapping[] {
  return maps.split('\n').flatMap((line) => {
    const [, from, to, path] = /^([0-9a-f]{1,13})-([0-9a-f]{1,13}) r-xp (?:\S+ +){3}(.+)$/.exec(line) ?? [];
    if (from === undefined || to === undefined || path !== program) return [];
    const address = Number.parseInt(from, 16);
    return [{ address, bytes: Number.parseInt(to, 16) - address }];
  });
}

let giveBack: (() => void) | null | undefined;

/**
 * Of a compiled collector: gives back the pages of the program's own code, until the next beat. What runs again comes back from
 * the page cache, 64 kB at a time; what only the start ran does not. A runtime that has no way to is left alone.
 */
export function giveBackCode(): void {
  if (giveBack === undefined) giveBack = codeGiver();
  giveBack?.();
}

/** Null = the runtime has no way to. */
export function codeGiver(): (() => void) | null {
  try {
    const ffi = process.getBuiltinModule('bun:ffi') as ForeignFunctions | undefined;
    const functions = ffi?.dlopen('libc.so.6', { madvise: { args: ['ptr', 'usize', 'int'], returns: 'int' } });
    if (functions === undefined) return null;
    const mappings = codeMappings(readFileSync('/proc/self/maps', 'utf8'), readlinkSync('/proc/self/exe'));
    return () => {
      for (const { address, bytes } of mappings) functions.symbols.madvise(address, bytes, MADV_DONTNEED);
    };
  } catch {
    // No compiler of calls (BUN_JSC_useJIT=0), another C library, or no /proc.
    return null;
  }
}
