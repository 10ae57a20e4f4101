/** Docker and containerd of a host, nested ones too. null = not read, in each of the fields below. */
export interface DockerInventory {
  daemons: DockerDaemon[];
  containerds: Containerd[];
}

/** A folder by what stat(2) says; two paths with the same identity are one folder. */
export interface FolderIdentity {
  /** st_dev; on btrfs one of the subvolume's own, which is not the device of mountinfo. */
  device: number;
  /** In decimal: overlay makes inode numbers beyond 2^53. */
  inode: string;
}

/** The mount that a folder lies on, as the daemon's own mountinfo has it. */
export interface FolderMount {
  /** ext4, btrfs, overlay, nfs4, fuse.sshfs … */
  type: string;
  source: string;
  mountPoint: string;
  /** `major:minor` of mountinfo. */
  device: string;
  /** NFS, FUSE and the like. */
  isNetwork: boolean;
}

/**
 * `answers`: all that follows is from its API. `does not answer`: there is a socket, `stateReason` says what came of it.
 * `no socket`: a process without a socket that could be asked.
 */
export const DOCKER_DAEMON_STATES = ['answers', 'does not answer', 'no socket'] as const;
export type DockerDaemonState = (typeof DOCKER_DAEMON_STATES)[number];

/** A dockerd, found by its process, its socket or both. */
export interface DockerDaemon {
  /**
   * `docker:<socket>`, the same as `Daemon.key`; nested `docker:<container id>:<socket>`; of one without a socket of its own
   * `docker:<data root>@<pid>`. Unique on its host, the same while the daemon lives.
   */
  key: string;
  state: DockerDaemonState;
  stateReason: string | null;
  /** As the daemon itself names it. */
  socket: string | null;
  /** In the host's numbering; null = found by its socket alone. */
  pid: number | null;
  unit: string | null;
  /** Container (of Docker or Kubernetes) whose cgroup it runs in; null = none, or the process was not seen. */
  nestedInContainerId: string | null;
  podUid: string | null;
  mountNamespace: string | null;
  networkNamespace: string | null;
  version: string | null;
  apiVersion: string | null;
  storageDriver: string | null;
  /** `Backing Filesystem`, `Native Overlay Diff`, `Pool Name` … in the daemon's words. */
  driverStatus: { name: string; value: string }[] | null;
  /** A path in the daemon's own mount namespace. */
  dataRoot: string | null;
  dataRootIdentity: FolderIdentity | null;
  dataRootMount: FolderMount | null;
  liveRestore: boolean | null;
  rootless: boolean | null;
  cgroupDriver: string | null;
  /** What a new container logs with, `json-file`. */
  loggingDriver: string | null;
  /** `log-opts` of the daemon has max-size. It says nothing of containers made before. */
  logMaxSizeSet: boolean | null;
  /** `builder.gc.enabled` of daemon.json; what `not set` means depends on the version. */
  buildCacheGc: 'on' | 'off' | 'not set' | null;
  /** `MountFlags=` of its systemd unit after all drop-ins; empty = the unit sets none. */
  mountFlags: string | null;
  listeners: DockerListener[] | null;
  /** Warnings of /info. */
  warnings: string[] | null;
  containers: DockerContainer[] | null;
  images: DockerImage[] | null;
  volumes: DockerVolume[] | null;
  /** Read with sizes only. */
  buildCache: DockerBuildCacheRecord[] | null;
}

/** A TCP socket that the daemon's process listens on. Swarm and metrics ports are among them. */
export interface DockerListener {
  /** `127.0.0.1`, `0.0.0.0`, `::`. */
  address: string;
  port: number;
  /** A Docker API answers plain HTTP there; null = it could not be tried, as in another network namespace. */
  isPlain: boolean | null;
}

export interface DockerContainer {
  id: string;
  /** Without the leading `/`. */
  names: string[];
  image: string;
  imageId: string | null;
  /** `created`, `running`, `paused`, `restarting`, `removing`, `exited`, `dead`. */
  state: string;
  /** `Up 3 minutes`: for people; it changes as time passes, so compare `state`. */
  status: string;
  /** ISO 8601 UTC. */
  createdAt: string | null;
  composeProject: string | null;
  composeService: string | null;
  podName: string | null;
  podNamespace: string | null;
  podUid: string | null;
  /** Name of the container within its pod. */
  podContainer: string | null;
  /** The labels of an allow-list, which the fields above are from; no other label is kept. */
  labels: Record<string, string>;
  mounts: DockerContainerMount[];
  /** Bytes of its writable layer and of all its layers; read with sizes only. */
  writableBytes: number | null;
  rootFsBytes: number | null;
  /** null = not inspected. */
  details: DockerContainerDetails | null;
}

