import {
  type HostClock,
  type HostFacts,
  type Inventory,
  type ItemRun,
  itemRunOf,
  type Layout,
  type PROBE_NAMES,
  type ProbeReport,
  type Reading,
  type Snapshot,
} from '@silt/domain';
import { Boots } from './boots.ts';
import { STEP_MILLISECONDS, stepOf } from './calendar.ts';
import { Course } from './course.ts';
import type { HostPlan } from './host-plan.ts';
import { explainedStores } from './inventory/explained.ts';
import { inventoryOf } from './inventory/inventory-of.ts';
import { Moment } from './inventory/moment.ts';
import { noise } from './random.ts';
import { StoreSums, SUM_SERIES } from './store-sums.ts';

/** One beat of a history. */
export interface SimulatedBeat {
  /** Milliseconds since the epoch. */
  takenAt: number;
  /** Which of the host's `layouts`. */
  layout: number;
  /** As long as the layout's entries; NaN = not read. Overwritten by the next beat. */
  readings: Float64Array;
}

export interface HistoryRange {
  /** Milliseconds since the epoch; `to` is not part of it. */
  from: number;
  to: number;
  stepSeconds: number;
}

/** What the beats of one moment tell. */
export interface SimulatedLook {
  snapshot: Snapshot;
  inventory: Inventory;
}

/** The same, and what the slow one tells as items. */
export interface SimulatedRun extends SimulatedLook {
  /** Milliseconds since the epoch. */
  at: number;
  run: ItemRun;
}

const HOUR_MILLISECONDS = 3_600_000;
/** Hours from one inventory of a history to the next, by hours before its end. */
const SPACINGS = [
  { withinHours: 3, hours: 1 },
  { withinHours: 7 * 24, hours: 6 },
  { withinHours: 30 * 24, hours: 24 },
  { withinHours: Number.POSITIVE_INFINITY, hours: 3 * 24 },
] as const;

/** Of the slow beat: an inventory tells of them. */
const SLOW_PROBES: readonly string[] = ['devices', 'subvolumes', 'thin-devices', 'docker', 'layers', 'mounts'];

/** The collector's probes in its order, and the milliseconds that each takes about. */
const PROBE_COSTS: Record<(typeof PROBE_NAMES)[number], number> = {
  ...{ host: 0.8, filesystems: 1.4, btrfs: 0.6, loop: 0.3, 'thin-pools': 6 },
  ...{ devices: 2.1, subvolumes: 9, 'thin-devices': 12, docker: 48, layers: 6, mounts: 31 },
};

/**
 * A host that behaves: its readings are a function of the moment, whether asked for as history or live. Moments that
 * only rise are cheap; one before the last asked starts from the origin again.
 */
export class SimulatedHost {
  readonly facts: HostFacts;
  readonly tags: readonly string[];
  /** All it has had, in order of time. */
  readonly layouts: readonly Layout[];
  /** Of its first snapshot, milliseconds since the epoch. */
  readonly enrolledAt: number;
  /** From then on nothing is sent for ever, milliseconds since the epoch; null = it goes on. */
  readonly silentSince: number | null;
  readonly #plan: HostPlan;
  readonly #boots: Boots;
  readonly #course: Course;
  readonly #cleanedUpStep = (storeKey: string): number => this.#course.cleanedUpStep(storeKey);
  readonly #sums: StoreSums;
  /** Step of the sums that stand in the readings. */
  #sumsStep = Number.NaN;

  constructor(plan: HostPlan) {
    this.#plan = plan;
    this.facts = plan.facts;
    this.tags = plan.tags;
    this.enrolledAt = plan.enrolledAt;
    this.silentSince = plan.silentSince;
    this.#boots = new Boots(plan.facts.name, plan.key);
    const { layout, places } = layoutOf(plan);
    this.#sums = new StoreSums(plan, layout);
    const layouts = [layout];
    for (const { change } of plan.changes) layouts.push(change(layouts.at(-1) ?? layout));
    this.layouts = layouts;
    this.#course = new Course(plan.models, plan.firstStep, places, layout.entries.length);
  }

  /** Whether it takes and sends a snapshot at this moment. */
  isSending(at: number): boolean {
    if (at < this.enrolledAt || (this.silentSince !== null && at >= this.silentSince)) return false;
    return !this.#boots.isDown(at) && !this.#plan.outages.some(({ from, to }) => at >= from && at < to);
  }

  /** The host's clock runs right. `at`: milliseconds since the epoch. */
  clock(at: number): HostClock {
    return {
      now: new Date(at).toISOString(),
      bootId: this.#boots.bootId(at),
      uptimeMilliseconds: at - this.#boots.bootedAt(at),
    };
  }

