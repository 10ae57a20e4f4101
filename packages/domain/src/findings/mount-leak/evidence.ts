import { containerBytesOf } from '../../inventory/container-bytes.ts';
import type { DockerDaemon, Inventory, LayerPlace, MountLeak } from '../../inventory/index.ts';
import { shortKey } from '../../items/run/make-item.ts';
import type { SeriesName } from '../../series.ts';
import type { Snapshot } from '../../snapshot.ts';
import { type ContainerPlace, clientOf, containerPlace, storeKeyOf } from '../docker-client.ts';
import { firstWithin } from '../evidence-size.ts';
import { type Holder, holderKey, holderOf, kindOf } from '../holders.ts';
import { heldSeriesOf } from '../promise.ts';

/** In one finding: the next ones come up when these are gone. */
const MAX_MOUNTS = 32;
/** Of these as JSON; with the rest they stay below `MAX_EVIDENCE_BYTES`. */
const MAX_MOUNTS_BYTES = 57_344;
const MAX_MOUNT_POINTS = 4;
const MAX_NAMESPACES = 8;
/** A removal was asked for, and has not come to its end. */
const BEING_REMOVED = ['removing', 'dead'];

export type HeldMount = {
  /** 64 hex digits. */
  mountId: string;
  kind: MountLeak['kind'];
  /** null = no overlay. */
  upperDir: string | null;
  containerId: string | null;
  /** null = no daemon lists it any more. */
  container: ContainerPlace | null;
  /** Client of the daemon that the layer is of. */
  client: string[] | null;
  /** Where this holder has it, the first ones. */
  mountPoints: string[];
  /** Unmounts of others reach every place of it. */
  isReachedByUnmount: boolean;
  /** Others have it too: as long as one of them does, nothing comes back. */
  isHeldByOthers: boolean;
  /** What its container alone has written; null = not known. */
  bytes: number | null;
};

export type HeldMounts = {
  /** The first process of the mount namespace; null = none was seen. */
  holder: Holder | null;
  /** In the mount namespaces. */
  processCount: number;
  /** Inodes of the mount namespaces, the first ones. */
  namespaces: string[];
  counts: {
    mounts: number;
    /** Whose layers these are. */
    containers: number;
    /** Of these, those that no daemon lists any more. */
    gone: number;
    /** Of these, those whose removal has not come to its end. */
    beingRemoved: number;
    /** Mounts that no unmount of the daemon reaches. */
    unreached: number;
    heldByOthers: number;
    /** Containers that have written nobody knows how much. */
    unknownSizes: number;
  };
  /** Of all the containers of which it is known. */
  bytes: number;
  /** Those with most first. */
  mounts: HeldMount[];
  leftOutCount: number;
  /** What falls when they are gone; null = store not known, or several. */
  usedSeries: SeriesName | null;
  /** Other holders, of which no finding is made. */
  leftOutSubjects: number;
};

/** One mount of each container, whose bytes are told once. */
export const byContainer = (mounts: readonly HeldMount[]): HeldMount[] => [
  ...new Map(mounts.map((one) => [one.containerId ?? one.mountId, one])).values(),
];

export const isBeingRemoved = ({ container }: HeldMount): boolean =>
  container !== null && BEING_REMOVED.includes(container.state);

/** All that one holder keeps. */
export interface Held {
  subject: string;
  holder: Holder | null;
  /** Processes by the inode of their namespace. */
  namespaces: Map<string, number>;
  mounts: { held: HeldMount; storeKey: string | null }[];
}

