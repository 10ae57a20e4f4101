import type { ForecastReason } from './forecast.ts';
import { cycleOf } from './cycle.ts';
import type { HourGrid, RollingDays } from './rolling.ts';
import { segmentsOf } from './segments.ts';
import { medianOf, theilSen } from './theil-sen.ts';
import { type Turns, turningPoints } from './turning-points.ts';

/** What days say. Shares of the capacity, days. */
export interface Trend {
  verdict: 'filling' | 'steady' | 'noisy';
  reason: ForecastReason;
  slope: { low: number; mid: number; high: number };
  /** Median of the days until full; null = none. */
  days: number | null;
  /** Along the line alone, whatever the curve. */
  straightDays?: number;
  /** Deviation of its logarithm. */
  spread: number;
  /** Days over which the growth lasts. */
  lasted: number;
  /** It has gone on for long enough, and steadily enough, that an alarm may stand on it. */
  isSure: boolean;
}

export const T = {
  turnShare: 0.3,
  minTurn: 0.004,
  minSteps: 2.5,
  sureSteps: 3.5,
  silentShare: 0.2,
  recentShare: 0.25,
  lateShare: 0.75,
  nearDays: 2,
  meanStepShare: 0.75,
  ceilingShare: 0.35,
  ceilingTurn: 0.7,
  claim: 1.5,
  youngClaim: 1,
  floorSpread: 0.14,
  precedent: 0.6,
  spreadScale: 1,
  youngSpread: 0.6,
  walk: 0.6,
  curveFrom: 1,
  fadeFrom: 1.3,
  curveTo: 0.7,
  lateDays: 14,
  lateThree: 0.55,
  joinShare: 0.1,
  fadeMargin: 1.1,
};

const Z90 = 1.2816;
const MAX_RATE_DAYS = 28;

export function trendOf(days: RollingDays, grid: HourGrid): Trend {
  const { length, times, high, mean } = days;
  const noise = noiseOf(high, length);
  const threshold = Math.max(T.turnShare * rangeOf(high, length), 4 * noise, T.minTurn);
  const turns = turningPoints(high, length, threshold);
  const cyclic = cycleOf(grid, noise);
  if (cyclic !== null) return cyclic;
  const segments = segmentsOf(times, mean, length, Math.max(noiseOf(mean, length), 0.0005));
  let first = segments.at(-1)!.first;
  let started = times[first] as number;
  // Joined to what grew as well before.
  for (let index = segments.length - 2; index >= 0; index -= 1) {
    const before = segments[index]!;
    const lastOne = segments.at(-1)!;
    const drop = (mean[before.last] as number) - (mean[before.last + 1] as number);
    if (!(before.slope > T.joinShare * lastOne.slope && drop <= threshold)) break;
    if ((times[before.last] as number) - (times[before.first] as number) < 1.5) break;
    first = before.first;
    started = times[first] as number;
  }
  const trough = turns.troughs.at(-1);
  if (trough && trough.place > first && (turns.peaks.at(-1)?.place ?? -1) < trough.place) {
    first = trough.place;
    started = times[first] as number;
  }
  const rates = ratesOf(days, -started);
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  const squares = rates.reduce((sum, rate) => sum + rate * rate, 0);
  const meanSteps = squares > 0 ? (total * total) / squares : 0;
  const steps = Math.max(stepsOf(high, first, length), rates.length >= 7 ? meanSteps * T.meanStepShare : 0);
  const lasted = rates.length;
  const mean1 = lasted > 0 ? total / lasted : 0;
  const deviation = lasted > 1 ? Math.sqrt(Math.max(0, squares / lasted - mean1 * mean1)) : mean1;
  const se = deviation / Math.sqrt(Math.max(1, lasted));
  const slope = { low: mean1 - Z90 * se, mid: mean1, high: mean1 + Z90 * se };
  const steady = (reason: ForecastReason): Trend => ({ verdict: 'steady', reason, slope, days: null, spread: 0, lasted, isSure: false });
  if (!(mean1 > 0) || lasted < 1) return steady('no-growth');
  const biggest = Math.max(...rates);
  if (steps < (lasted < 3 ? 1.5 : T.minSteps)) {
    if (biggest > 0.6 * total) return steady('one-step');
    return mean1 > 2 * se ? { ...steady('slopes-differ'), verdict: 'noisy' } : steady('no-growth');
  }
  const cleaned = cleanedTo(grid);
  const isCleaned = Number.isFinite(cleaned);
  const envelope = Math.min(envelopeNow(days, mean1), cleaned);
  const room = Math.max(1 - envelope, 0.0005);
  const path = daysAlong(rates, room, se);
  if (path === null) return steady('levels-off');
  const least = Math.max(T.ceilingTurn * mean1, 4 * noise, T.minTurn);
  const ceiling = ceilingOf(high, length, least);
  if (ceiling !== null && envelope < ceiling) return steady('comes-back');
  const cv = Math.hypot((T.spreadScale * se) / mean1, T.floorSpread, T.youngSpread / Math.sqrt(lasted), (T.walk * deviation) / Math.sqrt(mean1 * room));
  return {
    verdict: 'filling',
    reason: 'trend',
    slope,
    days: path,
    straightDays: room / mean1,
    spread: Math.min(cv, 1.2),
    lasted,
    isSure: steps >= T.sureSteps && !isCleaned && ((path <= T.nearDays && lasted >= 10) || isRecent(days, rates, mean1)) && path <= (lasted < 7 ? T.youngClaim : T.claim) * lasted && !hasPrecedent(days, lasted, total),
  };
}

