import { readFile, realpath, statfs } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { HangGuard } from '../hang-guard.ts';
import { errorCode, type Probed, type Problem, problemOf } from '../problem.ts';
import { hostPath, type Roots } from '../roots.ts';
import { readTextIfThere } from '../text-file.ts';
import { type Mount, parseMountinfo, parseNodevTypes, type Space, type Statfs, spaceOf } from './parse.ts';
import { type FileSystem, mountsOfHost, selectFileSystems, visibleMounts } from './select.ts';

const STATFS_DEADLINE_MILLISECONDS = 2_000;
/** Mount points tried of a file system when the first ones may not be entered. */
const MAX_MOUNT_POINTS_TRIED = 3;

/** Asks one mounted file system for its space. */
export type StatfsCall = (path: string) => Promise<Statfs>;
export const statfsOfNode: StatfsCall = (path) => statfs(path, { bigint: true });

export interface Mounts {
  /** All that can be reached by their mount points, pseudo file systems too. */
  visible: Mount[];
  systems: FileSystem[];
  badLines: number;
}

export interface MeasuredFileSystem extends FileSystem {
  /** `source`, and the device node that it links to. */
  devicePaths: string[];
  /** null = not read. */
  space: Space | null;
}

/** mountinfo of this process. Throws when it cannot be read. */
export async function readMounts(roots: Roots): Promise<Mounts> {
  const [mountinfo, types] = await Promise.all([
    readFile(join(roots.procRoot, 'self/mountinfo'), 'utf8'),
    readTextIfThere(join(roots.procRoot, 'filesystems')),
  ]);
  const { mounts, badLines } = parseMountinfo(mountinfo);
  const visible = mountsOfHost(visibleMounts(mounts), roots.hostRoot);
  return { visible, systems: selectFileSystems(visible, parseNodevTypes(types ?? '')), badLines };
}

/** statfs of each real file system. */
export async function measureFileSystems(
  { systems, badLines }: Mounts,
  roots: Roots,
  guard: HangGuard,
  statfsCall: StatfsCall,
): Promise<Probed<MeasuredFileSystem[]>> {
  const problems: Problem[] = [];
  if (badLines > 0) problems.push({ status: 'failed', text: `mountinfo has ${badLines} lines that cannot be read` });
  const measured = await Promise.all(
    systems.map(async (system) => {
      const devicePaths = await devicePathsOf(system.source, roots);
      const space = await measure(system, roots, guard, statfsCall);
      if (!('text' in space)) return { ...system, devicePaths, space };
      problems.push(space);
      return { ...system, devicePaths, space: null };
    }),
  );
  return { value: measured, problems };
}

/** `/dev/disk/by-uuid/…` and `/dev/mapper/…` are links. */
async function devicePathsOf(source: string, roots: Roots): Promise<string[]> {
  if (!source.startsWith('/dev/')) return [source];
  try {
    const target = await realpath(hostPath(roots, source));
    return [...new Set([source, `/${relative(roots.hostRoot, target)}`])];
  } catch {
    return [source];
  }
}

async function measure(system: FileSystem, roots: Roots, guard: HangGuard, call: StatfsCall): Promise<Space | Problem> {
  let problem: Problem | null = null;
  for (const { mountPoint } of system.mounts.slice(0, MAX_MOUNT_POINTS_TRIED)) {
    try {
      const lane = system.network ? 'network' : 'local';
      const path = hostPath(roots, mountPoint);
      const space = spaceOf(await guard.run(lane, path, STATFS_DEADLINE_MILLISECONDS, () => call(path)));
      return typeof space === 'string' ? { status: 'failed', text: `${mountPoint}: ${space}` } : space;
    } catch (error) {
      problem ??= problemOf(mountPoint, error);
      if (!['EACCES', 'ENOENT'].includes(errorCode(error) ?? '')) break;
    }
  }
  return problem ?? { status: 'failed', text: `${system.source}: has no mount point` };
}
