import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { wrongUse } from './cli-error.ts';
import type { Server } from './settings.ts';
import type { Terminal } from './terminal.ts';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

const folderOf = ({ env, home }: Terminal): string => join(env.XDG_CONFIG_HOME || join(home, '.config'), 'silt');

/** `~/.config/silt/config.json`, or below XDG_CONFIG_HOME. */
export const configPath = (terminal: Terminal): string => join(folderOf(terminal), 'config.json');

/** Null = there is none. Errors: wrong use when it cannot be read. */
export async function readConfig(terminal: Terminal): Promise<Server | null> {
  const path = configPath(terminal);
  try {
    const { url, key }: Record<string, unknown> = JSON.parse(await readFile(path, 'utf8'));
    if (typeof url !== 'string' || typeof key !== 'string') throw new Error('url or key is missing');
    return { url, key };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    const why = error instanceof Error ? error.message : String(error);
    throw wrongUse(`${path} cannot be read (${why}): write it anew with silt login.`);
  }
}

/** All or nothing, and readable by its owner alone from its first byte on. */
export async function writeConfig(terminal: Terminal, { url, key }: Server): Promise<void> {
  await mkdir(folderOf(terminal), { recursive: true, mode: OWNER_ONLY_FOLDER });
  const draft = `${configPath(terminal)}.${randomUUID()}`;
  try {
    await writeFile(draft, `${JSON.stringify({ url, key }, null, 2)}\n`, { mode: OWNER_ONLY, flag: 'wx' });
    await rename(draft, configPath(terminal));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
