import { between, chance, logBetween, pick, type Random, wholeBetween } from '../draw.ts';
import type { Trace } from '../family.ts';
import { type Curve, DAY, HOUR, highest } from './grid.ts';

const MINUTE_SECONDS = 60;
const BLOCK_BYTES = 4_096;
const BEAT_MINUTES = [1, 2, 5, 5, 10, 15] as const;
/** No read is later than this after its beat. */
const LATEST_SECONDS = 25;
/** Shares: of reads that fail, of traces with holes, and of calm traces with a clock step. */
const LOST_READS = 0.003;
const HOLES = 0.4;
const CLOCK_STEPS = 0.2;
/** It is read for so long once it is full: longer than any hole. */
const FULL_MINUTES = [10 * HOUR, 11.5 * HOUR] as const;
/** Shares of the capacity between which a calm trace stays whatever was drawn. */
const LEAST_USE = 0.005;
const MOST_CALM_USE = 0.992;

/** A resource as a family draws it. */
export interface Drawing {
  resource: string;
  /** The last one, about. */
  capacityBytes: number;
  /** As a share of the last capacity. */
  use: Curve;
  /** The minute of a change, and the capacity before it as a share of the last one. */
  resize: { at: number; before: number } | null;
}

/** Whether nothing is read at a minute: restarts and lost agents, for minutes to hours. */
function holesOf(random: Random, minutes: number): (minute: number) => boolean {
  const holes = Array.from({ length: chance(random, HOLES) ? wholeBetween(random, 1, 4) : 0 }, () => {
    const from = between(random, 0, minutes);
    return { from, upTo: from + logBetween(random, 8, 9 * HOUR) };
  });
  return (minute) => holes.some(({ from, upTo }) => minute >= from && minute < upTo);
}

/** Seconds by which the host's clock is wrong at a minute: for a while, until it is set. */
function clockOf(random: Random, minutes: number): Curve {
  const from = between(random, DAY, minutes);
  const upTo = from + logBetween(random, 15, 2 * DAY);
  const wrong = Math.round(logBetween(random, 90, 3 * HOUR * MINUTE_SECONDS)) * pick(random, [-1, 1]);
  return (minute) => (minute >= from && minute < upTo ? wrong : 0);
}

const inBlocks = (bytes: number): number => Math.floor(bytes / BLOCK_BYTES) * BLOCK_BYTES;

/** What an agent reads up to a minute: on its beat, a little late, with holes. `use` is a share, 1 = full. */
function read(random: Random, family: string, upTo: number, drawing: Drawing, clock: Curve): Trace {
  const { resource, capacityBytes, use, resize } = drawing;
  const [capacity, beat, isHole] = [inBlocks(capacityBytes), pick(random, BEAT_MINUTES), holesOf(random, upTo)];
  const samples: Trace['samples'] = [];
  for (let minute = wholeBetween(random, 0, beat - 1); minute <= upTo; minute += beat) {
    const at = minute * MINUTE_SECONDS + wholeBetween(random, 0, LATEST_SECONDS) + clock(minute);
    if (!isHole(minute) && !chance(random, LOST_READS))
      samples.push([at, inBlocks(capacity * Math.max(LEAST_USE, use(minute)))]);
  }
  const before: Trace['capacityBytes'] = resize ? [[0, inBlocks(capacity * resize.before)]] : [];
  const last: [number, number] = [resize ? resize.at * MINUTE_SECONDS : 0, capacity];
  const id = `${family}-${Math.floor(random() * 2 ** 32).toString(16)}`;
  return { id, family, resource, capacityBytes: [...before, last], samples, exhaustedAt: null };
}

/** A trace that never fills. */
export function calmTrace(random: Random, family: string, minutes: number, drawing: Drawing): Trace {
  const clock = chance(random, CLOCK_STEPS) ? clockOf(random, minutes) : () => 0;
  const use: Curve = (minute) => Math.min(MOST_CALM_USE, drawing.use(minute));
  return read(random, family, minutes, { ...drawing, use }, clock);
}

/** A trace that is full by minute `latest`: its capacity is the most that was used by then. It stays full. */
export function filledTrace(random: Random, family: string, minutes: number, latest: number, drawing: Drawing): Trace {
  let full = drawing.resize?.at ?? 0;
  const top = highest(drawing.use, full, latest);
  while (drawing.use(full) < top) full += 1;
  const use: Curve = (minute) => (minute >= full ? 1 : drawing.use(minute) / top);
  const upTo = Math.min(minutes, full + wholeBetween(random, ...FULL_MINUTES));
  const trace = read(random, family, upTo, { ...drawing, use }, () => 0);
  const exhausted = trace.samples.find(([at]) => at >= full * MINUTE_SECONDS);
  return { ...trace, exhaustedAt: exhausted?.[0] ?? null };
}
