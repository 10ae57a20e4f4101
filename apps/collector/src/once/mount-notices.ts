import { findDoubleUpperDirs, formatBytes, type LayerPlace, type MountHolder, type MountLeak } from '@silt/domain';
import { containerName } from './container-nodes.ts';
import { few, listed } from './few.ts';
import type { HostView } from './host-view.ts';
import { shortId, shortName, shortPath } from './shorten.ts';
import { counted } from './shorten-list.ts';

/** Of mounts and open files that outlive their container. */
export const mountNotices = (view: HostView): string[] => [
  ...few('layers that are still mounted', leakNotices(view)),
  ...few('deleted files that are held open', pinNotices(view)),
  ...few('folders that several overlays write to', doubleNotices(view)),
  ...few('daemons with shims elsewhere', shimNotices(view)),
];

function leakNotices(view: HostView): string[] {
  return (view.inventory.leaks ?? []).map((leak) => {
    const { places } = leak;
    const namespaces = [...new Map(places.map((place) => [place.namespace, place])).values()];
    const holders = namespaces.flatMap((place) => place.holders);
    const count = namespaces.reduce((sum, { holderCount }) => sum + holderCount, 0);
    const reach = leak.reachedByUnmount ? '' : ' No unmount on the host reaches it.';
    return `${leakWords(leak, view)} is still mounted${placeWords(namespaces)}, kept by ${holderWords(holders, count)}.${reach}`;
  });
}

function placeWords(places: readonly LayerPlace[]): string {
  const [first, ...more] = places;
  if (first === undefined) return '';
  if (more.length > 0) return ` in ${places.length} mount namespaces`;
  const where = first.isHost === true ? 'on the host' : 'in a mount namespace besides the host’s';
  return ` at ${shortPath(first.mountPoint)}, ${where}`;
}

function leakWords({ containerId, mountId, reason }: MountLeak, { inventory }: HostView): string {
  if (reason === 'container unknown' || containerId === null) return `Layer ${shortId(mountId)} of no known container`;
  const containers = (inventory.docker?.daemons ?? []).flatMap((daemon) => daemon.containers ?? []);
  const container = containers.find(({ id }) => id === containerId);
  return container === undefined
    ? `The layer of container ${shortId(containerId)}, which does not run,`
    : `The layer of container ${shortName(containerName(container))} (${container.state})`;
}

const pinNotices = ({ inventory }: HostView): string[] =>
  (inventory.mounts?.pins ?? []).map(
    ({ path, allocatedBytes, holders, holderCount }) =>
      `The deleted file ${shortPath(path)} still takes ${formatBytes(allocatedBytes)} of a layer that is mounted nowhere: held open by ${holderWords(holders, holderCount)}.`,
  );

function doubleNotices({ inventory: { mounts } }: HostView): string[] {
  const doubles = mounts === null ? [] : findDoubleUpperDirs(mounts);
  return doubles.map(({ upperDir, places }) => {
    const holders = places.flatMap((place) => place.holders.slice(0, 1));
    return `${shortPath(upperDir)} takes the writes of ${places.length} overlays at once, which can spoil it; kept by ${holderWords(holders, holders.length)}.`;
  });
}

const shimNotices = ({ inventory: { mounts } }: HostView): string[] =>
  (mounts?.daemons ?? []).flatMap(({ name, pid, shims }) => {
    const apart = shims.filter(({ sameAsDaemon }) => sameAsDaemon === false).length;
    if (apart === 0) return [];
    const are = apart === 1 ? 'is' : 'are';
    return [
      `${counted(apart, 'shim')} of ${shortName(name)} (process ${pid}) ${are} in another mount namespace than it.`,
    ];
  });

const holderWords = (holders: readonly MountHolder[], count: number): string =>
  listed(
    holders.map(({ name, pid, owner }) => {
      const unit = owner?.unit == null ? '' : ` of ${shortName(owner.unit)}`;
      return `${shortName(name)} (process ${pid}${unit})`;
    }),
    count,
  );
