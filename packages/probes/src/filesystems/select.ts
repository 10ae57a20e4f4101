import type { Mount } from './parse.ts';

/** One real file system, however often it is mounted. */
export interface FileSystem {
  device: string;
  type: string;
  source: string;
  /** The one that names it first; mount points as the host has them. */
  mounts: Mount[];
  /** On a server or in a process rather than on a block device: it may hang. */
  network: boolean;
}

/** Real ones that need no block device. */
const NETWORK_TYPES = new Set([
  ...['nfs', 'nfs4', 'cifs', 'smb3', '9p', 'virtiofs', 'ceph', 'lustre', 'gpfs', 'beegfs', 'zfs'],
  ...['fuse.glusterfs', 'fuse.ceph', 'fuse.ceph-fuse', 'fuse.juicefs', 'fuse.moosefs'],
]);
/** Images that are full by nature. */
const IMAGE_TYPES = new Set(['squashfs', 'erofs', 'iso9660', 'cramfs', 'romfs', 'udf']);
/** For a host whose /proc/filesystems cannot be read; where it can, its `nodev` says the same. */
const PSEUDO_TYPES = new Set([
  ...['proc', 'sysfs', 'tmpfs', 'devtmpfs', 'devpts', 'ramfs', 'rootfs', 'overlay', 'aufs', 'cgroup', 'cgroup2'],
  ...['cpuset', 'mqueue', 'hugetlbfs', 'debugfs', 'tracefs', 'securityfs', 'selinuxfs', 'configfs', 'fusectl', 'fuse'],
  ...['autofs', 'binfmt_misc', 'bpf', 'pstore', 'efivarfs', 'nsfs', 'rpc_pipefs', 'nfsd', 'shiftfs', 'binder'],
]);

function isReal(type: string, nodev: ReadonlySet<string>): boolean {
  if (NETWORK_TYPES.has(type)) return true;
  return !PSEUDO_TYPES.has(type) && !IMAGE_TYPES.has(type) && !nodev.has(type) && !type.startsWith('fuse.');
}

/**
 * Mounts whose mount point still leads to them: not mounted over, at their own mount point or at a folder above it.
 * A path asked for a mount that is covered would be answered by the one on top.
 */
export function visibleMounts(mounts: readonly Mount[]): Mount[] {
  const byId = new Map(mounts.map((mount) => [mount.id, mount]));
  /** The last mount at each mount point, by the mount beneath. */
  const children = new Map<number, Map<string, Mount>>();
  for (const mount of mounts) {
    if (mount.parentId === mount.id) continue;
    const siblings = children.get(mount.parentId) ?? new Map<string, Mount>();
    children.set(mount.parentId, siblings.set(mount.mountPoint, mount));
  }
  const isBesideCover = (mount: Mount): boolean => {
    const siblings = children.get(mount.parentId);
    return pathsUpFrom(mount.mountPoint).some((path) => (siblings?.get(path) ?? mount) !== mount);
  };
  const hidden = new Map<number, boolean>();
  const isUnderCover = (mount: Mount): boolean => {
    const known = hidden.get(mount.id);
    if (known !== undefined) return known;
    hidden.set(mount.id, false);
    const parent = byId.get(mount.parentId);
    const result = isBesideCover(mount) || (parent !== undefined && parent !== mount && isUnderCover(parent));
    hidden.set(mount.id, result);
    return result;
  };
  return mounts.filter((mount) => !children.get(mount.id)?.has(mount.mountPoint) && !isUnderCover(mount));
}

/** `/a/b` → `/a/b`, `/a`, `/`. */
function pathsUpFrom(path: string): string[] {
  const paths = [path];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) paths.push(path.slice(0, end));
  return path === '/' ? paths : [...paths, '/'];
}

/** Mounts under `hostRoot`, with mount points as the host has them. */
export function mountsOfHost(mounts: readonly Mount[], hostRoot: string): Mount[] {
  const prefix = hostRoot.replace(/\/+$/, '');
  if (prefix === '') return [...mounts];
  return mounts
    .filter(({ mountPoint }) => mountPoint === prefix || mountPoint.startsWith(`${prefix}/`))
    .map((mount) => ({ ...mount, mountPoint: mount.mountPoint.slice(prefix.length) || '/' }));
}

/** Real file systems among visible mounts, in the order of their names. */
export function selectFileSystems(visible: readonly Mount[], nodev: ReadonlySet<string>): FileSystem[] {
  const groups = new Map<string, Mount[]>();
  for (const mount of visible) {
    if (!isReal(mount.type, nodev)) continue;
    const group = groups.get(mount.device);
    if (group === undefined) groups.set(mount.device, [mount]);
    else group.push(mount);
  }
  const systems = [...groups].flatMap(([device, mounts]): FileSystem[] => {
    const sorted = mounts.sort(byNaming);
    const [first] = sorted;
    if (first === undefined) return [];
    return [{ device, type: first.type, source: first.source, mounts: sorted, network: NETWORK_TYPES.has(first.type) }];
  });
  return systems.sort((a, b) => compareText(a.mounts[0]?.mountPoint ?? '', b.mounts[0]?.mountPoint ?? ''));
}

/** Files that a container runtime binds into each container. */
const BOUND_FILES = ['/etc/hosts', '/etc/hostname', '/etc/resolv.conf'];

/** The mount that people name a file system by comes first: at `/`, else of its whole tree, else the shortest paths. */
function byNaming(a: Mount, b: Mount): number {
  return (
    Number(b.mountPoint === '/') - Number(a.mountPoint === '/') ||
    Number(BOUND_FILES.includes(a.mountPoint)) - Number(BOUND_FILES.includes(b.mountPoint)) ||
    Number(b.root === '/') - Number(a.root === '/') ||
    a.root.length - b.root.length ||
    a.mountPoint.length - b.mountPoint.length ||
    compareText(a.mountPoint, b.mountPoint)
  );
}

/** By code unit, the same everywhere. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The visible mount that holds a path. */
export function mountOfPath(path: string, visible: readonly Mount[]): Mount | null {
  const paths = pathsUpFrom(path);
  return visible.reduce<Mount | null>((best, mount) => {
    if (!paths.includes(mount.mountPoint)) return best;
    return best === null || mount.mountPoint.length >= best.mountPoint.length ? mount : best;
  }, null);
}