/** Growth of each whole day, the youngest first, as far back as `since` days. */
function ratesOf({ times, mean, length }: RollingDays, since: number): number[] {
  const rates: number[] = [];
  let newer = length - 1;
  while (rates.length < MAX_RATE_DAYS) {
    const time = (times[newer] as number) - 1;
    if (-time > since + 0.25) break;
    let older = newer - 1;
    while (older > 0 && (times[older] as number) > time + 0.01) older -= 1;
    if (older < 0) break;
    const span = (times[newer] as number) - (times[older] as number);
    const rate = ((mean[newer] as number) - (mean[older] as number)) / span;
    for (let day = 0; day < Math.max(1, Math.round(span)) && rates.length < MAX_RATE_DAYS; day += 1) rates.push(rate);
    newer = older;
  }
  return rates;
}

/** Days until the rates of the days to come add up to the room; null = they fade before. */
function daysAlong(rates: readonly number[], room: number, se: number): number | null {
  const count = rates.length;
  const sum = (from: number, to: number): number => {
    let total = 0;
    for (let day = from; day < Math.min(to, count); day += 1) total += rates[day] as number;
    return total / Math.max(1, Math.min(to, count) - from);
  };
  const mean = sum(0, count);
  let [gain, now] = [0, mean];
  const width = count >= 21 ? 7 : count >= 14 ? 3.5 : count >= 8 ? 2 : 1;
  const blocks: number[] = [];
  for (let block = 0; (block + 1) * width <= count && block < 6; block += 1) blocks.push(sum(Math.round(block * width), Math.round((block + 1) * width)));
  if (blocks.length >= 3) {
    const z = Math.abs(trendZ(blocks));
    const from = theilSenSign(blocks) > 0 ? T.curveFrom : T.fadeFrom;
    const shrink = Math.min(1, Math.max(0, (z - from) / T.curveTo));
    const ages = Float64Array.from(blocks, (_, block) => -(block + 0.5) * width);
    gain = shrink * theilSen({ times: ages, values: blocks });
    now = medianOf(blocks.map((value, block) => value - gain * (ages[block] as number)));
  }
  const weekly = weeklyOf(rates);
  if (gain < 0) {
    const base = Math.max(now, 1e-9);
    const fade = -gain / Math.max(mean, 1e-9);
    const decay = Math.min(fade, 2);
    if (base / decay <= room * T.fadeMargin) return null;
    gain = 0;
    return walk((day) => base * Math.exp(-decay * day) , weekly, room);
  }
  return walk((day) => now + gain * day, weekly, room);
}

function walk(rateAt: (day: number) => number, weekly: readonly number[] | null, room: number): number | null {
  let left = room;
  for (let day = 0; day < 731; day += 1) {
    const rate = Math.max(0, rateAt(day + 0.5)) * (weekly === null ? 1 : (weekly[day % 7] as number));
    if (rate >= left) return day + left / rate;
    left -= rate;
  }
  return 1e9;
}

/** For each of the next seven days its share of the mean rate; null = no week is seen. */
function weeklyOf(rates: readonly number[]): number[] | null {
  if (rates.length < 7) return null;
  const weeks = Math.min(4, Math.floor(rates.length / 7));
  const profile = new Array<number>(7).fill(0);
  let all = 0;
  for (let age = 0; age < weeks * 7; age += 1) {
    profile[6 - (age % 7)]! += (rates[age] as number) / weeks;
    all += rates[age] as number;
  }
  const mean = all / (weeks * 7);
  if (!(mean > 0)) return null;
  // How much of the deviations repeats after a week.
  let [within, between] = [0, 0];
  for (let age = 0; age < weeks * 7; age += 1) within += ((rates[age] as number) - (profile[6 - (age % 7)] as number)) ** 2;
  for (const value of profile) between += (value - mean) ** 2 * weeks;
  const strength = weeks >= 2 ? Math.max(0, (between - within / (weeks - 1)) / (between + within || 1)) : 0.4;
  return profile.map((value) => Math.min(2.5, Math.max(0, 1 + strength * (value / mean - 1))));
}

/** How many equal jumps would make the rise as uneven as it is: (Σ d)² ÷ Σ d² over half days. */
function stepsOf(high: Float64Array, first: number, length: number): number {
  let squares = 0;
  for (let place = first + 1; place < length; place += 1) squares += ((high[place] as number) - (high[place - 1] as number)) ** 2;
  const rise = (high[length - 1] as number) - (high[first] as number);
  return squares > 0 && rise > 0 ? rise ** 2 / squares : 0;
}

