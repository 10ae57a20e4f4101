import { lstat, readlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { BtrfsMaintenance } from '@silt/domain';
import { readTextInRoot, resolveInRoot } from '../docker/path-in-root.ts';
import type { HangGuard } from '../hang-guard.ts';
import { errorCode, type Probed, problemOf } from '../problem.ts';
import type { Roots } from '../roots.ts';
import { parseMaintenance } from './parse-maintenance.ts';

const SUBJECT = 'the configuration of btrfsmaintenance';
const DEADLINE_MILLISECONDS = 2_000;
/** In the order of its scripts. SUSE and Fedora have the first, Debian the second. */
const CONFIGURATION_FILES = ['/etc/sysconfig/btrfsmaintenance', '/etc/default/btrfsmaintenance'];
const TIMER = 'btrfs-balance.timer';
const ENABLED_TIMER = `/etc/systemd/system/timers.target.wants/${TIMER}`;
const MASKED_TIMER = `/etc/systemd/system/${TIMER}`;
/** What btrfsmaintenance-refresh makes links in. */
const CRON_ENTRIES = ['daily', 'weekly', 'monthly'].map((period) => `/etc/cron.${period}/btrfs-balance`);

/** null = not read, which is told. Jobs that others wrote are not looked for. */
export async function readMaintenance(roots: Roots, guard: HangGuard): Promise<Probed<BtrfsMaintenance | null>> {
  try {
    const value = await guard.run('local', SUBJECT, DEADLINE_MILLISECONDS, () => read(roots.hostRoot));
    return { value, problems: [] };
  } catch (error) {
    // The lists of subvolumes, in whose report it stands, are another thing.
    return { value: null, problems: [{ status: 'partly', text: problemOf(SUBJECT, error).text }] };
  }
}

async function read(root: string): Promise<BtrfsMaintenance> {
  const files: { path: string; text: string }[] = [];
  for (const path of CONFIGURATION_FILES) {
    const text = await readTextInRoot(root, path);
    if (text !== null) files.push({ path, text });
  }
  const balanceSchedules: string[] = [];
  const isMasked = (await targetOf(root, MASKED_TIMER)) === '/dev/null';
  for (const path of [...(isMasked ? [] : [ENABLED_TIMER]), ...CRON_ENTRIES]) {
    if (await isThere(root, path)) balanceSchedules.push(path);
  }
  return {
    configurationFiles: files.map(({ path }) => path),
    balanceSchedules,
    ...parseMaintenance(files.map(({ text }) => text)),
  };
}

/** The entry itself, by the links of its folder alone: what it leads to is systemd's or cron's to find. */
const placeOf = async (root: string, path: string): Promise<string> =>
  join(root, await resolveInRoot(root, dirname(path)), basename(path));

async function isThere(root: string, path: string): Promise<boolean> {
  try {
    await lstat(await placeOf(root, path));
    return true;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}

/** Where a link leads; null = no link, or not there. */
async function targetOf(root: string, path: string): Promise<string | null> {
  try {
    return await readlink(await placeOf(root, path));
  } catch (error) {
    if (isAbsence(error) || errorCode(error) === 'EINVAL') return null;
    throw error;
  }
}

const isAbsence = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
