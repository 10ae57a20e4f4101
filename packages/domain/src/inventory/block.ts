/** `dm`: of the device mapper. `disk`: all that is none of the others, an nbd or bcache too. */
export const BLOCK_KINDS = ['disk', 'partition', 'dm', 'md', 'loop', 'zram'] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];

/** A block device as sysfs shows it. null = not read, or a kernel too old to say; in each field. */
export interface BlockDevice {
  /** The kernel's: `sda1`, `dm-3`. Unique on its host. */
  name: string;
  kind: BlockKind;
  /** `8:1`. */
  device: string | null;
  sizeBytes: number | null;
  /** Names of the devices it lies on directly; for a partition, its disk. Empty: it lies on none. */
  below: string[];
  /** Names of the devices that lie on it directly, its partitions too. */
  holders: string[];
  readOnly: boolean | null;
  /** Read of disks alone, as the next two: a device on others is what they are. */
  rotational: boolean | null;
  removable: boolean | null;
  model: string | null;
  /** null = not of the device mapper. */
  dm: DmFacts | null;
  /** null = no md array. */
  md: MdFacts | null;
  /** null = no loop device. */
  loop: LoopFacts | null;
}

export interface DmFacts {
  /** `docker-thinpool-tpool`. */
  name: string;
  /** `LVM-…`; empty where the maker gave none. */
  uuid: string;
  suspended: boolean | null;
}

/** Kernel, admin-guide/md.rst. */
export interface MdFacts {
  /** `raid1`, `raid0`, `linear` … */
  level: string | null;
  /** `clean`, `active`, `inactive`, `read-auto`, `broken` … */
  state: string | null;
  /** Devices it lacks; null also for a level that can lack none. */
  degradedDevices: number | null;
  raidDevices: number | null;
}

/** Kernel, ABI/testing/sysfs-block-loop and loop.c. */
export interface LoopFacts {
  /** As the kernel names it, within the root of the process that set it up. */
  backingFile: string;
  deleted: boolean;
  offsetBytes: number | null;
  /** 0 = to the end of the file. */
  sizeLimitBytes: number | null;
  /** Given up with its last user. */
  autoclear: boolean | null;
  partscan: boolean | null;
  directIo: boolean | null;
}

/** A device and what it lies on, down to the disks. */
export interface BlockChain {
  device: BlockDevice;
  below: BlockChain[];
  /** More lies below that is not shown: too deep, too wide, in a circle, or not among the devices read. */
  isCut: boolean;
}

const MAX_CHAIN_DEPTH = 16;
const MAX_CHAIN_NODES = 256;

/**
 * A device by `8:1`, `sda1`, or a path: `/dev/sda1`, `/dev/mapper/vg-lv`, `/dev/vg/lv`. null = none of these devices;
 * links that udev makes elsewhere (`/dev/disk/by-id/…`) are not known here.
 */
export function findBlockDevice(devices: readonly BlockDevice[], name: string): BlockDevice | null {
  if (/^\d+:\d+$/.test(name)) return devices.find(({ device }) => device === name) ?? null;
  const path = name.replace(/^\/dev\//, '');
  const dmName = dmNameOf(path);
  // The kernel writes `!` where the name of the node has a slash: cciss!c0d0.
  const kernelName = path.replaceAll('/', '!');
  return (
    devices.find((one) => one.name === kernelName) ??
    (dmName === null ? null : devices.find(({ dm }) => dm?.name === dmName)) ??
    null
  );
}

/** `mapper/x` → `x`; `vg/my-lv` → `vg-my--lv`, since LVM doubles the hyphens of a name (lvm(8)). */
function dmNameOf(path: string): string | null {
  const [folder, name, ...more] = path.split('/');
  if (folder === undefined || name === undefined || more.length > 0) return null;
  return folder === 'mapper' ? name : `${folder.replaceAll('-', '--')}-${name.replaceAll('-', '--')}`;
}

/** The chain from a device, found as by `findBlockDevice`, down to the disks; null = no such device. */
export function chainOf(devices: readonly BlockDevice[], name: string): BlockChain | null {
  const top = findBlockDevice(devices, name);
  const byName = new Map(devices.map((one) => [one.name, one]));
  let nodes = 0;
  const descend = (device: BlockDevice, above: readonly string[]): BlockChain => {
    nodes += 1;
    const path = [...above, device.name];
    const below: BlockChain[] = [];
    for (const lower of path.length < MAX_CHAIN_DEPTH ? device.below : []) {
      const found = byName.get(lower);
      if (found === undefined || path.includes(lower) || nodes >= MAX_CHAIN_NODES) continue;
      below.push(descend(found, path));
    }
    return { device, below, isCut: below.length < device.below.length };
  };
  return top === null ? null : descend(top, []);
}