function isRecent({ times, high, length }: RollingDays, rates: readonly number[], mean: number): boolean {
  let older = length - 1;
  while (older > 0 && (times[older] as number) > -0.99) older -= 1;
  const lastDay = (high[length - 1] as number) - (high[older] as number);
  if (lastDay < T.recentShare * mean && rates.length < 7) return false;
  if (rates.length < 7 && Math.max(rates[0] as number, lastDay) < T.lateShare * mean) return false;
  if (rates.length < T.lateDays) {
    const three = Math.min(3, rates.length);
    const late = rates.slice(0, three).reduce((sum, rate) => sum + rate, 0) / three;
    if (late < T.lateThree * mean) return false;
  }
  const isSilent = (rate: number): boolean => rate < T.silentShare * mean;
  let run = 0;
  while (run < rates.length && isSilent(rates[run] as number)) run += 1;
  if (run <= 1) return true;
  let [longest, current] = [0, 0];
  for (const rate of rates.slice(run)) {
    current = isSilent(rate) ? current + 1 : 0;
    longest = Math.max(longest, current);
  }
  return run <= longest;
}

/** A rise as large within as many days came before, so that one more of them tells nothing. */
function hasPrecedent({ times, mean, length }: RollingDays, lasted: number, rise: number): boolean {
  if (lasted >= 7) return false;
  for (let place = 0; place < length; place += 1) {
    const time = times[place] as number;
    if (time > -lasted) break;
    for (let older = place - 1; older >= 0 && time - (times[older] as number) <= lasted; older -= 1) {
      if ((mean[place] as number) - (mean[older] as number) > T.precedent * rise) return true;
    }
  }
  return false;
}

/** Deviation of a half day from the mean of its neighbours. */
function noiseOf(values: Float64Array, length: number): number {
  const bends = new Float64Array(Math.max(0, length - 4));
  for (let place = 0; place + 4 < length; place += 1) {
    bends[place] = Math.abs(
      (values[place] as number) - 2 * (values[place + 2] as number) + (values[place + 4] as number),
    );
  }
  const median = medianOf(bends);
  return Number.isNaN(median) ? 0 : (1.4826 * median) / Math.sqrt(6);
}

function rangeOf(values: Float64Array, length: number): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let place = 0; place < length; place += 1) {
    low = Math.min(low, values[place] as number);
    high = Math.max(high, values[place] as number);
  }
  return high - low;
}

/** Where the highest of a day is now, by the line through the last days. */
function envelopeNow({ times, high, length }: RollingDays, slope: number): number {
  const projected: number[] = [];
  for (let place = Math.max(0, length - 5); place < length; place += 1) {
    projected.push((high[place] as number) - slope * (times[place] as number));
  }
  return Math.min(Math.max(medianOf(projected), 0), high[length - 1] as number);
}

/** What it came back from, with a margin; null = it never came back. */
function ceilingOf(high: Float64Array, length: number, threshold: number): number | null {
  const { peaks, troughs } = turningPoints(high, length, threshold);
  let ceiling = Number.NEGATIVE_INFINITY;
  for (const { place, value } of peaks) {
    const after = troughs.find((trough) => trough.place > place);
    const bottom = after?.value ?? Math.min(...high.subarray(place, length));
    ceiling = Math.max(ceiling, value + T.ceilingShare * (value - bottom));
  }
  return Number.isFinite(ceiling) ? ceiling : null;
}

const theilSenSign = (blocks: readonly number[]): number => (blocks[0] as number) - (blocks.at(-1) as number);

/** Mann–Kendall's z of rates, the youngest first: how surely they rise or fall. */
function trendZ(rates: readonly number[]): number {
  const count = rates.length;
  let score = 0;
  for (let one = 0; one < count; one += 1) {
    for (let other = one + 1; other < count; other += 1) score += Math.sign((rates[one] as number) - (rates[other] as number));
  }
  const deviation = Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  return deviation === 0 ? 0 : Math.sign(score) * Math.max(0, Math.abs(score) - 1) / deviation;
}

/** Where the day's highest is after a fall like none of the days before; Infinity = there was none. */
function cleanedTo({ high, last }: HourGrid): number {
  const swings: number[] = [];
  let [top, fallen, now] = [0, 0, Number.NaN];
  for (let day = 0; day < 7; day += 1) {
    let [highest, lowest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let age = day * 24; age < Math.min((day + 1) * 24, high.length); age += 1) {
      const value = high[age] as number;
      if (Number.isNaN(value)) continue;
      if (Number.isNaN(now)) now = last[age] as number;
      highest = Math.max(highest, value);
      lowest = Math.min(lowest, last[age] as number);
    }
    if (!Number.isFinite(highest)) continue;
    if (day === 0) [top, fallen] = [highest, highest - now];
    else swings.push(highest - lowest);
  }
  const swing = medianOf(swings);
  return fallen > 2 * swing + 0.02 ? Math.min(top, now + swing) : Number.POSITIVE_INFINITY;
}
