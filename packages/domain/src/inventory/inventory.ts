import type { ProbeReport } from '../snapshot.ts';
import type { BlockDevice } from './block.ts';
import type { BtrfsInventory } from './btrfs.ts';
import type { BtrfsMaintenance } from './btrfs-maintenance.ts';
import type { DockerInventory } from './docker.ts';
import type { LayerStore, Snapshotter } from './layers.ts';
import type { LayerSpace, MountInventory, MountLeak } from './mounts.ts';
import type { ThinInventory } from './thin-pools.ts';

/** What holds a host's space, who owns it, and what was left behind. null = not read, as a whole. */
export interface Inventory {
  /** By the host's clock, ISO 8601 UTC. */
  takenAt: string;
  devices: BlockDevice[] | null;
  /** One for each btrfs of the layout that it was read for. */
  btrfs: BtrfsInventory[] | null;
  btrfsMaintenance: BtrfsMaintenance | null;
  thin: ThinInventory | null;
  docker: DockerInventory | null;
  /** One for each data root that was found, shared ones once. */
  dataRoots: DataRoot[];
  /** One for each root of a containerd. */
  containerdRoots: ContainerdRoot[];
  mounts: MountInventory | null;
  /** Mounts that stopped or removed containers have left; null = cannot tell. */
  leaks: MountLeak[] | null;
  /** One for each layer of the devicemapper driver that is mounted; sorted by mount id. */
  layerSpaces: LayerSpace[] | null;
  /** user.max_user_namespaces of sysctl, which a rootless daemon needs some of; 0 = nobody may make one. null = not read. */
  maxUserNamespaces: number | null;
  /** Of this slow beat. */
  probes: ProbeReport[];
}

/** A Docker data root on disk. */
export interface DataRoot {
  /** `DockerDaemon.key`; more than one = they share it. */
  daemonKeys: string[];
  /** As the first of the daemons names it. */
  path: string;
  layers: LayerStore;
}

export interface ContainerdRoot {
  /** `Containerd.key`. */
  containerdKeys: string[];
  path: string;
  snapshotters: Snapshotter[];
}
