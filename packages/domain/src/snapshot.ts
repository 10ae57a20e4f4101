import type { SeriesName } from './series.ts';

/** What a host says of itself; the same over a boot, sent once a connection. */
export interface HostFacts {
  /** sha256 (hex) of the machine id with a prefix of ours: stable over reboots, and not the id itself. */
  machineId: string;
  name: string;
  kernelRelease: string;
  /** PRETTY_NAME of os-release; null = not read. */
  distribution: string | null;
  architecture: string;
  /**
   * Maker, model and system of a NAS: `Synology DS920+, DSM 7.2.1-69057`; null = none that is known. Absent: an
   * older collector, which does not say.
   */
  vendor?: string | null | undefined;
}

/** A host's own clock: wall time, and uptime within a boot, from which the server corrects the wall time. */
export interface HostClock {
  /** ISO 8601 UTC. */
  now: string;
  bootId: string;
  uptimeMilliseconds: number;
}

export const STORE_KINDS = ['filesystem', 'btrfs', 'thin-pool'] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/** A file system or pool: one entry a real one, however often it is mounted. */
export interface Store {
  /** Stable over reboots: `btrfs:<uuid>`, `mount:<mount point>`, `thin-pool:<name>`. Unique on its host. */
  key: string;
  kind: StoreKind;
  /** What people call it: the mount point, or volume group and pool. */
  name: string;
  /** ext4, xfs, btrfs, nfs4 …; null for a thin pool. */
  fileSystemType: string | null;
  /** Source of the mount, `/dev/nvme0n1p3`; null = not read. */
  device: string | null;
  uuid: string | null;
  /** All mount points, bind mounts too, the first is `name`; empty for a thin pool. */
  mountPoints: string[];
  /** Mount and super options, sorted, without duplicates. */
  options: string[];
  readOnly: boolean;
  /** Set when the store lies on a loop file. */
  loop: LoopBacking | null;
  btrfs: BtrfsFacts | null;
  thinPool: ThinPoolFacts | null;
}

export interface LoopBacking {
  /** `loop0`. */
  device: string;
  backingFile: string;
  deleted: boolean;
  /** Key of the store that holds the file; null = not found among the stores read. */
  outerStoreKey: string | null;
}

export interface BtrfsFacts {
  label: string;
  /** Profile of each kind, `single`, `dup`, `raid1` …; several while a balance converts. */
  profiles: { data: string[]; metadata: string[]; system: string[] };
  devices: BtrfsDevice[];
}

export interface BtrfsDevice {
  id: number;
  /** `/dev/sda`; null = not read. With more than one device it is known once a slow beat has asked btrfs. */
  path: string | null;
  sizeBytes: number | null;
  missing: boolean;
  /** error_stats: null = not read. */
  errors: { write: number; read: number; flush: number; corruption: number; generation: number } | null;
}

/**
 * What a thin pool is in, from its status and table lines (kernel, device-mapper/thin-provisioning.rst).
 *
 * - `out-of-data-space-queueing`: writers that need a block wait, 60 s by default. `-timed-out`: they have waited, and
 *   writes are being lost. `-erroring`: set up to fail them at once. The bare word: an old kernel does not say which.
 * - `read-only-metadata-full`: growing the metadata online brings it back. `read-only-asked`: its table says so.
 * - `needs-check`: offline check and repair. `failed`: no I/O. `error`: the kernel could not read its metadata.
 * - `stalled`: asking it does not come back. `no-table`: nothing is loaded.
 */
export const THIN_POOL_STATES = [
  'rw',
  'out-of-data-space',
  'out-of-data-space-queueing',
  'out-of-data-space-timed-out',
  'out-of-data-space-erroring',
  'read-only',
  'read-only-asked',
  'read-only-metadata-full',
  'needs-check',
  'failed',
  'error',
  'stalled',
  'no-table',
] as const;
export type ThinPoolState = (typeof THIN_POOL_STATES)[number];

/** null = not read, in each of them. */
export interface ThinPoolFacts {
  state: ThinPoolState | null;
  /** Words of the status line, unknown ones too: `rw`, `discard_passdown`, `queue_if_no_space`, `needs_check`. */
  words: string[] | null;
  /** Feature words of the table: `skip_block_zeroing`, `error_if_no_space` … */
  features: string[] | null;
  suspended: boolean | null;
  /** A metadata snapshot is reserved. */
  metadataSnapshotHeld: boolean | null;
  /** `253:8`. */
  metadataDevice: string | null;
  dataDevice: string | null;
  dataBlockBytes: number | null;
  /** Free data blocks at which the kernel raises an event; 0 = never. */
  lowWaterBlocks: number | null;
  /** Free metadata blocks, of 4096 bytes, at which the kernel raises an event. */
  metadataLowWaterBlocks: number | null;
}

/** A Docker daemon that answers. */
export interface Daemon {
  /** `docker:<socket path>`, of a nested one `docker:<container id>:<socket path>`. Unique on its host. */
  key: string;
  kind: 'docker';
  socket: string;
  version: string;
  apiVersion: string;
  storageDriver: string;
  dataRoot: string;
  liveRestore: boolean | null;
  /** Container that it runs in, 64 hex digits; socket and data root are paths in there. null = none; absent = not told. */
  containerId?: string | null | undefined;
  /** Key of the store that holds the data root; null = not found. */
  storeKey: string | null;
}

/** What the numbers of a beat mean. It changes rarely, so it is sent only when it does. */
export interface Layout {
  stores: Store[];
  daemons: Daemon[];
  /** The series at each place of `readings`. */
  entries: LayoutEntry[];
}

export interface LayoutEntry {
  storeKey: string;
  series: SeriesName;
}

/** A whole number ≥ 0 in the unit of its series; null = not read at this beat, which is never zero. */
export type Reading = number | null;

/** Of the fast beat first, then of the slow one. A server may be sent others: it takes any name. */
export const PROBE_NAMES = [
  ...(['host', 'filesystems', 'btrfs', 'loop', 'thin-pools'] as const),
  ...(['devices', 'subvolumes', 'thin-devices', 'docker', 'layers', 'mounts'] as const),
] as const;
export const PROBE_STATUSES = ['ok', 'unavailable', 'failed'] as const;

export interface ProbeReport {
  /** One of `PROBE_NAMES`, or of a newer collector's. */
  probe: string;
  /**
   * `ok` with a reason: all but some of many were read. `unavailable`: the thing or the right to read it is not there.
   * `failed`: it should have worked.
   */
  status: (typeof PROBE_STATUSES)[number];
  /** One sentence for people; null when ok in full. */
  reason: string | null;
  durationMilliseconds: number;
}

/** One beat of one host. */
export interface Snapshot {
  /** By the host's clock, ISO 8601 UTC. */
  takenAt: string;
  bootId: string;
  uptimeMilliseconds: number;
  layout: Layout;
  /** As long as `layout.entries`. */
  readings: Reading[];
  probes: ProbeReport[];
}
