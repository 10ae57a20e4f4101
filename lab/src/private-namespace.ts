import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readlinkSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from './lab.ts';
import { PATH } from './programs.ts';

const POLL_MILLISECONDS = 20;
const LIFE_SECONDS = 600;

/**
 * A process in a mount namespace of its own that no unmount of the host reaches; its id. `script` is shell, run first,
 * and makes the file `ready` of the lab's folder.
 */
export async function startInPrivateNamespace(lab: Lab, script: string): Promise<number> {
  const ready = lab.path('ready');
  rmSync(ready, { force: true });
  const words = ['--mount', '--propagation', 'private', 'sh', '-c', `${script} && exec sleep ${LIFE_SECONDS}`];
  const holder = spawn('unshare', words, { stdio: 'ignore', env: { PATH } });
  await once(holder, 'spawn');
  const { pid } = holder;
  if (pid === undefined) throw new Error('unshare was not started');
  const ended = once(holder, 'exit');
  lab.onClose(async () => {
    if (holder.kill()) await ended;
  });
  while (!existsSync(ready)) {
    if (holder.exitCode !== null) throw new Error(`the script in a private namespace failed: ${script}`);
    await sleep(POLL_MILLISECONDS);
  }
  return pid;
}

export const mountNamespace = (pid: number): string => readlinkSync(`/proc/${pid}/ns/mnt`);
