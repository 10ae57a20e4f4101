import { between, chance, logBetween, pick, type Random } from '../draw.ts';
import { type Family, HOUR_SECONDS, type Trace } from '../family.ts';
import { type Course, drawHost, type Host, STEP_SECONDS, STEPS_A_DAY, valueAt } from './host.ts';

/** What happens to one resource. */
export interface Story {
  /** In shares of the capacity at the start. */
  used: Course;
  resource: string;
  capacityBytes: number;
  /** From that step on the capacity is so many times what it was. */
  resize?: { step: number; factor: number };
}

interface Kind {
  name: string;
  exhausts: boolean;
  isRunaway?: boolean;
  draw(host: Host): Story;
}

const EARLIEST_FULL_SECONDS = 8 * STEPS_A_DAY * STEP_SECONDS;
/** A calm resource stays under this share. */
const CALM_BELOW = 0.992;
const MAX_DRAWS = 2_000;
export const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** Disks of container hosts: from small roots to large pools. */
export const drawCapacity = (random: Random): number =>
  Math.round(logBetween(random, 20 * GIB, 4_000 * GIB) / MIB) * MIB;

/** Most are file systems, some are pools. */
export const drawResource = (random: Random): string =>
  pick(random, ['filesystem', 'filesystem', 'filesystem', 'thin-data', 'inodes']);

/** A family that draws again until the story ends as it must. */
export const familyOf = ({ name, exhausts, isRunaway = false, draw }: Kind): Family => ({
  ...{ name, exhausts, isRunaway },
  make(random, days) {
    for (let tries = 0; tries < MAX_DRAWS; tries += 1) {
      const story = draw(drawHost(random, days));
      const trace = readStory(random, name, story);
      if (exhausts ? isFilling(trace, story) : isCalm(trace)) return trace;
    }
    throw new RangeError(`${name} never ended as it must`);
  },
});

function isFilling({ exhaustedAt, samples }: Trace, { resize }: Story): boolean {
  const earliest = Math.max(EARLIEST_FULL_SECONDS, (resize?.step ?? 0) * STEP_SECONDS);
  return exhaustedAt !== null && exhaustedAt > earliest && samples.length > 100;
}

const isCalm = ({ samples, capacityBytes: [first] }: Trace): boolean =>
  first !== undefined && samples.every(([, used]) => used < CALM_BELOW * first[1]);

/** The moments at which an agent reads: nearly regular, with a lost one now and then and holes while it was away. */
function* readTimes(random: Random, upTo: number): Generator<number> {
  const interval = between(random, 300, 900);
  const jitter = between(random, 0, 0.08) * interval;
  const lostShare = chance(random, 0.5) ? 0 : between(random, 0, 0.02);
  const holes = Array.from({ length: Math.floor(random() * 4) }, () => {
    const from = random() * upTo;
    return [from, from + logBetween(random, 0.5, 9) * HOUR_SECONDS] as const;
  });
  for (let due = random() * interval; due < upTo; due += interval) {
    const at = Math.round(due + jitter * random());
    if (at >= upTo) return;
    if (chance(random, lostShare) || holes.some(([from, to]) => at > from && at < to)) continue;
    yield at;
  }
}

function readStory(random: Random, family: string, { used, resource, capacityBytes, resize }: Story): Trace {
  const id = `${family}-${Math.floor(random() * 2 ** 32).toString(36)}`;
  const resizedAt = resize ? resize.step * STEP_SECONDS : Number.POSITIVE_INFINITY;
  const larger = Math.round(capacityBytes * (resize?.factor ?? 1));
  const tail = between(random, 0.5, 11) * HOUR_SECONDS;
  const samples: Trace['samples'] = [];
  let exhaustedAt: number | null = null;
  for (const at of readTimes(random, used.length * STEP_SECONDS)) {
    if (exhaustedAt !== null && at > exhaustedAt + tail) break;
    const capacity = at >= resizedAt ? larger : capacityBytes;
    const bytes = Math.round(valueAt(used, at / STEP_SECONDS) * capacityBytes);
    samples.push([at, Math.max(0, Math.min(capacity, bytes))]);
    if (bytes >= capacity) exhaustedAt ??= at;
  }
  const capacities: Trace['capacityBytes'] = [[0, capacityBytes]];
  if (resize) capacities.push([resizedAt, larger]);
  return { id, family, resource, capacityBytes: capacities, samples, exhaustedAt };
}
