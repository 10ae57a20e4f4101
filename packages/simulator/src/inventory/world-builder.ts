import type { Daemon } from '@silt/domain';
import { STEP_MILLISECONDS } from '../calendar.ts';
import { MIB } from '../stores/store-model.ts';
import { type Image, Images, SLOT_LANES } from './images.ts';
import type { Moment } from './moment.ts';
import type { Run } from './runs.ts';
import { WORKLOAD_PLANS, type Workload } from './workloads.ts';

/** Slots of one daemon; the next one of the host has the next ones. */
const DAEMON_SLOTS = 32;
const CONTAINER_LANE = 3;

export interface Volume {
  name: string;
  isAnonymous: boolean;
  /** Name within its project; null = of none. */
  projectName: string | null;
  createdAt: number;
  sizeBytes: number;
  /** Entries of a nested daemon's storage in it; null = it holds other things. */
  nested: { names: string[]; sizeBytes: number; at: number; isHalfRemoved: boolean } | null;
}

export interface Container {
  label: string;
  id: string;
  mountId: string;
  name: string;
  image: Image;
  lane: number;
  state: 'running' | 'exited' | 'dead';
  createdAt: number;
  startedAt: number;
  /** null = it runs. */
  endedAt: number | null;
  /** Of Compose; null = started by hand or by a job. */
  service: string | null;
  isPrivileged: boolean;
  volumes: { volume: Volume; path: string }[];
  binds: readonly string[];
  writableBytes: number;
}

/** What is left of a container that its daemon no longer knows, or of an image that it never did. */
export interface Remnant {
  label: string;
  /** `orphan`: an entry that no record names. `zombie`: a record without its container. */
  kind: 'orphan' | 'zombie';
  containerId: string;
  name: string;
  parent: Image;
  at: number;
  lane: number;
  sizeBytes: number;
}

/** A removed or dead container's layer that another mount namespace holds. */
export interface HeldLayer {
  label: string;
  mountId: string;
  at: number;
}

export interface CacheRecord {
  id: string;
  /** Its own among those of the daemon. */
  name: string;
  at: number;
  place: number;
  isShared: boolean;
  sizeBytes: number;
}

/** What one daemon has at a moment: its answers, its records on disk and its mounts are told from this. */
export interface World {
  daemon: Daemon;
  workload: Workload;
  images: Images;
  containers: Container[];
  volumes: Volume[];
  remnants: Remnant[];
  held: HeldLayer[];
  cacheRecords: CacheRecord[];
}

/** A world and what it is filled with. */
export class WorldBuilder {
  readonly moment: Moment;
  readonly world: World;
  readonly #firstSlot: number;

  constructor(moment: Moment, daemon: Daemon, place: number) {
    const { workload } = moment.story;
    this.moment = moment;
    this.#firstSlot = place * DAEMON_SLOTS;
    this.world = {
      ...{ daemon, workload: WORKLOAD_PLANS[workload === 'cluster' ? 'pod-builder' : workload] },
      images: new Images(moment, daemon.dataRoot),
      ...{ containers: [], volumes: [], remnants: [], held: [], cacheRecords: [] },
    };
  }

  lane(slot: number): number {
    return (this.#firstSlot + slot) * SLOT_LANES + CONTAINER_LANE;
  }

  /** Labels of two daemons of one host are not the same. */
  label(text: string): string {
    return `${this.world.daemon.key} ${text}`;
  }

  image(from: { image: string; base: string }, slot: number, version: { number: number; at: number }, old = false) {
    const { scale } = this.world.workload;
    const options = { repository: from.image, base: from.base, slot: this.#firstSlot + slot, version, scale };
    return this.world.images.image(options, old);
  }

  mib(label: string, low: number, high: number): number {
    return this.moment.whole(`bytes ${label}`, low, high) * MIB;
  }
}

/** One that a deployment or a run makes. */
export function anonymousVolume(
  { moment, world }: Pick<WorldBuilder, 'moment' | 'world'>,
  label: string,
  createdAt: number,
  nested: Volume['nested'] = null,
): Volume {
  // Its own files: a nested daemon has most of its bytes in layers.
  const mib = nested === null ? moment.whole(`volume ${label}`, 4, 60) * world.workload.scale : 1;
  const volume: Volume = {
    ...{ name: moment.hex(`volume ${label}`), isAnonymous: true, projectName: null, createdAt, nested },
    sizeBytes: mib * MIB,
  };
  world.volumes.push(volume);
  return volume;
}

export function remnantOf(
  builder: WorldBuilder,
  run: Run,
  { kind, parent, lane }: Pick<Remnant, 'kind' | 'parent' | 'lane'>,
): Remnant {
  const { label } = run;
  const ids = { containerId: builder.moment.hex(`container ${label}`), name: builder.moment.hex(`mount ${label}`) };
  return { label, kind, ...ids, parent, at: run.beginsAt, lane, sizeBytes: builder.mib(label, 20, 300) };
}

/** From a step of the story on, or since the store was last cleaned up. */
export function remnantSpan({ moment, world }: WorldBuilder, sinceStep: number) {
  const cleaned = moment.cleanedUpAt(world.daemon.storeKey);
  return { from: Math.max(sinceStep * STEP_MILLISECONDS, cleaned), to: moment.at };
}