/** What only the inspection of one container tells, which holds while the container keeps its state, and the size of its log. */
export interface DockerContainerDetails {
  privileged: boolean | null;
  /** `host`: it sees all processes of the host. */
  pidMode: string | null;
  logDriver: string | null;
  logMaxSizeSet: boolean | null;
  /** Of json-file; Docker tells none of other drivers. */
  logPath: string | null;
  /**
   * Bytes that the log and its rotated siblings take on disk (st_blocks of stat(2), 512 each), of json-file and local; read at each
   * look. null = another driver, or not read.
   */
  logBytes: number | null;
  /** Folder of its writable layer in the graph driver; null on btrfs and vfs, where layerdb alone knows. */
  mountId: string | null;
  /** Number of its device in the thin pool; null = another driver than devicemapper. */
  thinDeviceId: number | null;
  restartCount: number | null;
  /** ISO 8601 UTC; null = never. */
  startedAt: string | null;
  finishedAt: string | null;
}

export interface DockerContainerMount {
  /** `volume`, `bind`, `tmpfs` … */
  type: string;
  /** Of the volume; null = none. */
  name: string | null;
  /** A path of the daemon's mount namespace; null = not told. */
  source: string | null;
  destination: string;
  readOnly: boolean;
  /** `rprivate`, `rslave` …; null = not told, as of volumes. */
  propagation: string | null;
}

export interface DockerImage {
  id: string;
  /** Empty = dangling. */
  tags: string[];
  sizeBytes: number | null;
  /** Bytes that other images have too; read with sizes only. */
  sharedBytes: number | null;
  /** Containers, running or not, that were made from it; null = containers were not read. */
  containers: number | null;
  createdAt: string | null;
}

export interface DockerVolume {
  name: string;
  driver: string;
  mountPoint: string | null;
  /** Made without a name, by an image's VOLUME or `-v /path`. */
  anonymous: boolean;
  createdAt: string | null;
  /** Labels of the allow-list. */
  labels: Record<string, string>;
  /** Containers, running or not, that mount it; null = containers were not read. */
  references: number | null;
  /** Their ids; empty where nothing that is still there used it, so that its maker is unknown. */
  usedBy: string[];
  /**
   * Bytes of its files by the daemon's own walk, those of nested subvolumes too, and of files with one inode number the first (moby's
   * `pkg/directory`); read with sizes only.
   */
  sizeBytes: number | null;
}

export interface DockerBuildCacheRecord {
  id: string;
  /** `regular`, `source.local`, `exec.cachemount` … */
  type: string;
  sizeBytes: number | null;
  inUse: boolean | null;
  shared: boolean | null;
  createdAt: string | null;
  lastUsedAt: string | null;
}

/** A containerd: Docker's own, or one that Kubernetes or nerdctl uses. */
export interface Containerd {
  /** `containerd:<root>@<pid>`. Unique on its host. */
  key: string;
  pid: number;
  nestedInContainerId: string | null;
  podUid: string | null;
  /** Key of the dockerd that started it; null = none did. */
  daemonKey: string | null;
  /** A path in its own mount namespace; null = its configuration was not read. */
  root: string | null;
  rootIdentity: FolderIdentity | null;
  rootMount: FolderMount | null;
  /** Its metadata store, `io.containerd.metadata.v1.bolt/meta.db`, is there. */
  hasMetadata: boolean | null;
}

/** Groups of two or more daemons that keep their data in one and the same folder. */
export function sharedDataRoots<Daemon extends Pick<DockerDaemon, 'dataRootIdentity'>>(
  daemons: readonly Daemon[],
): Daemon[][] {
  const groups = new Map<string, Daemon[]>();
  for (const daemon of daemons) {
    if (daemon.dataRootIdentity === null) continue;
    const { device, inode } = daemon.dataRootIdentity;
    const group = groups.get(`${device}:${inode}`);
    if (group === undefined) groups.set(`${device}:${inode}`, [daemon]);
    else group.push(daemon);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}
