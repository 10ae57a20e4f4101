import type {
  DaemonNamespaces,
  FilePin,
  MountedLayer,
  MountHolder,
  MountInventory,
  MountNamespace,
  PathPropagation,
  Propagation,
  ShimNamespace,
} from '@silt/domain';
import { KIB, MIB } from '../stores/store-model.ts';
import type { Moment } from './moment.ts';
import {
  CONTAINERD_LANE,
  HOST_NAMESPACE,
  namespaceOf,
  type PodContainer,
  podsOf,
  processOfContainer,
  processOfDaemon,
} from './processes.ts';
import { deviceNumberOf } from './sites.ts';
import type { Container, HeldLayer, World } from './world-builder.ts';

/** Services of systemd that have a namespace of their own; those of `HOLDERS` keep what was mounted when they began. */
const PRIVATE_SERVICES = ['systemd-udevd', 'systemd-timesyn', 'chronyd'] as const;
const HOLDERS = ['backup-agent', 'metrics-agent'] as const;
const SERVICE_LANE = 1_012;
const HELD_FIRST_MINOR = 3_000;
const FIRST_MINOR = 100;
const PINNED = 2;
const MAX_HELD = 400;
const SNAPSHOTS = '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots';
const TASKS = '/run/containerd/io.containerd.runtime.v2.task/k8s.io';

const PRIVATE: Propagation = { sharedGroup: null, masterGroup: null, fromGroup: null, unbindable: false };
const shared = (group: number): Propagation => ({ ...PRIVATE, sharedGroup: group });

/** Mounts of the namespaces of a host, by the inode of each. */
class Namespaces {
  readonly #all = new Map<string, MountNamespace>();

  /** Of one namespace, its holders one after the other. */
  hold(inode: string, holder: MountHolder, mountCount: number): MountedLayer[] {
    const known = this.#all.get(inode);
    if (known?.layerMounts != null) {
      known.holders.push({ ...holder, owner: null });
      known.holderCount += 1;
      return known.layerMounts;
    }
    const isHost = inode === HOST_NAMESPACE;
    const layerMounts: MountedLayer[] = [];
    this.#all.set(inode, { inode, isHost, holders: [holder], holderCount: 1, mountCount, layerMounts });
    return layerMounts;
  }

