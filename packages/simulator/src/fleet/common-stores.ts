import { linear, type Process, rotation, steady, sum, wander } from '../processes.ts';
import { FileSystemModel } from '../stores/file-system-model.ts';
import { GIB, MIB } from '../stores/store-model.ts';
import { mountedStore } from './facts.ts';
import type { RoleContext } from './role.ts';

/** Of a partition, after ext4's own tables and the 5 % for root. */
const EXT4_SHARE = 0.984 * 0.95;
/** mkfs.xfs keeps little for itself. */
const XFS_SHARE = 0.995;
/** mkfs.ext4: one inode each 16 KiB. */
const INODES_A_GIB = 65_536;
const EFI_BYTES = 511 * MIB;
const EFI_USED_BYTES = 6 * MIB;

export const ext4Bytes = (gib: number): number => gib * GIB * EXT4_SHARE;
export const xfsBytes = (gib: number): number => gib * GIB * XFS_SHARE;

export interface RootOptions {
  gib: number;
  /** Filled share at the origin, 0 … 1. */
  share: number;
  /** Besides logs and packages. */
  more?: Process;
  leak?: Process;
  capacity?: Process;
  inodeLeak?: Process;
}

/** `/` on ext4: packages that slowly grow, logs that are rotated. */
export function rootFileSystem(context: RoleContext, options: RootOptions): FileSystemModel {
  const { gib, share, more, leak, capacity, inodeLeak } = options;
  const bytes = ext4Bytes(gib);
  const inodes = gib * INODES_A_GIB;
  return new FileSystemModel({
    store: mountedStore('/', 'ext4', '/dev/nvme0n1p2'),
    capacity: capacity ?? steady(bytes),
    used: sum(
      steady(bytes * share),
      linear({ from: context.originStep, perDay: context.random.between(4, 18) * MIB }),
      rotation({ perDay: bytes * context.random.between(0.001, 0.004), everyDays: 7, key: context.key('logs') }),
      wander({ amount: bytes * 0.004, hours: 5, key: context.key('root') }),
      ...(more === undefined ? [] : [more]),
    ),
    ...(leak === undefined ? {} : { leak }),
    inodes: {
      capacity: inodes,
      used: sum(
        steady(inodes * share * context.random.between(0.25, 0.4)),
        wander({ amount: inodes * 0.002, hours: 7, key: context.key('root inodes') }),
      ),
      ...(inodeLeak === undefined ? {} : { leak: inodeLeak }),
    },
  });
}

export function efiFileSystem(): FileSystemModel {
  return new FileSystemModel({
    store: mountedStore('/boot/efi', 'vfat', '/dev/nvme0n1p1'),
    capacity: steady(EFI_BYTES),
    used: steady(EFI_USED_BYTES),
    inodes: null,
  });
}

export interface DataOptions {
  mountPoint: string;
  type: 'ext4' | 'xfs';
  device: string;
  gib: number;
  used: Process;
  leak?: Process;
}

/** A file system of its own for data; about a file each 200 KiB. */
export function dataFileSystem(context: RoleContext, options: DataOptions): FileSystemModel {
  const { mountPoint, type, device, gib, used, leak } = options;
  const filesAGib = context.random.between(3_000, 9_000);
  const files = (process: Process): Process => {
    return (step) => (process(step) / GIB) * filesAGib;
  };
  return new FileSystemModel({
    store: mountedStore(mountPoint, type, device),
    capacity: steady(type === 'ext4' ? ext4Bytes(gib) : xfsBytes(gib)),
    used,
    ...(leak === undefined ? {} : { leak }),
    inodes: {
      capacity: type === 'ext4' ? gib * INODES_A_GIB : 'as-space-allows',
      used: files(used),
      ...(leak === undefined ? {} : { leak: files(leak) }),
    },
  });
}
