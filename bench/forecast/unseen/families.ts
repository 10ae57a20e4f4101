import { between, chance, pick, type Random } from '../draw.ts';
import { DAY_SECONDS, type Family, HOUR_SECONDS, type Trace } from '../family.ts';
import type { Path } from './paths.ts';
import { byHostClock, type ClockFault, drawClockFault } from './read-times.ts';

/** A resource as it would be with no bound, by a clock that is right. */
export interface Draft {
  resource: string;
  /** `[since when, bytes]`, oldest first. */
  capacityBytes: [at: number, bytes: number][];
  /** Used comes in multiples of it. */
  unitBytes: number;
  /** Seconds, rising. */
  times: number[];
  /** Shares of the first capacity; above 1 where it would have gone on. */
  used: Path;
  /** null = as most hosts: none or one. */
  clockFaults: ClockFault[] | null;
}

/** null = what was drawn does not go together, and is drawn again. */
type DrawDraft = (random: Random, days: number) => Draft | null;

const CLOCK_FAULT_SHARE = 0.06;
const COMMON_FAULT_MINUTES = 60;
/** Nothing exhausts before, and what is wrong with a clock is over by then. */
const EARLIEST_FULL_DAYS = 8;
const LEAST_SAMPLES = 100;
/** Calm ones stay below this share of what they have. */
const CALM_BELOW = 0.99;
const LONGEST_TAIL_HOURS = 10;

export const calmFamily = (name: string, draw: DrawDraft): Family => ({
  name,
  exhausts: false,
  isRunaway: false,
  make: (random, days) => drawUntil(() => calmTrace(random, days, name, draw(random, days))),
});

/** A draft that is never full, or too early, is drawn again. */
export const fillingFamily = (name: string, draw: DrawDraft): Family => ({
  name,
  exhausts: true,
  isRunaway: name.includes('runaway'),
  make: (random, days) => drawUntil(() => filledTrace(random, name, draw(random, days))),
});

const MAX_DRAWS = 1_000;

/** The first draw that is possible. */
function drawUntil(draw: () => Trace | null): Trace {
  for (let count = 0; count < MAX_DRAWS; count += 1) {
    const trace = draw();
    if (trace !== null) return trace;
  }
  throw new RangeError('no draw was possible: the ranges do not fit the days');
}

function calmTrace(random: Random, days: number, name: string, draft: Draft | null): Trace | null {
  if (draft === null) return null;
  const samples = samplesOf(random, draft, days);
  const isCalm = draft.used.every((share, place) => {
    const most = (CALM_BELOW * capacityAt(draft, draft.times[place] ?? 0)) / capacityAt(draft, 0);
    return share >= 0 && share < most;
  });
  return isCalm ? { ...headOf(random, name, draft), samples, exhaustedAt: null } : null;
}

function filledTrace(random: Random, name: string, draft: Draft | null): Trace | null {
  if (draft === null) return null;
  const samples = samplesOf(random, draft, EARLIEST_FULL_DAYS);
  const full = samples.findIndex(([, used], place) => used >= capacityAt(draft, draft.times[place] ?? 0));
  const exhaustedAt = samples[full]?.[0] ?? 0;
  const isPossible = draft.used.every((share) => share >= 0) && exhaustedAt > EARLIEST_FULL_DAYS * DAY_SECONDS;
  if (!isPossible || full < LEAST_SAMPLES) return null;
  const until = exhaustedAt + between(random, 1, LONGEST_TAIL_HOURS) * HOUR_SECONDS;
  return { ...headOf(random, name, draft), samples: samples.filter(([at]) => at <= until), exhaustedAt };
}

const ID_DIGITS = 10;

function headOf(random: Random, family: string, { resource, capacityBytes }: Draft) {
  const digits = Array.from({ length: ID_DIGITS }, () => Math.floor(random() * 36).toString(36));
  return { id: `${family}-${digits.join('')}`, family, resource, capacityBytes };
}

function samplesOf(random: Random, draft: Draft, faultsUntilDays: number): Trace['samples'] {
  const commonFaults = chance(random, CLOCK_FAULT_SHARE)
    ? [drawClockFault(random, faultsUntilDays, COMMON_FAULT_MINUTES)]
    : [];
  const hostTimes = byHostClock(draft.times, draft.clockFaults ?? commonFaults);
  const shareBytes = capacityAt(draft, 0);
  return draft.used.map((share, place) => {
    const used = Math.round((share * shareBytes) / draft.unitBytes) * draft.unitBytes;
    return [hostTimes[place] ?? 0, Math.min(used, capacityAt(draft, draft.times[place] ?? 0))];
  });
}

const capacityAt = ({ capacityBytes }: Draft, at: number): number =>
  capacityBytes.findLast(([since]) => since <= at)?.[1] ?? 0;

/** `path` lifted so that it is first full at its highest reading up to `fullAt`; full is `capacityShare`. */
export function fullBy(path: Path, times: readonly number[], fullAt: number, capacityShare = 1): Path {
  const highest = path.reduce(
    (high, share, place) => ((times[place] ?? 0) <= fullAt ? Math.max(high, share) : high),
    Number.NEGATIVE_INFINITY,
  );
  return path.map((share) => share + capacityShare - highest);
}

/** Of the days of a trace, the last moment that may be full. */
const LATEST_FULL_SHARE = 0.98;

export const drawFullAt = (random: Random, days: number, earliestDays: number): number =>
  between(random, earliestDays, LATEST_FULL_SHARE * days) * DAY_SECONDS;

const GIB = 2 ** 30;
export const PAGE_BYTES = 4_096;
const DISKS_GIB = [20, 40, 50, 80, 100, 160, 200, 250, 400, 500, 1_000, 2_000] as const;

/** A disk of a common size, less what its file system takes. */
const drawFileSystemBytes = (random: Random): number =>
  Math.round((pick(random, DISKS_GIB) * GIB * between(random, 0.93, 0.995)) / PAGE_BYTES) * PAGE_BYTES;

export const fileSystem = (random: Random, times: number[], used: Path): Draft => ({
  resource: 'filesystem',
  capacityBytes: [[0, drawFileSystemBytes(random)]],
  unitBytes: PAGE_BYTES,
  times,
  used,
  clockFaults: null,
});
