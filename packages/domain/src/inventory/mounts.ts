/** Mounts of a host by mount namespace, with what they and open files pin. */
export interface MountInventory {
  /** Sorted by inode. Those that were left out for number are told in a problem. */
  namespaces: MountNamespace[];
  /** Files without a name that a descriptor keeps on an overlay that is mounted nowhere; null = not read. */
  pins: FilePin[] | null;
  /** How the mounts that hold the data roots pass unmounts on: one entry for each path and namespace asked. */
  pathPropagation: PathPropagation[];
  /** Daemons with what runs their containers. */
  daemons: DaemonNamespaces[];
}

export interface MountNamespace {
  /** In decimal, as in `mnt:[4026531841]`. Unique among those that live. */
  inode: string;
  /** The namespace of process 1; null = that one could not be read. */
  isHost: boolean | null;
  /** The first ones by process id. */
  holders: MountHolder[];
  holderCount: number;
  /** Mounts of every kind; null = its mountinfo could not be read. */
  mountCount: number | null;
  /** Mounts of layers alone; null as above. */
  layerMounts: MountedLayer[] | null;
}

/** A process that keeps a namespace or a file alive. */
export interface MountHolder {
  pid: number;
  /** As the kernel has it: 15 bytes, of any kind but NUL. */
  name: string;
  /** Read for the first holder of each namespace, of pins, and for daemons; null = not read. */
  owner: ProcessOwner | null;
}

/** From /proc/<pid>/cgroup. */
export interface ProcessOwner {
  /** systemd's, `docker.service`; null = it runs in none. */
  unit: string | null;
  /** 64 hex digits; null = it runs in none. */
  containerId: string | null;
  /** With hyphens; null = it runs in none. */
  podUid: string | null;
}

/**
 * `shared`: mounts and unmounts go both ways; `slave`: they come in alone; `private` and `unbindable`: neither. A mount may
 * be both shared and a slave (mount_namespaces(7)).
 */
export interface Propagation {
  /** Peer group. */
  sharedGroup: number | null;
  masterGroup: number | null;
  /** Nearest dominant peer group under the reader's root, where that is not the master. */
  fromGroup: number | null;
  unbindable: boolean;
}

export const MOUNTED_LAYER_KINDS = ['overlay', 'btrfs', 'devicemapper'] as const;
export type MountedLayerKind = (typeof MOUNTED_LAYER_KINDS)[number];

/** A container's layers, mounted. */
export interface MountedLayer {
  kind: MountedLayerKind;
  /** Docker's mount id (64 hex digits, or with `-init`), BuildKit's (25 characters), or the number of containerd's snapshot. */
  mountId: string | null;
  /** Folder that takes the writes, as its mounter named it; null = a read-only overlay, or another kind. */
  upperDir: string | null;
  /** Id of the mount, unique on the host while it lives. */
  id: number;
  /** `major:minor` of the superblock. */
  device: string;
  mountPoint: string;
  propagation: Propagation;
  /** null = no overlay. */
  lowerCount: number | null;
}

/**
 * The file system of a container, which the mount namespace of its daemon alone shows. Full when used equals capacity, or
 * in its inodes. null = not read, in each field.
 */
export interface LayerSpace {
  /** As in `MountedLayer`. */
  mountId: string;
  mountPoint: string;
  /** `major:minor`, as in `ThinDevice.device`. */
  device: string;
  usedBytes: number | null;
  /** Used and available to users; blocks that are reserved for root are not in it. */
  capacityBytes: number | null;
  /** null also for a file system without a fixed number of them. */
  inodes: { used: number; capacity: number } | null;
}

export interface FilePin {
  /** `major:minor` as stat(2) has it. */
  device: string;
  /** In decimal: overlay makes inode numbers beyond 2^53. */
  inode: string;
  /** Within its overlay, as the link of the descriptor has it. */
  path: string;
  sizeBytes: number;
  allocatedBytes: number;
  /** Mount id in fdinfo, that no mountinfo has. */
  mountId: number;
  holders: (MountHolder & { descriptor: number })[];
  holderCount: number;
}

export interface PathPropagation {
  /** As the host has it. */
  path: string;
  namespace: string;
  isHost: boolean | null;
  /** dockerd or containerd in that namespace, process ids. */
  daemonPids: number[];
  /** The mount that holds the path; null = none does. */
  mountPoint: string | null;
  propagation: Propagation | null;
}

export interface DaemonNamespaces {
  pid: number;
  name: string;
  mountNamespace: string | null;
  owner: ProcessOwner | null;
  shims: ShimNamespace[];
}

export interface ShimNamespace {
  pid: number;
  /** 64 hex digits of a container of Docker; another id under containerd and Kubernetes; null = not read. */
  id: string | null;
  /** `moby`, `k8s.io`; null = not read. */
  containerdNamespace: string | null;
  mountNamespace: string | null;
  /** null = one of the two is not read. */
  sameAsDaemon: boolean | null;
}

