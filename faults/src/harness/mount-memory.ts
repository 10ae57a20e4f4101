import { spawnSync } from 'node:child_process';
import { ensure } from './wait.ts';

/** Why this fault cannot be tried here; null = it can. */
export const needsRoot = (): string | null =>
  process.getuid?.() === 0 ? null : 'it mounts a small file system, which takes root';

/** A file system in memory of so many bytes over a folder; the returned function takes it away. */
export function mountMemory(folder: string, bytes: number): () => void {
  const made = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'silt-faults', folder]);
  ensure(made.status === 0, `a small file system could not be mounted: ${made.stderr}`);
  return () => {
    spawnSync('umount', ['-l', folder]);
  };
}
