import { constants } from 'node:fs';
import { type FileHandle, open, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../problem.ts';

/** As the kernel has it (path_resolution(7)). */
const MAX_LINKS = 40;
const MAX_COMPONENTS = 256;

/**
 * A path of another root (`/proc/<pid>/root`, `/host`) with its links followed within that root. The kernel would follow an
 * absolute link such as `/var/run` → `/run` from our own root, and so end up in another container or on the host.
 * What is missing at its end is told by whoever opens it. Throws what readlink throws.
 */
export async function resolveInRoot(root: string, path: string): Promise<string> {
  const todo = path.split('/').reverse();
  const done: string[] = [];
  let links = 0;
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      done.pop();
      continue;
    }
    done.push(name);
    if (done.length > MAX_COMPONENTS) throw new Error('a path of too many folders');
    const target = await linkTarget(join(root, ...done));
    if (target === null) continue;
    links += 1;
    if (links > MAX_LINKS) throw new Error('too many links in a row');
    done.pop();
    if (target.startsWith('/')) done.length = 0;
    todo.push(...target.split('/').reverse());
  }
  return `/${done.join('/')}`;
}

async function linkTarget(path: string): Promise<string | null> {
  try {
    return await readlink(path);
  } catch (error) {
    if (['EINVAL', 'ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return null;
    throw error;
  }
}

/** Configuration files are of a few lines. */
const MAX_FILE_BYTES = 256 * 1024;

/**
 * The text of a regular file under another root; null = not there. Throws of a pipe, a device, a file beyond all reason,
 * and what open throws: it never waits for a writer.
 */
export async function readTextInRoot(root: string, path: string): Promise<string | null> {
  let file: FileHandle | null = null;
  try {
    const resolved = await resolveInRoot(root, path);
    file = await open(join(root, resolved), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    if (!(await file.stat()).isFile()) throw new Error('no regular file');
    const buffer = Buffer.alloc(MAX_FILE_BYTES + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    if (bytesRead > MAX_FILE_BYTES) throw new Error(`longer than ${MAX_FILE_BYTES} bytes`);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ESRCH', 'ENXIO'].includes(errorCode(error) ?? '')) return null;
    throw error;
  } finally {
    await file?.close();
  }
}
