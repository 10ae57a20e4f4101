import { encodeHours, HOURS_A_DAY, type Summary } from '@silt/db';
import { forecastUse, HOUR_MILLISECONDS, type UseHistory, UseHistoryCollector, type UsePoint } from '@silt/domain';
import { decodeHourBounds } from '../../packages/db/src/history/hours-codec.ts';
import { GridPoints } from './baselines/grid-points.ts';
import { THEIL_SEN_SLOT_HOURS, THEIL_SEN_SLOTS, trendOf } from './baselines/theil-sen.ts';
import { HORIZON_HOURS } from './detector.ts';
import { OWN_FAMILIES } from './families/index.ts';
import { DAY_SECONDS, HOUR_SECONDS, type Trace } from './family.ts';
import { seededRandom } from './seeded-random.ts';

/** What is to be forecast in five minutes of one core. */
export const SPEED_RESOURCES = 160_000;
export const SPEED_AIM_SECONDS = 300;
const HISTORY_DAYS = 35;
/** Long enough that what is full late has 35 days before it. */
const MADE_DAYS = 90;
const TRACES_A_FAMILY = 4;
const ROUNDS = 5;
const MILLISECONDS_A_SECOND = 1_000;
const MICROSECONDS_A_SECOND = 1e6;

/** CPU seconds of the fastest of the rounds, scaled up to `resources`. */
export interface SpeedResult {
  resources: number;
  histories: number;
  hoursAHistory: number;
  rounds: number;
  /** From the kept bytes of the hours to the points of a history. */
  decodeSeconds: number;
  forecastSeconds: number;
  seconds: number;
  /** The same hours, Theil–Sen and Mann–Kendall over the last seven days on the grid of the baseline. */
  theilSenSeconds: number;
  /** `forecastSeconds` ÷ `theilSenSeconds`: what another machine's speed does not change. */
  forecastToTheilSen: number;
}

/** A resource as it is kept: a row a day, for what is used and what there is. */
interface Kept {
  days: { start: number; used: Buffer; capacity: Buffer }[];
  recent: UseHistory['recent'];
  now: number;
}

/** Forecasts a mix of all own families with 35 days of hours, round by round. */
export function benchSpeed(seed: string): SpeedResult {
  const kept = OWN_FAMILIES.flatMap((family) =>
    Array.from({ length: TRACES_A_FAMILY }, (_, index) => {
      const random = seededRandom(`${seed} speed ${family.name} ${index}`);
      return keptOf(family.make(random, MADE_DAYS), random);
    }),
  );
  const histories = kept.map((one) => ({ hours: hoursOf(one), recent: one.recent }));
  const scale = SPEED_RESOURCES / kept.length;
  const decodeSeconds = scale * fastest(() => kept.forEach(hoursOf));
  const forecastSeconds =
    scale *
    fastest(() => {
      for (const [place, history] of histories.entries())
        forecastUse(history, { now: (kept[place] as Kept).now, horizonDays: HORIZON_HOURS / HOURS_A_DAY });
    });
  const theilSenSeconds = scale * fastest(() => histories.forEach(trendOfLastDays));
  return {
    resources: SPEED_RESOURCES,
    histories: kept.length,
    hoursAHistory: Math.round(histories.reduce((sum, { hours }) => sum + hours.length, 0) / histories.length),
    rounds: ROUNDS,
    ...{ decodeSeconds, forecastSeconds, seconds: decodeSeconds + forecastSeconds },
    ...{ theilSenSeconds, forecastToTheilSen: forecastSeconds / theilSenSeconds },
  };
}

/** CPU seconds of the fastest round: what others take of the machine makes the rest slower. The first warms up. */
function fastest(work: () => void): number {
  const rounds = Array.from({ length: ROUNDS + 1 }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / MICROSECONDS_A_SECOND;
  });
  return Math.min(...rounds.slice(1));
}

