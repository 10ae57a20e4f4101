import { randomUUID } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { rename, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientLog } from '../client-events.ts';

const LOCK_NAME = 'lock';
const ATTEMPTS = 5;
/** One that has bound its socket answers by then. */
const SECOND_LOOK_MILLISECONDS = 100;

/** Another collector uses the state folder; the message is a sentence. */
export class StateLockedError extends Error {
  override name = 'StateLockedError';
}

export interface StateLock {
  release(): Promise<void>;
}

/**
 * Keeps a second collector off the folder by a socket in it that answers as long as this process lives, in whatever
 * container: process ids would say nothing there. A socket that does not answer is a dead one's, and is taken over.
 * null = the folder cannot hold a socket, which is no reason not to run. Throws StateLockedError.
 */
export async function lockState(stateFolder: string, log?: ClientLog): Promise<StateLock | null> {
  let folder: number;
  try {
    folder = openSync(stateFolder, 'r');
  } catch {
    return null;
  }
  // A socket's address has 108 bytes, a folder's name up to 4,096.
  const path = join(`/proc/self/fd/${folder}`, LOCK_NAME);
  const give = async () => closeSync(folder);
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const server = await listen(path);
      if (server !== null) {
        return { release: () => new Promise<void>((done) => server.close(() => done())).then(give) };
      }
      if (await isAlive(path)) throw new StateLockedError(inUse(stateFolder));
      await clear(path, `${path}.${randomUUID()}`);
    }
    throw new StateLockedError(inUse(stateFolder));
  } catch (error) {
    await give();
    if (error instanceof StateLockedError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    log?.warn({ reason }, 'The state folder cannot be locked; see to it that only one collector uses it.');
    return null;
  }
}

const inUse = (stateFolder: string): string =>
  `Another collector uses ${stateFolder}; stop it, or name another folder with --state.`;

/** null = the name is taken. */
function listen(path: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

async function isAlive(path: string): Promise<boolean> {
  if (await answers(path)) return true;
  await sleep(SECOND_LOOK_MILLISECONDS);
  return await answers(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Takes a dead socket away; one that another process has put there since comes back to its place. */
async function clear(path: string, aside: string): Promise<void> {
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (await answers(aside)) await rename(aside, path);
  else await unlink(aside);
}
