import type { Axis, BlockReadings } from './block-codec.ts';
import { HOURS_A_DAY, type Summary } from './hours-codec.ts';

const MINUTE_MILLISECONDS = 60_000;
const HOUR_MILLISECONDS = 3_600_000;
/** A block holds a third of a UTC day at a sample a minute: 480 samples at the most. */
export const BLOCK_MILLISECONDS = 8 * HOUR_MILLISECONDS;

export interface RawSample {
  /** Milliseconds since the epoch. */
  at: number;
  layoutNo: number;
  /** In the order of the layout; NaN = not read. */
  readings: Float64Array;
}

/** Blocks by the start of their third of a day, milliseconds since the epoch. */
export interface Block {
  start: number;
  axis: Axis;
  /** By resource number; one of which nothing was read has none. */
  resources: Map<number, BlockReadings>;
}

/** A UTC day of a host, by resource number where hours are. */
export interface RolledDay {
  blocks: Block[];
  hours: Map<number, (Summary | null)[]>;
}

/**
 * What is kept of a UTC day once `samples`, in order of time and all of that day, have come to what was kept of it
 * before: of each minute the last sample, with what it stands for, and hours of all samples.
 *
 * @param resourceNosOf resource number at each place of a layout.
 * @returns only the blocks that changed; all hours of the resources that changed.
 */
export function rollUp(
  samples: readonly RawSample[],
  resourceNosOf: ReadonlyMap<number, readonly number[]>,
  before: RolledDay,
): RolledDay {
  const blocks: Block[] = [];
  const bySlot = Map.groupBy(samples, ({ at }) => Math.floor(at / BLOCK_MILLISECONDS) * BLOCK_MILLISECONDS);
  for (const [start, inSlot] of bySlot) {
    const kept = before.blocks.find((block) => block.start === start) ?? null;
    blocks.push(rollBlock(start, inSlot, resourceNosOf, kept));
  }
  return { blocks, hours: rollHours(samples, resourceNosOf, { blocks, hours: before.hours }) };
}

/** A sample, or a minute that was kept before; both in order of time. */
interface Entry {
  at: number;
  layoutNo: number;
  sample: RawSample | null;
  /** Place in the block that was there. */
  kept: number;
}

function rollBlock(
  start: number,
  samples: readonly RawSample[],
  resourceNosOf: ReadonlyMap<number, readonly number[]>,
  before: Block | null,
): Block {
  const entries = mergeEntries(samples, before);
  const axis = axisOf(entries);
  const places = placesOf(entries);
  const resourceNos = new Set(before?.resources.keys());
  for (const { layoutNo } of samples) for (const no of resourceNosOf.get(layoutNo) ?? []) resourceNos.add(no);
  const resources = new Map<number, BlockReadings>();
  for (const resourceNo of resourceNos) {
    const kept = before?.resources.get(resourceNo) ?? null;
    const placeIn = placeInLayouts(resourceNo, resourceNosOf);
    const readings = rollReadings({ entries, places, length: axis.times.length }, placeIn, kept);
    if (!readings.last.every(Number.isNaN)) resources.set(resourceNo, readings);
  }
  return { start, axis, resources };
}

function mergeEntries(samples: readonly RawSample[], before: Block | null): Entry[] {
  const entries: Entry[] = [];
  before?.axis.times.forEach((at, kept) => {
    entries.push({ at, layoutNo: before.axis.layoutNos[kept] as number, sample: null, kept });
  });
  for (const sample of samples) entries.push({ at: sample.at, layoutNo: sample.layoutNo, sample, kept: -1 });
  // Stable: at the same moment what was kept comes first, as it came first.
  return before === null ? entries : entries.sort((one, other) => one.at - other.at);
}

const minuteOf = (at: number): number => Math.floor(at / MINUTE_MILLISECONDS);

/** The last entry of each minute. */
function axisOf(entries: readonly Entry[]): Axis {
  const kept = entries.filter((entry, index) => {
    const next = entries[index + 1];
    return next === undefined || minuteOf(next.at) !== minuteOf(entry.at);
  });
  return {
    times: Float64Array.from(kept, ({ at }) => at),
    layoutNos: Float64Array.from(kept, ({ layoutNo }) => layoutNo),
  };
}

/** Place on the axis of each entry. */
function placesOf(entries: readonly Entry[]): Int32Array {
  let place = 0;
  return Int32Array.from(entries, ({ at }, index) => {
    const previous = entries[index - 1];
    if (previous !== undefined && minuteOf(previous.at) !== minuteOf(at)) place += 1;
    return place;
  });
}