  /** Sorted by inode; its mounts of layers are counted with the others. */
  get sorted(): MountNamespace[] {
    return [...this.#all.values()]
      .map((one) => ({ ...one, mountCount: (one.mountCount ?? 0) + (one.layerMounts?.length ?? 0) }))
      .sort((a, b) => Number(a.inode) - Number(b.inode));
  }
}

export function mountsOf(
  moment: Moment,
  worlds: readonly World[],
  dmDevices: ReadonlyMap<string, string>,
): MountInventory {
  const namespaces = new Namespaces();
  const system = { unit: null, containerId: null, podUid: null };
  const host = namespaces.hold(
    HOST_NAMESPACE,
    { pid: 1, name: 'systemd', owner: { ...system, unit: 'init.scope' } },
    34,
  );
  const containerd = { pid: moment.pid('containerd', CONTAINERD_LANE), name: 'containerd' };
  namespaces.hold(HOST_NAMESPACE, { ...containerd, owner: null }, 0);
  const pods = podsOf(moment);
  for (const pod of pods) mountPod(namespaces, host, pod);
  const daemons: DaemonNamespaces[] = [
    {
      ...{ ...containerd, mountNamespace: HOST_NAMESPACE },
      ...{ owner: { ...system, unit: 'containerd.service' }, shims: pods.map(podShim) },
    },
  ];
  for (const [place, world] of worlds.entries()) {
    daemons.push(mountWorld(namespaces, moment, { world, place, dmDevices }));
  }
  const held = worlds.flatMap((world) => heldOf(world));
  for (const [place, name] of [
    ...PRIVATE_SERVICES,
    ...(moment.story.leaksSince === undefined ? [] : HOLDERS),
  ].entries()) {
    const lane = SERVICE_LANE + place;
    const own = { pid: moment.pid(name, lane), name, owner: { ...system, unit: `${name}.service` } };
    const mounts = namespaces.hold(namespaceOf(moment, name, lane), own, 36);
    if (name === 'backup-agent') mounts.push(...held.map(({ mount }) => mount));
    if (name === 'metrics-agent') mounts.push(...held.filter((_, number) => number % 3 === 0).map(elsewhere));
  }
  return {
    ...{ namespaces: namespaces.sorted, pins: pinsOf(moment, held) },
    ...{ pathPropagation: worlds.flatMap((_, place) => propagationOf(moment, worlds, place)), daemons },
  };
}

interface Held {
  layer: HeldLayer;
  mount: MountedLayer;
}

function heldOf({ held, daemon }: World): Held[] {
  return held.slice(-MAX_HELD).map((layer, place) => {
    const upperDir = `${daemon.dataRoot}/overlay2/${layer.mountId}/diff`;
    const mountPoint = upperDir.replace(/diff$/, 'merged');
    const device = `0:${HELD_FIRST_MINOR + place}`;
    const own = { id: 2 * (HELD_FIRST_MINOR + place), device, mountPoint, propagation: PRIVATE, lowerCount: 5 };
    return { layer, mount: { kind: 'overlay', mountId: layer.mountId, upperDir, ...own } };
  });
}

const elsewhere = ({ mount }: Held): MountedLayer => ({ ...mount, id: mount.id + 1 });

/** What the files hold that are deleted and still open. */
export function pinnedBytes(moment: Moment, worlds: readonly World[]): number {
  const held = worlds.flatMap((world) => heldOf(world));
  return pinsOf(moment, held).reduce((sum, { allocatedBytes }) => sum + allocatedBytes, 0);
}

/** Logs of removed containers that the metrics' agent still reads: their overlays are mounted nowhere. */
function pinsOf(moment: Moment, held: readonly Held[]): FilePin[] {
  return held.slice(-PINNED).map(({ layer }, place) => {
    const name = 'metrics-agent';
    const lane = SERVICE_LANE + PRIVATE_SERVICES.length + 1;
    const sizeBytes = moment.whole(`pin ${layer.label}`, 3, 900) * MIB;
    const owner = { unit: `${name}.service`, containerId: null, podUid: null };
    return {
      ...{
        device: `0:${2 * HELD_FIRST_MINOR + place}`,
        inode: String(moment.whole(`pinned ${layer.label}`, 2e5, 9e6)),
      },
      ...{ path: '/var/log/job.log', sizeBytes, allocatedBytes: sizeBytes + 4 * KIB, mountId: 9_000 + place },
      holders: [{ pid: moment.pid(name, lane), name, owner, descriptor: 11 + place }],
      holderCount: 1,
    };
  });
}

interface MountedWorld {
  world: World;
  place: number;
  /** Device of a thin device, by its layer. */
  dmDevices: ReadonlyMap<string, string>;
}

function mountWorld(namespaces: Namespaces, moment: Moment, mounted: MountedWorld): DaemonNamespaces {
  const { world, place } = mounted;
  const { pid, namespace, owner } = processOfDaemon(moment, place);
  const outer = namespaces.hold(namespace, { pid, name: 'dockerd', owner }, 34);
  const shims: ShimNamespace[] = [];
  for (const container of world.containers) {
    if (container.state !== 'running') continue;
    const own = processOfContainer(moment, container);
    const inner = namespaces.hold(own.namespace, { pid: own.pid, name: commandOf(container), owner: own.owner }, 22);
    const mount = mountOf(moment, mounted, container);
    const group = FIRST_MINOR + container.lane;
    if (mount.kind !== 'btrfs') outer.push({ ...mount, propagation: shared(group) });
    inner.push({ ...mount, id: mount.id + 1, mountPoint: '/' });
    namespaces.hold(namespace, { pid: own.shimPid, name: 'containerd-shim', owner: null }, 0);
    const told = { id: container.id, containerdNamespace: 'moby', mountNamespace: namespace, sameAsDaemon: true };
    shims.push({ pid: own.shimPid, ...told });
  }
  return { pid, name: 'dockerd', mountNamespace: namespace, owner, shims };
}

const commandOf = ({ service, name }: Container): string => (service ?? name).slice(0, 15);

/** As the daemon has it mounted. */
function mountOf(moment: Moment, { world, dmDevices }: MountedWorld, { mountId, lane }: Container): MountedLayer {
  const { dataRoot, storageDriver, storeKey } = world.daemon;
  const own = { mountId, id: 2 * (FIRST_MINOR + lane), propagation: PRIVATE };
  if (storageDriver === 'overlay2') {
    const folder = `${dataRoot}/overlay2/${mountId}`;
    const device = `0:${FIRST_MINOR + lane}`;
    return {
      kind: 'overlay',
      upperDir: `${folder}/diff`,
      mountPoint: `${folder}/merged`,
      device,
      ...own,
      lowerCount: 5,
    };
  }
  const none = { upperDir: null, lowerCount: null };
  if (storageDriver === 'btrfs') {
    const device = deviceNumberOf(moment, [], storeKey) ?? '0:0';
    return { kind: 'btrfs', ...none, device, mountPoint: `${dataRoot}/btrfs/subvolumes/${mountId}`, ...own };
  }
  const mountPoint = `${dataRoot}/devicemapper/mnt/${mountId}`;
  return { kind: 'devicemapper', ...none, device: dmDevices.get(mountId) ?? '0:0', mountPoint, ...own };
}

function mountPod(namespaces: Namespaces, host: MountedLayer[], pod: PodContainer): void {
  const { containerId, snapshot, lane, namespace, owner, pid, shimPid } = pod;
  const upperDir = `${SNAPSHOTS}/${snapshot}/fs`;
  const group = FIRST_MINOR + lane;
  const own = { kind: 'overlay', mountId: String(snapshot), upperDir, device: `0:${group}`, lowerCount: 6 } as const;
  host.push({ ...own, id: 2 * group, mountPoint: `${TASKS}/${containerId}/rootfs`, propagation: shared(group) });
  const inner = namespaces.hold(namespace, { pid, name: pod.pod.name.slice(0, 15), owner }, 24);
  inner.push({ ...own, id: 2 * group + 1, mountPoint: '/', propagation: PRIVATE });
  namespaces.hold(HOST_NAMESPACE, { pid: shimPid, name: 'containerd-shim', owner: null }, 0);
}

function podShim({ shimPid, containerId }: PodContainer): ShimNamespace {
  const told = { id: containerId, containerdNamespace: 'k8s.io', mountNamespace: HOST_NAMESPACE, sameAsDaemon: true };
  return { pid: shimPid, ...told };
}

/** One entry a data root, as the namespace of its first daemon has it. */
function propagationOf(moment: Moment, worlds: readonly World[], place: number): PathPropagation[] {
  const path = worlds[place]?.daemon.dataRoot ?? '';
  if (worlds.findIndex(({ daemon }) => daemon.dataRoot === path) !== place) return [];
  const { pid, namespace } = processOfDaemon(moment, place);
  const mountPoint = moment.store(worlds[place]?.daemon.storeKey ?? null)?.name ?? null;
  const isHost = namespace === HOST_NAMESPACE;
  const propagation = isHost ? shared(FIRST_MINOR - 1) : { ...PRIVATE, masterGroup: FIRST_MINOR - 1 };
  return [{ path, namespace, isHost, daemonPids: [pid], mountPoint, propagation }];
}
