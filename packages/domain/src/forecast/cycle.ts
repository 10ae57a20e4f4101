import type { HourGrid } from './rolling.ts';
import { medianOf, theilSen } from './theil-sen.ts';
import type { Trend } from './trend.ts';
import { turningPoints } from './turning-points.ts';

export const C = {
  minFall: 0.02,
  fallShare: 0.4,
  minCycles: 2,
  seasonPositive: 0.9,
  seasonSpread: 0.25,
  concord: 0.75,
  signif: 4,
  beyond: 0.25,
  topQuantile: 0.7,
  claim: 1.2,
  floorSpread: 0.16,
};
const Z90 = 1.2816;
const HOURS_A_DAY = 24;

/** What comes back again and again, by its floors and tops; null = it does not, or went beyond. */
export function cycleOf({ high, last }: HourGrid, noise: number): Trend | null {
  const [times, tops, lasts] = [new Float64Array(high.length), new Float64Array(high.length), new Float64Array(high.length)];
  let length = 0;
  for (let age = high.length - 1; age >= 0; age -= 1) {
    if (Number.isNaN(high[age] as number)) continue;
    times[length] = -age / HOURS_A_DAY;
    tops[length] = high[age] as number;
    lasts[length] = last[age] as number;
    length += 1;
  }
  const fine = turningPoints(lasts, length, Math.max(C.minFall, 4 * noise));
  const falls = fine.peaks.map((peak) => {
    const floor = fine.troughs.find((trough) => trough.place > peak.place);
    return { peak, floor, depth: floor ? peak.value - floor.value : 0 };
  });
  const deepest = falls.reduce((most, { depth }) => Math.max(most, depth), 0);
  const cycles = falls.filter(({ depth, floor }) => floor && depth >= C.fallShare * deepest);
  if (cycles.length < C.minCycles) return null;
  const at = Float64Array.from(cycles, ({ peak }) => times[peak.place] as number);
  const peaks = Float64Array.from(cycles, ({ peak }) => tops[peak.place] as number);
  const floorAt = Float64Array.from(cycles, ({ floor }) => times[floor!.place] as number);
  const floors = Float64Array.from(cycles, ({ floor }) => floor!.value);
  const span = (at[at.length - 1] as number) - (at[0] as number);
  const period = span / (cycles.length - 1);
  const since = -(at[at.length - 1] as number);
  const highest = Math.max(...peaks);
  const current = Math.max(...tops.subarray(Math.max(0, length - 12), length));
  if (current > highest + C.beyond * deepest) return null;
  if (since > 2.5 * period + 1 || span < 2) return null;
  const bottom = theilSen({ times: floorAt, values: floors });
  const top = theilSen({ times: at, values: peaks });
  const residual = medianOf(floors.map((value, index) => Math.abs(value - floors[0]! - bottom * (floorAt[index]! - floorAt[0]!) )));
  const off = medianOf(floors.map((value, index) => value - bottom * floorAt[index]!));
  const deviation = 1.48 * medianOf(floors.map((value, index) => Math.abs(value - bottom * floorAt[index]! - off)));
  const agree = concordance(floorAt, floors);
  const se = (2 * deviation) / Math.max(1, span) / Math.sqrt(Math.max(1, cycles.length / 4));
  const slopeMid = top > 0.5 * bottom && top < 2 * bottom ? (top + bottom) / 2 : bottom;
  void residual;
  const base = { slope: { low: slopeMid - Z90 * se, mid: slopeMid, high: slopeMid + Z90 * se }, lasted: Math.round(span + since) };
  const isLeak = cycles.length >= 3 && bottom > 0 && top > 0.2 * bottom && agree >= C.concord && bottom * span >= Math.max(C.signif * deviation, 0.1 * deepest);
  if (!isLeak) {
    const season = seasonOf(times, lasts, length, period);
    if (season !== null && season > 0.02 * deepest / period && (cycles.length < 3 || bottom > 0.3 * season)) {
      const past = Float64Array.from(peaks, (value, index) => value - season * (at[index] as number));
      const linear = (1 - medianOf(past)) / season;
      return {
        slope: { low: season * 0.6, mid: season, high: season * 1.4 },
        lasted: base.lasted,
        verdict: 'filling',
        reason: 'trend',
        days: Math.max(linear, 0.25),
        spread: Math.hypot(C.seasonSpread, period / 3 / Math.max(linear, 1)),
        isSure: linear <= C.claim * (span + since),
      };
    }
  }
  if (!isLeak) return { ...base, verdict: 'steady', reason: 'comes-back', days: null, spread: 0, isSure: false };
  const levels = peaks.map((value, index) => value - slopeMid * at[index]!).sort();
  const recentTops = levels;
  const level = recentTops[Math.min(recentTops.length - 1, Math.floor(C.topQuantile * recentTops.length))] as number;
  const left = Math.max((1 - level) / slopeMid, 0.25);
  return {
    ...base,
    verdict: 'filling',
    reason: 'trend',
    days: left,
    spread: Math.min(1.2, Math.hypot(se / slopeMid, C.floorSpread, period / 3 / left)),
    isSure: left <= C.claim * (span + since) && cycles.length >= C.minCycles,
  };
}

function concordance(times: Float64Array, values: Float64Array): number {
  let [up, all] = [0, 0];
  for (let one = 0; one < values.length; one += 1) {
    for (let other = one + 1; other < values.length; other += 1) {
      if (times[other] === times[one]) continue;
      all += 1;
      if (values[other]! > values[one]!) up += 1;
    }
  }
  return all === 0 ? 0 : up / all;
}

/** Growth a day from one period to the next at the same phase; null = it does not grow at nearly all of them. */
function seasonOf(times: Float64Array, values: Float64Array, length: number, period: number): number | null {
  const end = times[length - 1] as number;
  if ((end - (times[0] as number)) < 2 * period) return null;
  const gains: number[] = [];
  let older = 0;
  let positive = 0;
  for (let place = 0; place < length; place += 1) {
    const time = times[place] as number;
    if (time < end - period) continue;
    while (older + 1 < length && (times[older + 1] as number) <= time - period + 0.01) older += 1;
    if (Math.abs((times[older] as number) - (time - period)) > 0.1) continue;
    const gain = (values[place] as number) - (values[older] as number);
    gains.push(gain);
    if (gain > 0) positive += 1;
  }
  if (gains.length < 12 || positive < C.seasonPositive * gains.length) return null;
  return medianOf(gains) / period;
}
