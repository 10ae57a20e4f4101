import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from './programs.ts';

type Step = () => Promise<unknown> | unknown;

export interface FileSystemRequest {
  name: string;
  type: 'btrfs' | 'ext4';
  bytes: number;
}

/** A folder of its own, and all that must be undone before it can go. */
export class Lab {
  readonly folder = mkdtempSync(join(tmpdir(), 'silt-lab-'));
  readonly #undo: Step[] = [];

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  write(path: string, text: string, mode = 0o644): string {
    const file = this.path(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
    return file;
  }

  /** `step` is run at the end, the last one first. */
  onClose(step: Step): void {
    this.#undo.push(step);
  }

  /** A sparse file with a file system in it, mounted; its mount point. */
  async mountLoopFile({ name, type, bytes }: FileSystemRequest): Promise<string> {
    const [image, mountPoint] = [this.path(`${name}.img`), this.path(name)];
    mkdirSync(mountPoint);
    writeFileSync(image, '');
    truncateSync(image, bytes);
    if (type === 'btrfs') await run('mkfs.btrfs', '--quiet', image);
    else await run('mkfs.ext4', '-q', '-F', image);
    await run('mount', '-o', 'loop', image, mountPoint);
    this.onClose(() => run('umount', '--recursive', mountPoint));
    return mountPoint;
  }

  /** Undoes everything, whatever fails on the way; throws what failed. */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (let step = this.#undo.pop(); step !== undefined; step = this.#undo.pop()) {
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 0) rmSync(this.folder, { recursive: true });
    else throw new AggregateError(errors, `Not all of ${this.folder} could be undone.`);
  }
}
