import {
  type DataRoot,
  findDoubleUpperDirs,
  formatBytes,
  type Inventory,
  type MountHolder,
  sharedDataRoots,
} from '@silt/domain';
import { printable, shortId } from './printable.ts';

/** Of one kind; `--json` has them all. */
const MAX_OF_A_KIND = 8;

/** Facts that somebody would want to know of, a sentence each; what follows from them is a finding, which is the server's. */
export function notices(inventory: Inventory): string[] {
  return [
    ...inventory.dataRoots.flatMap(noticesOfRoot),
    ...few('leaked mounts', leakNotices(inventory)),
    ...few('pinned files', pinNotices(inventory)),
    ...few('folders mounted twice', doubleNotices(inventory)),
    ...few('shared data roots', sharedNotices(inventory)),
    ...few('shims', shimNotices(inventory)),
  ];
}

function noticesOfRoot({ path, layers }: DataRoot): string[] {
  const where = `in ${printable(path)}`;
  const found: string[] = [];
  const candidates = layers.entryCounts?.['candidate-orphan'] ?? 0;
  if (candidates > 0)
    found.push(`${candidates} layers ${where} that no record names: orphans if they still are tomorrow`);
  const zombies = layers.zombies?.length ?? 0;
  if (zombies > 0) found.push(`${zombies} writable layers ${where} whose container is gone`);
  const dangling = layers.dangling?.filter(({ isOfZombie }) => isOfZombie !== true).length ?? 0;
  if (dangling > 0) found.push(`${dangling} records ${where} of layers that are not there`);
  return found;
}

function leakNotices({ leaks }: Inventory): string[] {
  return (leaks ?? []).map(({ containerId, mountId, reason, reachedByUnmount, places }) => {
    const of = containerId === null ? `layer ${shortId(mountId)}` : `container ${shortId(containerId)}`;
    const holders = places.flatMap((place) => place.holders);
    const reach = reachedByUnmount ? '' : ', where no unmount of the host reaches it';
    return `${of} (${reason}) is still mounted in ${places.length} mount namespaces, held by ${holderWords(holders)}${reach}`;
  });
}

function pinNotices({ mounts }: Inventory): string[] {
  return (mounts?.pins ?? []).map(
    ({ path, allocatedBytes, holders }) =>
      `${printable(path)} is deleted, of a layer that is mounted nowhere, and keeps ${formatBytes(allocatedBytes)}: open in ${holderWords(holders)}`,
  );
}

function doubleNotices({ mounts }: Inventory): string[] {
  const doubles = mounts === null ? [] : findDoubleUpperDirs(mounts);
  return doubles.map(
    ({ upperDir, places }) => `${printable(upperDir)} takes the writes of ${places.length} overlays at once`,
  );
}

function sharedNotices({ docker }: Inventory): string[] {
  return sharedDataRoots(docker?.daemons ?? []).map((daemons) => {
    const pids = daemons.map(({ pid }) => pid ?? 'unknown').join(', ');
    return `processes ${pids} are Docker daemons on one data root, ${printable(daemons[0]?.dataRoot ?? '')}`;
  });
}

function shimNotices({ mounts }: Inventory): string[] {
  return (mounts?.daemons ?? []).flatMap(({ name, pid, shims }) => {
    const apart = shims.filter(({ sameAsDaemon }) => sameAsDaemon === false).length;
    return apart === 0
      ? []
      : [`${apart} shims of ${printable(name)} (process ${pid}) are in another mount namespace than it`];
  });
}

const holderWords = (holders: readonly MountHolder[]): string =>
  few(
    'processes',
    holders.map(({ name, pid, owner }) => `${printable(name)} (process ${pid}${unitWords(owner?.unit ?? null)})`),
  ).join(', ');

const unitWords = (unit: string | null): string => (unit === null ? '' : ` of ${printable(unit)}`);

function few(what: string, lines: readonly string[]): string[] {
  const more = lines.length - MAX_OF_A_KIND;
  return more <= 0 ? [...lines] : [...lines.slice(0, MAX_OF_A_KIND), `and ${more} more ${what}`];
}