/** Where a layer is mounted, and who keeps it so. */
export interface LayerPlace {
  /** Inode of the mount namespace. */
  namespace: string;
  isHost: boolean | null;
  mountPoint: string;
  device: string;
  /** It has a peer group or a master, from which unmounts come. */
  reachedByUnmount: boolean;
  holders: MountHolder[];
  holderCount: number;
}

/** A container's layer that is still mounted though the container does not run. */
export interface MountLeak {
  kind: MountedLayerKind;
  mountId: string;
  /** null = no overlay. */
  upperDir: string | null;
  /** null = of no container that is known. */
  containerId: string | null;
  reason: 'container not running' | 'container unknown';
  /** Unmounts reach every place of it. */
  reachedByUnmount: boolean;
  places: LayerPlace[];
}

export interface LayerOwners {
  /**
   * Container ids by mount id, as in `layerdb/mounts/<container>/mount-id`; of containerd's snapshots, by `upperDir`, since
   * their numbers are their own containerd's alone.
   */
  mountOwners: ReadonlyMap<string, string>;
  /** Ids of those whose layers may be mounted: running, paused or restarting. null = not read. */
  running: ReadonlySet<string> | null;
  /** Data roots, as their daemons name them, all of whose records are in `mountOwners`: what is not there has no container. */
  wholeRoots: readonly string[];
}

/**
 * Mounts that a stopped or removed container has left, wherever they are. null = cannot tell. Mounts must have been read
 * before their owners, or those of a container that starts meanwhile are told.
 */
export function findMountLeaks(inventory: MountInventory, owners: LayerOwners): MountLeak[] | null {
  if (owners.running === null) return null;
  const leaks = new Map<string, MountLeak>();
  for (const { mount, place } of layerPlaces(inventory)) {
    const reason = leakReason(mount, owners);
    if (reason === null || mount.mountId === null) continue;
    const key = `${mount.kind} ${mount.upperDir ?? mount.mountId}`;
    const { kind, mountId, upperDir } = mount;
    const containerId = ownerOf(mount, owners);
    const fresh = { kind, mountId, upperDir, containerId, reason, reachedByUnmount: true, places: [] };
    const leak: MountLeak = leaks.get(key) ?? fresh;
    leak.places.push(place);
    leak.reachedByUnmount &&= place.reachedByUnmount;
    leaks.set(key, leak);
  }
  return [...leaks.values()];
}

/** Ids of Docker's; not Podman's, whose folder is `overlay/<id>/diff`, nor BuildKit's of 25 characters. */
const DOCKER_UPPER = /\/(overlay2\/[0-9a-f]{64}(-init)?\/diff|overlay\/[0-9a-f]{64}(-init)?\/upper)$/;

function leakReason(
  mount: MountedLayer,
  { running, wholeRoots, mountOwners }: LayerOwners,
): MountLeak['reason'] | null {
  const containerId = ownerOf(mount, { mountOwners });
  if (containerId !== null) return running?.has(containerId) === false ? 'container not running' : null;
  const upperDir = mount.upperDir;
  if (upperDir === null || !DOCKER_UPPER.test(upperDir)) return null;
  return wholeRoots.some((root) => upperDir.startsWith(`${root}/`)) ? 'container unknown' : null;
}

function ownerOf(
  { mountId, upperDir }: MountedLayer,
  { mountOwners }: Pick<LayerOwners, 'mountOwners'>,
): string | null {
  const key = mountId === null || /^\d+$/.test(mountId) ? upperDir : mountId.replace(/-init$/, '');
  return key === null ? null : (mountOwners.get(key) ?? null);
}

function layerPlaces({ namespaces }: MountInventory): { mount: MountedLayer; place: LayerPlace }[] {
  return namespaces.flatMap(({ inode, isHost, holders, holderCount, layerMounts }) =>
    (layerMounts ?? []).map((mount) => {
      const { mountPoint, device, propagation } = mount;
      const reachedByUnmount = propagation.sharedGroup !== null || propagation.masterGroup !== null;
      return {
        mount,
        place: { namespace: inode, isHost, mountPoint, device, reachedByUnmount, holders, holderCount },
      };
    }),
  );
}

/** One folder for writes under two overlays, which corrupts what is in it (kernel, filesystems/overlayfs.rst). */
export interface DoubleUpperDir {
  upperDir: string;
  mountId: string | null;
  /** One for each device. */
  places: LayerPlace[];
}

/**
 * Docker's and BuildKit's ids are one layer's wherever they are seen. Another upper folder, such as containerd's with its
 * number, may be another one in another namespace, and is compared within each.
 */
export function findDoubleUpperDirs(inventory: MountInventory): DoubleUpperDir[] {
  const found = new Map<string, DoubleUpperDir>();
  for (const { mount, place } of layerPlaces(inventory)) {
    const { upperDir, mountId } = mount;
    if (upperDir === null) continue;
    const isOwn = mountId !== null && !/^\d+$/.test(mountId);
    const key = isOwn ? upperDir : `${place.namespace} ${upperDir}`;
    const entry = found.get(key) ?? { upperDir, mountId, places: [] };
    if (!entry.places.some(({ device }) => device === place.device)) entry.places.push(place);
    found.set(key, entry);
  }
  return [...found.values()].filter(({ places }) => places.length > 1);
}