/** Mounts of stopped and removed containers, by those who are to let go of them. */
export function heldMounts(inventory: Inventory, snapshot: Snapshot): Held[] {
  const found = new Map<string, Held>();
  const containerBytes = new Map<string, ReturnType<typeof containerBytesOf>>();
  for (const leak of inventory.leaks ?? []) {
    const daemon = daemonOf(leak, inventory);
    const bytesOf =
      daemon === null ? undefined : (containerBytes.get(daemon.key) ?? containerBytesOf(daemon, inventory));
    if (daemon !== null && bytesOf !== undefined) containerBytes.set(daemon.key, bytesOf);
    const written = bytesOf?.get(leak.containerId ?? '');
    const byHolder = new Map<string, string[]>();
    for (const place of leak.places.toSorted(byNamespace)) {
      const [first] = place.holders;
      const holder = first === undefined ? null : holderOf(inventory, first);
      const subject = subjectOf(holder, place.namespace);
      const one = found.get(subject) ?? { subject, holder, namespaces: new Map(), mounts: [] };
      found.set(subject, one);
      one.namespaces.set(place.namespace, place.holderCount);
      byHolder.set(subject, [...(byHolder.get(subject) ?? []), place.mountPoint]);
    }
    const { mountId, kind, upperDir, containerId } = leak;
    for (const [subject, mountPoints] of byHolder) {
      const held: HeldMount = {
        ...{ mountId, kind, upperDir, containerId, container: containerPlace(inventory, containerId) },
        ...{ client: daemon === null ? null : clientOf(inventory, daemon) },
        ...{ mountPoints: mountPoints.slice(0, MAX_MOUNT_POINTS), isReachedByUnmount: leak.reachedByUnmount },
        isHeldByOthers: byHolder.size > 1,
        // Blocks of a thin device are shared with the image, and do not all come back.
        bytes: written === undefined || written.kind === 'mapped' ? null : written.bytes,
      };
      found.get(subject)?.mounts.push({ held, storeKey: storeKeyOf(snapshot, daemon) });
    }
  }
  return [...found.values()].toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
}

function daemonOf({ containerId, upperDir }: MountLeak, { docker }: Inventory): DockerDaemon | null {
  const daemons = docker?.daemons ?? [];
  const isBelow = ({ nestedInContainerId, dataRoot }: DockerDaemon): boolean =>
    nestedInContainerId === null && upperDir?.startsWith(`${dataRoot}/`) === true;
  const lists = daemons.find(({ containers }) => containers?.some(({ id }) => id === containerId));
  return lists ?? daemons.find(isBelow) ?? null;
}

/** A process of nothing that could be named is told by its name and its namespace, which lives as long as it does. */
function subjectOf(holder: Holder | null, namespace: string): string {
  if (holder === null) return `namespace ${namespace}`;
  if (kindOf(holder) !== 'process') return shortKey(holderKey(holder));
  return shortKey(`${holder.processName} in namespace ${namespace}`);
}

const placeText = ({ namespace, mountPoint }: LayerPlace): string => `${namespace} ${mountPoint}`;
const byNamespace = (a: LayerPlace, b: LayerPlace): number => (placeText(a) < placeText(b) ? -1 : 1);

export function evidenceOf(
  { holder, namespaces, mounts }: Held,
  storeKey: string | null,
  snapshot: Snapshot,
): HeldMounts {
  const all = mounts.map(({ held }) => held);
  const count = (isOne: (one: HeldMount) => boolean): number => all.filter(isOne).length;
  const containers = (isOne: (one: HeldMount) => boolean): number =>
    new Set(all.filter(isOne).map(({ containerId, mountId }) => containerId ?? mountId)).size;
  const { shown, leftOutCount } = firstWithin(all.toSorted(mostFirst), {
    most: MAX_MOUNTS,
    maxBytes: MAX_MOUNTS_BYTES,
  });
  return {
    ...{ holder, namespaces: [...namespaces.keys()].slice(0, MAX_NAMESPACES) },
    processCount: [...namespaces.values()].reduce((sum, one) => sum + one, 0),
    counts: {
      ...{ mounts: all.length, containers: containers(() => true), gone: containers((one) => one.container === null) },
      ...{ beingRemoved: containers(isBeingRemoved), unreached: count((one) => !one.isReachedByUnmount) },
      ...{ heldByOthers: count((one) => one.isHeldByOthers), unknownSizes: containers(({ bytes }) => bytes === null) },
    },
    bytes: byContainer(all).reduce((sum, one) => sum + (one.bytes ?? 0), 0),
    ...{ mounts: shown, leftOutCount, usedSeries: heldSeriesOf(snapshot, storeKey), leftOutSubjects: 0 },
  };
}

/** Of unknown size last; by name where it is the same. */
const mostFirst = (a: HeldMount, b: HeldMount): number =>
  (b.bytes ?? -1) - (a.bytes ?? -1) || (nameOf(a) < nameOf(b) ? -1 : 1);
const nameOf = ({ upperDir, mountId }: HeldMount): string => upperDir ?? mountId;
