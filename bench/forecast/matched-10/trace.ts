import { between, logBetween, pick, type Random } from '../draw.ts';
import { HOUR_SECONDS, type Trace } from '../family.ts';
import { type ClockRanges, sampleTimes } from './clock.ts';
import type { Curve } from './growth.ts';

const [MIB, GIB] = [2 ** 20, 2 ** 30];
/** As many as a filesystem of 16 GiB has. */
const INODES = 2 ** 20;
/** Of a calm trace, whatever its noise says. */
const MOST_CALM = 0.995;
/** How long a trace goes on once it is full. */
const TAIL_HOURS = [2, 12] as const;

export interface Plan extends ClockRanges {
  family: string;
  resource?: string;
  /** Used as a share of the last capacity. */
  share: Curve;
  days: number;
  /** From then on it is full, at the latest; left out = it never is. */
  fullAt?: number;
  /** What the capacity was before `changeAt`, as a share of the last one. */
  before?: { share: number; changeAt: number };
  /** How far, and when, the clock is set back. */
  clockSteps?: readonly { at: number; seconds: number }[];
}

export function makeTrace(random: Random, plan: Plan): Trace {
  const { family, share, fullAt, before, clockSteps = [] } = plan;
  const resource = plan.resource ?? pick(random, ['filesystem', 'filesystem', 'inodes', 'thin-data']);
  const capacity = capacityOf(random, resource);
  const tail = between(random, ...TAIL_HOURS) * HOUR_SECONDS;
  const samples: Trace['samples'] = [];
  let exhaustedAt: number | null = null;
  for (const at of sampleTimes(random, plan.days * 24 * HOUR_SECONDS, plan)) {
    if (exhaustedAt !== null && at > exhaustedAt + tail) break;
    const room = before && at < before.changeAt ? before.share * MOST_CALM : fullAt === undefined ? MOST_CALM : 1;
    const wanted = exhaustedAt !== null || at >= (fullAt ?? Number.POSITIVE_INFINITY) ? 1 : share(at);
    const used = Math.floor(Math.min(room, Math.max(0.01, wanted)) * capacity);
    if (fullAt !== undefined && used >= capacity) exhaustedAt ??= at;
    const back = clockSteps.reduce((sum, step) => (at >= step.at ? sum + step.seconds : sum), 0);
    samples.push([at - back, used]);
  }
  const capacityBytes: Trace['capacityBytes'] = before
    ? [
        [0, Math.round(before.share * capacity)],
        [Math.round(before.changeAt), capacity],
      ]
    : [[0, capacity]];
  return {
    id: `${family}-${Math.floor(random() * 2 ** 32).toString(16)}`,
    family,
    resource,
    capacityBytes,
    samples,
    exhaustedAt,
  };
}

function capacityOf(random: Random, resource: string): number {
  if (resource === 'thin-metadata') return Math.round(logBetween(random, 32, 4096)) * MIB;
  if (resource === 'inodes') return Math.round(logBetween(random, 1, 512)) * INODES;
  return Math.round(logBetween(random, 16, 8192)) * GIB;
}
