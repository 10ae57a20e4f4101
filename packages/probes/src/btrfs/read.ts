import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, type Probed, type Problem, problemOf } from '../problem.ts';
import type { Roots } from '../roots.ts';
import { readTextIfThere } from '../text-file.ts';
import { ALLOCATION_KINDS, type BtrfsReading, parseBtrfs } from './parse.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ALLOCATION_FILES = [
  'total_bytes',
  'bytes_used',
  'disk_total',
  'bytes_reserved',
  'bytes_pinned',
  'bytes_readonly',
];

/**
 * Every mounted btrfs of this kernel, from /sys/fs/btrfs; no privilege needed. A kernel without btrfs, or with none
 * mounted, has nothing to read, which is no problem.
 */
export async function readBtrfs(roots: Roots): Promise<Probed<BtrfsReading[]>> {
  const folder = join(roots.sysRoot, 'fs/btrfs');
  const uuids = (await namesIn(folder)).filter((name) => UUID.test(name));
  const problems: Problem[] = [];
  const readings = await Promise.all(
    uuids.map(async (uuid) => {
      try {
        return [parseBtrfs(uuid, await readTree(join(folder, uuid)))];
      } catch (error) {
        problems.push(problemOf(`btrfs ${uuid}`, error));
        return [];
      }
    }),
  );
  return { value: readings.flat(), problems };
}

async function readTree(folder: string): Promise<Map<string, string>> {
  const [devices, ids, ...profiles] = await Promise.all([
    namesIn(join(folder, 'devices')),
    namesIn(join(folder, 'devinfo')),
    ...ALLOCATION_KINDS.map(async (kind) => {
      const names = await namesIn(join(folder, 'allocation', kind), 'folders');
      return names.map((profile) => `allocation/${kind}/${profile}/total_bytes`);
    }),
  ]);
  const paths = [
    'label',
    'allocation/global_rsv_size',
    ...ALLOCATION_KINDS.flatMap((kind) => ALLOCATION_FILES.map((file) => `allocation/${kind}/${file}`)),
    ...profiles.flat(),
    ...devices.flatMap((name) => [`devices/${name}/size`, `devices/${name}/dm/name`]),
    ...ids.flatMap((id) => [`devinfo/${id}/missing`, `devinfo/${id}/error_stats`]),
  ];
  const texts = await Promise.all(paths.map((path) => readTextIfThere(join(folder, path))));
  return new Map(paths.flatMap((path, place) => (texts[place] == null ? [] : [[path, texts[place]] as const])));
}

/** Names in a folder; none when it is not there. */
async function namesIn(folder: string, which: 'all' | 'folders' = 'all'): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.flatMap((entry) => (which === 'all' || entry.isDirectory() ? [entry.name] : []));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
