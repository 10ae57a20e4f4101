import type { MountedLayer } from '@silt/domain';
import { type Mount, parseMountLine } from '../filesystems/parse.ts';
import { parseDockerThinName } from '../thin-pool/names.ts';

/** One mountinfo, of which layer mounts alone are kept whole. */
export interface MountLines {
  /** Of every mount. */
  ids: number[];
  layers: MountedLayer[];
  badLines: number;
}

/** Words of which a line of a layer mount has one. */
const LAYER_WORDS = [
  ' - overlay ',
  '/btrfs/subvolumes/',
  '.btrfs/active/',
  '.btrfs/view/',
  '/devicemapper/mnt/',
  '/docker-',
];

/** Cheap for the many mounts that are none of layers: of those the id alone is read. */
export function parseMountLines(text: string): MountLines {
  const result: MountLines = { ids: [], layers: [], badLines: 0 };
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, id] = /^(\d{1,15}) /.exec(line) ?? [];
    if (id === undefined) {
      result.badLines += 1;
      continue;
    }
    result.ids.push(Number(id));
    if (!LAYER_WORDS.some((word) => line.includes(word))) continue;
    const mount = parseMountLine(line);
    if (mount === null) {
      result.badLines += 1;
      continue;
    }
    const layer = layerMountOf(mount);
    if (layer !== null) result.layers.push(layer);
  }
  return result;
}

/** null = no layer of a container. */
export function layerMountOf(mount: Mount): MountedLayer | null {
  const { id, device, mountPoint, propagation } = mount;
  const place = { id, device, mountPoint, propagation };
  if (mount.type === 'overlay') {
    const upperDir = optionOf(mount, 'upperdir=');
    const mountId = upperDir === null ? null : mountIdOfUpper(upperDir);
    return { kind: 'overlay', mountId, upperDir, ...place, lowerCount: lowerCountOf(mount) };
  }
  const found = mount.type === 'btrfs' ? btrfsLayerOf(mount) : deviceMapperLayerOf(mount);
  return found === null ? null : { ...found, upperDir: null, ...place, lowerCount: null };
}

const optionOf = ({ superOptions }: Mount, name: string): string | null =>
  superOptions.find((option) => option.startsWith(name))?.slice(name.length) ?? null;

/**
 * Docker's `overlay2/<id>/diff`, Podman's `overlay/<id>/diff`, Docker's old `overlay/<id>/upper`; BuildKit's ids have 25
 * characters; containerd's `snapshots/<number>/fs`.
 */
const UPPER_DIRECTORIES = [
  /\/overlay2?\/([0-9a-f]{64}(?:-init)?|[0-9a-z]{25})\/diff$/,
  /\/overlay\/([0-9a-f]{64}(?:-init)?)\/upper$/,
  /\/snapshots\/(\d{1,15})\/fs$/,
];

export function mountIdOfUpper(upperDir: string): string | null {
  for (const pattern of UPPER_DIRECTORIES) {
    const id = pattern.exec(upperDir)?.[1];
    if (id !== undefined) return id;
  }
  return null;
}

/** `lowerdir=a:b::data`, or from Linux 6.8 on `lowerdir+=a,lowerdir+=b`; a colon within a name is escaped (overlayfs.rst). */
function lowerCountOf(mount: Mount): number {
  const together = optionOf(mount, 'lowerdir=');
  const apart = mount.superOptions.filter((option) => option.startsWith('lowerdir+=')).length;
  if (together === null) return apart;
  const [lower = ''] = together.split('::');
  return apart + lower.split(/(?<!\\):/).filter((part) => part !== '').length;
}

type Found = Pick<MountedLayer, 'kind' | 'mountId'>;

/** Docker's `btrfs/subvolumes/<id>`, containerd's `io.containerd.snapshotter.v1.btrfs/active/<number>`. */
const BTRFS_LAYER = /(?:\/btrfs\/subvolumes\/([0-9a-f]{64}(?:-init)?)|\.btrfs\/(?:active|view)\/(\d{1,15}))$/;

function btrfsLayerOf({ root }: Mount): Found | null {
  const [, docker, containerd] = BTRFS_LAYER.exec(root) ?? [];
  const mountId = docker ?? containerd;
  return mountId === undefined ? null : { kind: 'btrfs', mountId };
}

/** Docker mounts the device at `devicemapper/mnt/<id>`; the container has its folder `rootfs` at `/`. */
function deviceMapperLayerOf({ source, root }: Mount): Found | null {
  if (root !== '/' && root !== '/rootfs') return null;
  const name = parseDockerThinName(source.replace(/^\/dev\/mapper\//, ''));
  return name === null ? null : { kind: 'devicemapper', mountId: `${name.layerId}${name.isInit ? '-init' : ''}` };
}