function placeInLayouts(
  resourceNo: number,
  resourceNosOf: ReadonlyMap<number, readonly number[]>,
): (layoutNo: number) => number {
  const places = new Map([...resourceNosOf].map(([layoutNo, nos]) => [layoutNo, nos.indexOf(resourceNo)]));
  return (layoutNo) => places.get(layoutNo) ?? -1;
}

function rollReadings(
  { entries, places, length }: { entries: readonly Entry[]; places: Int32Array; length: number },
  placeIn: (layoutNo: number) => number,
  kept: BlockReadings | null,
): BlockReadings {
  const [readings, min, max, last] = [1, 2, 3, 4].map(() => new Float64Array(length).fill(Number.NaN)) as Four;
  entries.forEach((entry, index) => {
    const place = places[index] as number;
    const value = entry.sample === null ? keptAt(kept?.readings, entry.kept) : readingOf(entry.sample, placeIn);
    const lowest = entry.sample === null ? keptAt(kept?.min, entry.kept) : value;
    const highest = entry.sample === null ? keptAt(kept?.max, entry.kept) : value;
    const latest = entry.sample === null ? keptAt(kept?.last, entry.kept) : value;
    readings[place] = value;
    if (Number.isNaN(latest)) return;
    last[place] = latest;
    if (!(lowest >= (min[place] as number))) min[place] = lowest;
    if (!(highest <= (max[place] as number))) max[place] = highest;
  });
  return { readings, min, max, last };
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array];

const keptAt = (values: Float64Array | undefined, place: number): number => values?.[place] ?? Number.NaN;

const readingOf = ({ layoutNo, readings }: RawSample, placeIn: (layoutNo: number) => number): number =>
  readings[placeIn(layoutNo)] ?? Number.NaN;

function rollHours(
  samples: readonly RawSample[],
  resourceNosOf: ReadonlyMap<number, readonly number[]>,
  { blocks, hours: before }: RolledDay,
): Map<number, (Summary | null)[]> {
  const rolled = new Map<number, (Summary | null)[]>();
  const resourceNos = new Set(blocks.flatMap(({ resources }) => [...resources.keys()]));
  for (const resourceNo of resourceNos) {
    const hours = summarise(samples, placeInLayouts(resourceNo, resourceNosOf)).map((added, hour) =>
      combine(before.get(resourceNo)?.[hour] ?? null, added),
    );
    // The last is that of the minutes, which know in what order a late sample and those before it were read.
    for (const { axis, resources } of blocks) setLasts(hours, axis, resources.get(resourceNo));
    rolled.set(resourceNo, hours);
  }
  return rolled;
}

function summarise(samples: readonly RawSample[], placeIn: (layoutNo: number) => number): (Summary | null)[] {
  const hours = new Array<Summary | null>(HOURS_A_DAY).fill(null);
  /** Sums are taken above the first number of each hour, so that large numbers stay exact. */
  const bases = new Float64Array(HOURS_A_DAY);
  const sums = new Float64Array(HOURS_A_DAY);
  for (const sample of samples) {
    const value = readingOf(sample, placeIn);
    if (Number.isNaN(value)) continue;
    const hour = hourOf(sample.at);
    const found = hours[hour];
    if (!found) {
      hours[hour] = { min: value, max: value, last: value, mean: value, samples: 1 };
      bases[hour] = value;
      continue;
    }
    if (value < found.min) found.min = value;
    if (value > found.max) found.max = value;
    found.last = value;
    found.samples += 1;
    sums[hour] = (sums[hour] as number) + value - (bases[hour] as number);
  }
  hours.forEach((found, hour) => {
    if (found) found.mean = (bases[hour] as number) + (sums[hour] as number) / found.samples;
  });
  return hours;
}

const hourOf = (at: number): number => Math.floor(at / HOUR_MILLISECONDS) % HOURS_A_DAY;

function setLasts(hours: readonly (Summary | null)[], axis: Axis, readings: BlockReadings | undefined): void {
  readings?.last.forEach((value, place) => {
    const hour = hours[hourOf(axis.times[place] as number)];
    if (hour && !Number.isNaN(value)) hour.last = value;
  });
}

/** Of two whiles, `last` being that of the other. */
function combine(one: Summary | null, other: Summary | null): Summary | null {
  if (one === null || other === null) return one ?? other;
  const samples = one.samples + other.samples;
  return {
    min: Math.min(one.min, other.min),
    max: Math.max(one.max, other.max),
    last: other.last,
    mean: one.mean + (other.mean - one.mean) * (other.samples / samples),
    samples,
  };
}

/** Of hours in order of time; null = nothing was read. */
export const summaryOf = (hours: readonly (Summary | null)[]): Summary | null => hours.reduce(combine, null);
