import { readFile } from 'node:fs/promises';
import { errorCode } from './problem.ts';

/** The text of a small file; null = not there. Throws what else readFile throws. */
export async function readTextIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENODEV'].includes(errorCode(error) ?? '')) return null;
    throw error;
  }
}
