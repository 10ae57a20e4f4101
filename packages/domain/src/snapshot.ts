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
  /** `/dev/sda`; null = not read. */
  path: string | null;
  sizeBytes: number | null;
  missing: boolean;
  /** error_stats: null = not read. */
  errors: { write: number; read: number; flush: number; corruption: number; generation: number } | null;
}

/** A Docker daemon found by its socket. */
export interface Daemon {
  /** `docker:<socket path>`. Unique on its host. */
  key: string;
  kind: 'docker';
  socket: string;
  version: string;
  apiVersion: string;
  storageDriver: string;
  dataRoot: string;
  liveRestore: boolean | null;
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

export const PROBE_STATUSES = ['ok', 'unavailable', 'failed'] as const;

export interface ProbeReport {
  /** `host`, `filesystems`, `btrfs`, `loop`, `docker`. */
  probe: string;
  /** `unavailable`: the thing or the right to read it is not there. `failed`: it should have worked. */
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
