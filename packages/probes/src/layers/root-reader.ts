import { join } from 'node:path';
import { HangError, type HangGuard } from '../hang-guard.ts';
import type { Complaints } from './complaints.ts';
import { type FileFacts, factsOf, type Lstat, namesIn, readRecord } from './files.ts';
import { guarded } from './guarded.ts';
import type { RootMemory } from './memory.ts';

/** What the readers of one data root share. Their paths are below it. */
export interface RootReader {
  guard: HangGuard;
  lstat: Lstat;
  dataRoot: string;
  driver: string;
  complaints: Complaints;
  /** From the read before. */
  known: RootMemory;
  /** For the next read; filled by the readers. */
  next: RootMemory;
  /** A call did not come back: the rest is not tried. */
  hangs: boolean;
}

/** null = it failed, which was complained of, or was not begun because an earlier call into this data root hangs. */
export async function attempt<Value>(
  reader: RootReader,
  subject: string,
  call: () => Promise<Value>,
): Promise<Value | null> {
  if (reader.hangs) return null;
  try {
    return await call();
  } catch (error) {
    reader.hangs = error instanceof HangError;
    reader.complaints.addError(subject, error);
    return null;
  }
}

/** Sorted names of a folder; null = not there. Throws, as the next one. */
export async function listFolder(reader: RootReader, folder: string): Promise<string[] | null> {
  const path = join(reader.dataRoot, folder);
  const names = await guarded(reader.guard, path, () => namesIn(path));
  return names?.sort() ?? null;
}

export function factsOfPath(reader: RootReader, path: string): Promise<FileFacts | null> {
  const full = join(reader.dataRoot, path);
  return guarded(reader.guard, full, () => factsOf(reader.lstat, full));
}

/**
 * A file of a record, parsed. undefined = not there; null = not read or not understood, which was complained of.
 * For use in a turn of the guard.
 */
export async function readField<Value>(
  { complaints, dataRoot }: RootReader,
  path: string,
  parse: (text: string) => Value | null,
): Promise<Value | null | undefined> {
  try {
    const text = await readRecord(join(dataRoot, path));
    if (text === null) return undefined;
    const value = parse(text);
    if (value === null) complaints.add('field', `${path} cannot be understood`);
    return value;
  } catch (error) {
    complaints.addError(path, error);
    return null;
  }
}
