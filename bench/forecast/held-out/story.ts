import { DAY_SECONDS, type Family, HOUR_SECONDS, type Trace } from '../family.ts';
import { between, type Random } from './draw.ts';
import { GRID_SECONDS, indexAt, type Levels } from './levels.ts';
import { type Hole, sampleTimes } from './sampling.ts';
import type { Volume } from './volume.ts';

/** After it was full a trace goes on for some hours, and a collector is seen through its last day. */
const AFTERMATH_HOURS = [2, 10] as const;
const SEEN_BEFORE_FULL_SECONDS = DAY_SECONDS;
const ID_VALUES = 2 ** 48;

/** From `from` until before `until`, in true seconds, the host's clock is `bySeconds` ahead. */
export interface ClockStep {
  from: number;
  until: number;
  bySeconds: number;
}

/** What happened to a volume; what was read of it is drawn apart. */
export interface Story {
  volume: Volume;
  levels: Levels;
  /** From second `at` the capacity is this share of the first; oldest first. */
  resizes?: { at: number; share: number }[];
  clockSteps?: ClockStep[];
  holes?: Hole[];
  /** Without it: no long hole in the last day before it is full. */
  seenFrom?: number;
  slowestBeatSeconds?: number;
}

export type DrawStory = (random: Random, days: number) => Story;

export const calm = (name: string, draw: DrawStory): Family =>
  familyOf(name, { exhausts: false, isRunaway: false }, draw);

export const filling = (name: string, draw: DrawStory): Family =>
  familyOf(name, { exhausts: true, isRunaway: false }, draw);

export const runaway = (name: string, draw: DrawStory): Family =>
  familyOf(name, { exhausts: true, isRunaway: true }, draw);

/** When it shall be full: mostly in the second half, and early enough for the hours after it. Needs 10 days or more. */
export const drawFullAt = (random: Random, days: number): number =>
  between(random, 0.47 * days, days - 0.5) * DAY_SECONDS;

/** Seconds before full at which something begins: from `fewest` to `most` days, and two days after the start at least. */
export const drawLead = (random: Random, fullAt: number, fewest: number, most: number): number =>
  between(random, fewest, Math.min(most, fullAt / DAY_SECONDS - 2)) * DAY_SECONDS;

function familyOf(name: string, kind: Pick<Family, 'exhausts' | 'isRunaway'>, draw: DrawStory): Family {
  return {
    ...{ name, ...kind },
    make(random, days) {
      const id = `${name}-${Math.floor(random() * ID_VALUES).toString(16)}`;
      const trace = { id, family: name, ...observed(draw(random, days), random, days) };
      if ((trace.exhaustedAt !== null) !== kind.exhausts)
        throw new Error(`${id} shall ${kind.exhausts ? '' : 'not '}fill`);
      return trace;
    },
  };
}

function observed(story: Story, random: Random, days: number): Omit<Trace, 'id' | 'family'> {
  const { volume, clockSteps = [], holes = [] } = story;
  const capacityBytes = capacitySteps(story);
  const used = story.levels.map((level) => usedBytes(level, volume));
  const firstFull = used.findIndex((bytes, index) => bytes >= capacityAt(capacityBytes, index * GRID_SECONDS));
  const exhaustedAt = firstFull < 0 ? null : firstFull * GRID_SECONDS;
  const lastSecond = days * DAY_SECONDS;
  const aftermath = between(random, ...AFTERMATH_HOURS) * HOUR_SECONDS;
  const endSeconds = exhaustedAt === null ? lastSecond : Math.min(lastSecond, exhaustedAt + aftermath);
  const seenFrom = Math.min(story.seenFrom ?? endSeconds, (exhaustedAt ?? Infinity) - SEEN_BEFORE_FULL_SECONDS);
  const slowestBeatSeconds = story.slowestBeatSeconds ?? HOUR_SECONDS;
  const readBytes = (at: number) =>
    exhaustedAt !== null && at >= exhaustedAt ? capacityAt(capacityBytes, at) : (used[indexAt(at)] ?? 0);
  const samples = sampleTimes(random, { endSeconds, seenFrom, slowestBeatSeconds, holes }).map(
    (at): [number, number] => [at + clockOffset(clockSteps, at), readBytes(at)],
  );
  return { resource: volume.resource, capacityBytes, samples, exhaustedAt };
}

function capacitySteps({ volume, resizes = [] }: Story): [number, number][] {
  const later = resizes.map(({ at, share }): [number, number] => [
    Math.ceil(at / GRID_SECONDS) * GRID_SECONDS,
    Math.floor((share * volume.capacityBytes) / volume.blockBytes) * volume.blockBytes,
  ]);
  return [[0, volume.capacityBytes], ...later];
}

const usedBytes = (level: number, { capacityBytes, blockBytes }: Volume) =>
  Math.max(0, Math.round((level * capacityBytes) / blockBytes) * blockBytes);

function capacityAt(steps: Trace['capacityBytes'], at: number): number {
  return steps.reduce((capacity, [since, bytes]) => (since <= at ? bytes : capacity), steps[0]?.[1] ?? 0);
}

const clockOffset = (steps: readonly ClockStep[], at: number) =>
  steps.reduce((offset, { from, until, bySeconds }) => (from <= at && at < until ? offset + bySeconds : offset), 0);
