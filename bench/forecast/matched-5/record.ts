import { between, chance, logBetween, normal, pick, type Random } from '../draw.ts';
import { DAY_SECONDS, type Family, HOUR_SECONDS, type Trace } from '../family.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const SIZES_GIB = [20, 40, 50, 80, 100, 200, 250, 500, 1000, 2000, 4000] as const;
const THIN_METADATA_MIB = [64, 128, 256, 512, 1024] as const;

/** How use of a resource runs; levels are shares of its first capacity. */
export interface Plan {
  resource?: string;
  /** Share used at a moment, as if measured without noise. */
  used: (at: number) => number;
  /** Deviation of what temporary files add and take, which come and go within `wanderHours`. */
  wander?: number;
  wanderHours?: number;
  /** Deviation of each reading by itself. */
  noise?: number;
  /** `[since when, times the first capacity]` */
  resizes?: [at: number, factor: number][];
}

export interface Kind {
  name: string;
  exhausts: boolean;
  isRunaway?: boolean;
  plan: (random: Random, days: number) => Plan;
}

export const familyOf = ({ name, exhausts, isRunaway = false, plan }: Kind): Family => ({
  name,
  exhausts,
  isRunaway,
  make: (random, days) => record(random, days, name, exhausts, plan(random, days)),
});

/** What temporary files add and take: each reading by itself, and some of it for hours. */
export function unrest(random: Random, low: number, high: number): Pick<Plan, 'noise' | 'wander' | 'wanderHours'> {
  const noise = logBetween(random, low, high);
  return { noise, wander: noise * between(random, 0, 1), wanderHours: logBetween(random, 1, 8) };
}

function record(random: Random, days: number, family: string, exhausts: boolean, plan: Plan): Trace {
  const { resource = 'filesystem', used, wander = 0, wanderHours = 3, noise = 0, resizes = [] } = plan;
  const first = capacityOf(random, resource);
  const capacityBytes: [number, number][] = [
    [0, first],
    ...resizes.map(([at, factor]): [number, number] => [at, Math.round(first * factor)]),
  ];
  const samples: [number, number][] = [];
  let exhaustedAt: number | null = null;
  let [ends, wandered, last] = [days * DAY_SECONDS, normal(random), 0];
  const clock = clockError(random, days);
  for (const at of moments(random, days, exhausts)) {
    if (at > ends) break;
    const kept = Math.exp(-(at - last) / (wanderHours * HOUR_SECONDS));
    wandered = kept * wandered + Math.sqrt(1 - kept ** 2) * normal(random);
    last = at;
    const capacity = (capacityBytes.findLast(([since]) => since <= at) ?? [0, first])[1];
    const bytes = Math.max(0, Math.round(first * (used(at) + wander * wandered + noise * normal(random))));
    // What is never full stays short of it by a little, however the noise falls.
    const most = exhausts ? capacity : Math.floor(capacity * 0.99);
    if (exhausts && exhaustedAt === null && bytes >= capacity) {
      exhaustedAt = at;
      ends = Math.min(ends, at + between(random, 3, 12) * HOUR_SECONDS);
    }
    samples.push([
      exhaustedAt === null ? at + clock(at) : at,
      Math.min(most, exhaustedAt === null ? bytes : Math.max(bytes, capacity)),
    ]);
  }
  if (exhausts && exhaustedAt === null) throw new Error(`${family} did not fill`);
  return {
    id: `${family}-${Math.floor(random() * 2 ** 32).toString(16)}`,
    family,
    resource,
    capacityBytes,
    samples,
    exhaustedAt,
  };
}

const capacityOf = (random: Random, resource: string): number =>
  resource === 'thin-metadata'
    ? pick(random, THIN_METADATA_MIB) * MIB
    : Math.round(pick(random, SIZES_GIB) * GIB * between(random, 0.93, 1));

/** Each 5 to 15 minutes with jitter; single ones are missed, and now and then a restart leaves a hole. */
function* moments(random: Random, days: number, exhausts: boolean): Generator<number> {
  const beat = logBetween(random, 300, 900);
  const holesADay = between(random, 0, 0.15);
  const end = days * DAY_SECONDS;
  let at = Math.floor(between(random, 0, beat));
  while (at <= end) {
    yield at;
    at += Math.max(30, Math.round(beat * (1 + 0.1 * normal(random))));
    if (chance(random, 0.01)) at += Math.round(beat);
    // No hole so late that the last reading could be before the moment it is full.
    const isLate = exhausts && at > end - DAY_SECONDS;
    if (!isLate && chance(random, (holesADay * beat) / DAY_SECONDS))
      at += Math.round(logBetween(random, 0.3, 10) * HOUR_SECONDS);
  }
}

/** Some hosts' clocks run ahead for a while until they are set back: times fall there. */
function clockError(random: Random, days: number): (at: number) => number {
  if (!chance(random, 0.06)) return () => 0;
  const from = between(random, 0, 0.5) * days * DAY_SECONDS;
  const upTo = from + between(random, 2, 72) * HOUR_SECONDS;
  const ahead = Math.round(logBetween(random, 300, 2 * HOUR_SECONDS));
  return (at) => (at >= from && at < upTo ? ahead : 0);
}