/** The 35 days before a moment: 12 hours to 8 days before it is full, or the end. */
function keptOf(trace: Trace, random: () => number): Kept {
  const last = trace.exhaustedAt ?? (trace.samples.at(-1) as [number, number])[0];
  const end = trace.exhaustedAt === null ? last : last - (0.5 + 7.5 * random()) * DAY_SECONDS;
  const from = Math.floor(end / DAY_SECONDS - HISTORY_DAYS) * DAY_SECONDS;
  const samples = trace.samples
    .filter(([at]) => at >= end - HISTORY_DAYS * DAY_SECONDS && at < end)
    .toSorted(([a], [b]) => a - b);
  const collector = new UseHistoryCollector();
  const hours = new Map<number, { used: number[]; capacity: number }>();
  for (const [at, used] of samples) {
    const capacity = (trace.capacityBytes.findLast(([since]) => since <= at) ?? trace.capacityBytes[0])?.[1] as number;
    collector.add(at * MILLISECONDS_A_SECOND, used, capacity);
    const hour = Math.floor(at / HOUR_SECONDS);
    hours.set(hour, { used: [...(hours.get(hour)?.used ?? []), used], capacity });
  }
  const now = Math.floor(end) * MILLISECONDS_A_SECOND;
  const days = Array.from({ length: HISTORY_DAYS + 1 }, (_, day) => {
    const start = from / DAY_SECONDS + day;
    const at = (hour: number): { used: number[]; capacity: number } | undefined =>
      hours.get(start * HOURS_A_DAY + hour);
    const rows = (values: (hour: { used: number[]; capacity: number }) => number[]): Buffer =>
      encodeHours(Array.from({ length: HOURS_A_DAY }, (_, hour) => summaryOf(at(hour), values)));
    const [used, capacity] = [rows((hour) => hour.used), rows((hour) => hour.used.map(() => hour.capacity))];
    return { start: start * HOURS_A_DAY * HOUR_MILLISECONDS, used, capacity };
  });
  return { days, recent: collector.historyAt(now).recent, now };
}

function summaryOf<T>(hour: T | undefined, valuesOf: (hour: T) => number[]): Summary | null {
  if (hour === undefined) return null;
  const values = valuesOf(hour);
  return {
    min: Math.min(...values),
    max: Math.max(...values),
    last: values.at(-1) as number,
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    samples: values.length,
  };
}

function hoursOf({ days }: Kept): UsePoint[] {
  return days.flatMap(({ start, used: usedRow, capacity: capacityRow }) => {
    const [used, capacity] = [decodeHourBounds(usedRow), decodeHourBounds(capacityRow)];
    const points: UsePoint[] = [];
    for (let hour = 0; hour < HOURS_A_DAY; hour += 1) {
      const low = used.min[hour] as number;
      if (Number.isNaN(low)) continue;
      points.push({
        at: start + (hour + 1) * HOUR_MILLISECONDS - 1,
        low,
        high: low + (used.spread[hour] as number),
        last: low + (used.last[hour] as number),
        capacity: (capacity.min[hour] as number) + (capacity.last[hour] as number),
      });
    }
    return points;
  });
}

function trendOfLastDays({ hours }: { hours: readonly UsePoint[] }): void {
  const grid = new GridPoints(THEIL_SEN_SLOT_HOURS, THEIL_SEN_SLOTS);
  for (const { at, last, capacity } of hours) grid.add(at / MILLISECONDS_A_SECOND, last, capacity);
  if (grid.points.length > 1) trendOf(grid.points);
}

/** For people. */
export function speedTable(result: SpeedResult): string {
  const line = (name: string, value: string, meaning: string): string =>
    `${name.padEnd(34)}${value.padStart(10)}  ${meaning}`;
  return [
    `${result.histories} histories of ${result.hoursAHistory} hours, the fastest of ${result.rounds} rounds, scaled up to ${result.resources.toLocaleString('en-US')} resources:`,
    line('hours decoded, CPU s', result.decodeSeconds.toFixed(1), 'two series a resource'),
    line('forecasts, CPU s', result.forecastSeconds.toFixed(1), ''),
    line('both, CPU s', result.seconds.toFixed(1), `to reach: ${SPEED_AIM_SECONDS}`),
    line('Theil–Sen over 7 days, CPU s', result.theilSenSeconds.toFixed(1), 'the same hours'),
    line('forecasts ÷ Theil–Sen', result.forecastToTheilSen.toFixed(2), ''),
  ].join('\n');
}
