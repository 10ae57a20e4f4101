import { type BlockDevice, findBlockDevice } from '../../inventory/block.ts';
import type { DockerDaemon } from '../../inventory/docker.ts';
import type { DataRoot, Inventory } from '../../inventory/inventory.ts';
import type { Layout, Store } from '../../snapshot.ts';

/** Daemons that keep their data in one folder, and where that lies. */
export interface Root {
  /** Least of the daemons' keys: what its items' keys and scopes are named after. */
  subject: string;
  daemons: DockerDaemon[];
  /** null = the records of it were not read. */
  dataRoot: DataRoot | null;
  driver: string | null;
  /** Store of the folder, with its volumes; null = not known. */
  storeKey: string | null;
  /** Store of images and layers: with devicemapper the pool, else the same. */
  layersStoreKey: string | null;
  /** It lies in a volume or the writable layer of a container of another daemon, whose bytes have it in them. */
  isWithinOther: boolean;
}

/** Every data root of the host; of daemons whose folder is not known one for each. */
export function rootsOf(inventory: Inventory, layout: Layout): Root[] {
  const daemons = inventory.docker?.daemons ?? [];
  const groups = new Map<string, DockerDaemon[]>();
  for (const daemon of daemons) {
    const folder = daemon.dataRootIdentity;
    const identity = folder === null ? daemon.key : `${folder.device}:${folder.inode}`;
    groups.set(identity, [...(groups.get(identity) ?? []), daemon]);
  }
  return [...groups.values()].map((group) => {
    const sorted = group.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const keys = new Set(sorted.map(({ key }) => key));
    const dataRoot = inventory.dataRoots.find(({ daemonKeys }) => daemonKeys.some((key) => keys.has(key))) ?? null;
    const driver = dataRoot?.layers.driver ?? firstOf(sorted, ({ storageDriver }) => storageDriver);
    const storeKey = firstOf(sorted, (daemon) => storeOfDataRoot(daemon, inventory, layout));
    const pool = driver === 'devicemapper' ? firstOf(sorted, (daemon) => poolOf(daemon, inventory)) : null;
    return {
      subject: sorted[0]?.key ?? '',
      daemons: sorted,
      dataRoot,
      driver,
      storeKey,
      layersStoreKey: driver === 'devicemapper' ? pool : storeKey,
      isWithinOther: sorted.some((daemon) => isWithinOther(daemon, daemons)),
    };
  });
}

function firstOf<One, Found>(all: readonly One[], find: (one: One) => Found | null): Found | null {
  for (const one of all) {
    const found = find(one);
    if (found !== null) return found;
  }
  return null;
}

function storeOfDataRoot(daemon: DockerDaemon, { devices }: Inventory, { daemons, stores }: Layout): string | null {
  const told = daemons.find(({ key }) => key === daemon.key)?.storeKey ?? null;
  if (told !== null) return told;
  const mount = daemon.dataRootMount;
  if (mount === null || mount.isNetwork) return null;
  const block = findBlockDevice(devices ?? [], mount.device);
  const bySource = stores.find((one) => one.device === mount.source || isOn(one, block, devices ?? []));
  if (bySource !== undefined) return bySource.key;
  return daemon.nestedInContainerId === null ? (storeOfPath(mount.mountPoint, stores)?.key ?? null) : null;
}

const isOn = (store: Store, device: BlockDevice | null, devices: readonly BlockDevice[]): boolean =>
  device !== null && store.device !== null && findBlockDevice(devices, store.device)?.name === device.name;

/** The store of the longest mount point that the path lies under. */
export function storeOfPath(path: string, stores: readonly Store[]): Store | null {
  let [found, length]: [Store | null, number] = [null, -1];
  for (const store of stores) {
    for (const point of store.mountPoints) {
      const isUnder = path === point || path.startsWith(point.endsWith('/') ? point : `${point}/`);
      if (isUnder && point.length > length) [found, length] = [store, point.length];
    }
  }
  return found;
}

/** `Pool Name` of /info is the device mapper's, of LVM without `-tpool`. */
function poolOf({ driverStatus }: DockerDaemon, { thin }: Inventory): string | null {
  const name = driverStatus?.find((one) => one.name === 'Pool Name')?.value ?? null;
  const pools = thin?.pools ?? [];
  const found = pools.find(({ dmName }) => name !== null && (dmName === name || dmName === `${name}-tpool`));
  return found === undefined ? null : `thin-pool:${found.name}`;
}

/**
 * A bind mount leads out of the container, and a container of Kubernetes is in no daemon's list. While the daemon of its
 * container does not tell, it is taken to be within: counted twice would be worse.
 */
function isWithinOther(daemon: DockerDaemon, daemons: readonly DockerDaemon[]): boolean {
  const { nestedInContainerId: id, dataRoot } = daemon;
  if (id === null || daemon.podUid !== null) return false;
  const others = daemons.filter(({ key }) => key !== daemon.key);
  const container = others.flatMap(({ containers }) => containers ?? []).find((one) => one.id === id);
  if (container === undefined) return others.some(({ containers }) => containers === null);
  const root = dataRoot ?? '/var/lib/docker';
  const mounts = container.mounts
    .filter(({ destination }) => root === destination || root.startsWith(`${destination.replace(/\/$/, '')}/`))
    .toSorted((a, b) => b.destination.length - a.destination.length);
  return mounts[0] === undefined || mounts[0].type === 'volume';
}
