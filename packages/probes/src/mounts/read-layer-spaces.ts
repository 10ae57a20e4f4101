import { join } from 'node:path';
import type { LayerSpace, MountedLayer, MountInventory } from '@silt/domain';
import { parseMountinfo, type Space, spaceOf } from '../filesystems/parse.ts';
import type { StatfsCall } from '../filesystems/read.ts';
import { visibleMounts } from '../filesystems/select.ts';
import { HangError, type HangGuard } from '../hang-guard.ts';
import { errorCode, type Probed, type Problem, problemOf } from '../problem.ts';
import type { Roots } from '../roots.ts';
import { readStart } from './processes.ts';

const STATFS_DEADLINE_MILLISECONDS = 2_000;
/** One answers within 0.1 ms. */
const MAX_LAYERS = 1_024;
/** Namespaces tried for one layer when the first processes have ended or may not be looked into. */
const MAX_PLACES_TRIED = 3;
/** After these no other layer is asked: two that hang take all turns of local calls. */
const MAX_HANGS = 2;
const MAX_MOUNTINFO_BYTES = 16 * 1024 ** 2;

export interface LayerSpaceTools {
  roots: Roots;
  guard: HangGuard;
  statfs: StatfsCall;
}

interface LayerPlace {
  layer: MountedLayer & { mountId: string };
  pid: number;
}

/** `space` null = not read, and not for lack of the thing. */
interface Measured extends LayerPlace {
  space: Space | null;
}

interface Look extends LayerSpaceTools {
  denied: number;
  hangs: number;
  notAsked: number;
  unread: Problem[];
}

/**
 * statfs of each container's file system of the devicemapper driver, through the root of a process in whose namespace it is
 * mounted: by its path alone the data root's file system would answer. What is unmounted meanwhile is left out.
 */
export async function readLayerSpaces(
  inventory: Pick<MountInventory, 'namespaces'>,
  { roots, guard, statfs }: LayerSpaceTools,
): Promise<Probed<LayerSpace[]>> {
  const look: Look = { roots, guard, statfs, denied: 0, hangs: 0, notAsked: 0, unread: [] };
  const layers = [...placesOf(inventory).values()];
  const measured: Measured[] = [];
  for (const places of layers.slice(0, MAX_LAYERS)) {
    const found = await measure(places, look);
    if (found !== null) measured.push(found);
  }
  const value = (await keepMounted(measured, roots)).map(({ layer: { mountId, mountPoint, device }, space }) => {
    const { usedBytes = null, capacityBytes = null, inodes = null } = space ?? {};
    return { mountId, mountPoint, device, usedBytes, capacityBytes, inodes };
  });
  return { value, problems: problemsOf(look, layers.length - MAX_LAYERS) };
}

/** By mount id, sorted. The daemon's mount point has the id in its name and comes before the container's own, `/`. */
function placesOf({ namespaces }: Pick<MountInventory, 'namespaces'>): Map<string, LayerPlace[]> {
  const places = new Map<string, LayerPlace[]>();
  for (const { holders, layerMounts } of namespaces) {
    const [first] = holders;
    if (first === undefined) continue;
    for (const layer of layerMounts ?? []) {
      const { kind, mountId } = layer;
      if (kind !== 'devicemapper' || mountId === null) continue;
      const known = places.get(mountId) ?? [];
      known.push({ layer: { ...layer, mountId }, pid: first.pid });
      places.set(mountId, known);
    }
  }
  for (const known of places.values()) known.sort((a, b) => rankOf(a) - rankOf(b));
  return new Map([...places].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const rankOf = ({ layer }: LayerPlace): number => Number(layer.mountPoint === '/');

/** null = it is gone from each place that was tried. */
async function measure(places: readonly LayerPlace[], look: Look): Promise<Measured | null> {
  let denied: LayerPlace | null = null;
  for (const place of places.slice(0, MAX_PLACES_TRIED)) {
    if (look.hangs >= MAX_HANGS) {
      look.notAsked += 1;
      return { ...place, space: null };
    }
    try {
      return { ...place, space: await askSpace(place, look) };
    } catch (error) {
      const code = errorCode(error) ?? '';
      if (['ENOENT', 'ENOTDIR', 'ESRCH'].includes(code)) continue;
      if (['EACCES', 'EPERM'].includes(code)) {
        denied ??= place;
        continue;
      }
      if (error instanceof HangError) look.hangs += 1;
      look.unread.push(problemOf(place.layer.mountPoint, error));
      return { ...place, space: null };
    }
  }
  if (denied === null) return null;
  look.denied += 1;
  return { ...denied, space: null };
}

async function askSpace({ layer, pid }: LayerPlace, look: Look): Promise<Space | null> {
  const path = join(look.roots.procRoot, String(pid), 'root', layer.mountPoint);
  const call = () => look.statfs(path);
  const space = spaceOf(await look.guard.run('local', path, STATFS_DEADLINE_MILLISECONDS, call));
  if (typeof space !== 'string') return space;
  look.unread.push({ status: 'failed', text: `${layer.mountPoint}: ${space}` });
  return null;
}

/** Of a layer that was unmounted, or mounted over, something else has answered; one mountinfo a process tells which. */
async function keepMounted(measured: readonly Measured[], roots: Roots): Promise<Measured[]> {
  const idsOf = new Map<number, ReadonlySet<number>>();
  for (const { pid } of measured) if (!idsOf.has(pid)) idsOf.set(pid, await visibleIds(roots, pid));
  return measured.filter(({ layer, pid, space }) => space === null || idsOf.get(pid)?.has(layer.id) === true);
}

/** Empty once the process has ended. */
async function visibleIds(roots: Roots, pid: number): Promise<ReadonlySet<number>> {
  const path = join(roots.procRoot, String(pid), 'mountinfo');
  const text = await readStart(path, MAX_MOUNTINFO_BYTES).catch(() => Buffer.alloc(0));
  return new Set(visibleMounts(parseMountinfo(text.toString('utf8')).mounts).map(({ id }) => id));
}

function problemsOf({ denied, notAsked, unread }: Look, left: number): Problem[] {
  const problems: Problem[] = [];
  const [first] = unread;
  if (first !== undefined) {
    problems.push({ ...first, text: `${first.text}${unread.length > 1 ? ` (${unread.length} layers)` : ''}` });
  }
  if (denied > 0) {
    const rights = '/proc/<pid>/root needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH';
    problems.push({ status: 'unavailable', text: `the file systems of ${denied} containers: ${rights}` });
  }
  if (notAsked > 0) {
    problems.push({
      status: 'failed',
      text: `${notAsked} file systems of containers were not asked, since others hang`,
    });
  }
  if (left > 0) problems.push({ status: 'failed', text: `${left} file systems of containers are more than are asked` });
  return problems;
}