  /** Beats at a steady distance, each host at a moment of its own in it; none where it does not send. */
  *history({ from, to, stepSeconds }: HistoryRange): Generator<SimulatedBeat> {
    const distance = stepSeconds * 1_000;
    const phase = Math.floor(noise(this.#plan.key, -1) * distance);
    const beat: SimulatedBeat = { takenAt: 0, layout: 0, readings: this.#course.readings };
    const first = Math.ceil((from - phase) / distance) * distance + phase;
    for (let takenAt = first; takenAt < to; takenAt += distance) {
      if (!this.isSending(takenAt)) continue;
      beat.takenAt = takenAt;
      beat.layout = this.#layoutAt(takenAt);
      this.#readAt(takenAt);
      yield beat;
    }
  }

  /** What its collector would push now; null where it does not send. */
  snapshot(now: Date): Snapshot | null {
    const at = now.getTime();
    if (!this.isSending(at)) return null;
    const { bootId, uptimeMilliseconds } = this.clock(at);
    const layout = this.layouts[this.#layoutAt(at)] as Layout;
    const readings = Array.from(this.#readAt(at), (value): Reading => (Number.isNaN(value) ? null : value));
    return { takenAt: now.toISOString(), bootId, uptimeMilliseconds, layout, readings, probes: this.#reports(at) };
  }

  /** What its collector's slow beat would tell now; null where it does not send. */
  inventory(now: Date): Inventory | null {
    return this.#look(now)?.inventory ?? null;
  }

  #look(now: Date): SimulatedLook | null {
    const snapshot = this.snapshot(now);
    if (snapshot === null) return null;
    const probes = snapshot.probes.filter(({ probe }) => SLOW_PROBES.includes(probe));
    return { snapshot, inventory: inventoryOf(this.#momentAt(now.getTime()), probes) };
  }

  /** The sums are those of the step that the moment lies in, as a collector holds them from one slow beat to the next. */
  #readAt(at: number): Float64Array {
    const step = stepOf(at);
    if (step !== this.#sumsStep) {
      this.#sumsStep = step;
      const slowBeat = step * STEP_MILLISECONDS;
      this.#sums.write(this.#course.at(slowBeat), {
        ...{ at: slowBeat, cleanedUpStep: this.#cleanedUpStep, momentAt: (moment) => this.#momentAt(moment) },
      });
    }
    return this.#course.at(at);
  }

  /** Of the readings as they stand. */
  #momentAt(at: number): Moment {
    const { facts, key, story, originStep } = this.#plan;
    const layout = this.layouts[this.#layoutAt(at)] as Layout;
    const { readings } = this.#course;
    const bootedAt = this.#boots.bootedAt(at);
    const cleanedUpStep = this.#cleanedUpStep;
    return new Moment({ facts, key, story, at, bootedAt, originStep, layout, readings, cleanedUpStep });
  }

  /** The same as items, joined with the snapshot of the moment; null where it does not send. */
  itemRun(now: Date): ItemRun | null {
    return this.#run(now.getTime())?.run ?? null;
  }

  /**
   * Inventories of a history, the denser the nearer its end, and the last one at it or just before the host fell silent for ever;
   * none where it does not send.
   */
  *inventoriesBetween({ from, to }: Pick<HistoryRange, 'from' | 'to'>): Generator<SimulatedRun> {
    const end = Math.min(to, (this.silentSince ?? Number.POSITIVE_INFINITY) - 1);
    if (end < from) return;
    const [{ hours: least }] = SPACINGS;
    const grid = least * HOUR_MILLISECONDS;
    for (let at = Math.ceil(from / grid) * grid; at < end; at += grid) {
      const before = (to - at) / HOUR_MILLISECONDS;
      const { hours = least } = SPACINGS.find(({ withinHours }) => before <= withinHours) ?? {};
      const run = at % (hours * HOUR_MILLISECONDS) === 0 ? this.#run(at) : null;
      if (run !== null) yield run;
    }
    const run = this.#run(end);
    if (run !== null) yield run;
  }

  #run(at: number): SimulatedRun | null {
    const look = this.#look(new Date(at));
    return look === null ? null : { at, run: itemRunOf(look.inventory, look.snapshot), ...look };
  }

  #layoutAt(at: number): number {
    const later = this.#plan.changes.findIndex((change) => at < change.at);
    return later === -1 ? this.#plan.changes.length : later;
  }

  #reports(at: number): ProbeReport[] {
    return Object.entries(PROBE_COSTS).map(([probe, milliseconds], place) => {
      const { status, reason } = this.#plan.probes[probe] ?? { status: 'ok', reason: null };
      const cost = milliseconds * (0.8 + 0.6 * noise(this.#plan.key + place, Math.floor(at / 1_000)));
      return { probe, status, reason, durationMilliseconds: Math.round(cost * 10) / 10 };
    });
  }
}

/** Stores in the order of their keys, as the collector has them, and where the readings of each begin. */
function layoutOf({ models, daemons }: HostPlan): { layout: Layout; places: Map<string, number> } {
  const sorted = models().sort((one, other) => (one.store.key < other.store.key ? -1 : 1));
  const places = new Map<string, number>();
  const stores = sorted.map(({ store }) => store);
  const layout: Layout = { stores, daemons, entries: [] };
  const explained = new Set(explainedStores(stores, daemons));
  for (const { store, series } of sorted) {
    places.set(store.key, layout.entries.length);
    const all = explained.has(store) ? [...series, ...SUM_SERIES] : series;
    for (const name of all) layout.entries.push({ storeKey: store.key, series: name });
  }
  return { layout, places };
}
