import { DAY_SECONDS, type Family, HOUR_SECONDS } from '../family.ts';
import { between, chance, logBetween, type Random, waitOf, wholeBetween } from './draw.ts';
import {
  crestBefore,
  filledAt,
  GRID_SECONDS,
  grown,
  indexAt,
  type Jump,
  jumped,
  type Levels,
  levelsOf,
  most,
  stretched,
  sum,
  walk,
} from './levels.ts';
import { calendarOf, randomMoments, regularMoments } from './rhythm.ts';
import { dailyWave, murmur, saw, unevenness } from './saw.ts';
import { type ClockStep, type DrawStory, drawFullAt, drawLead, filling } from './story.ts';
import { drawFilesystem, drawInodes, drawThinData, drawTinyMetadata } from './volume.ts';

/** A growth of one process: uneven, and as fast as `pace` says of each second (1 by default). */
function unevenGrowth(random: Random, days: number, pace: (seconds: number) => number = () => 1): Levels {
  const uneven = unevenness(random, days);
  return grown(days, (seconds) => uneven(seconds) * pace(seconds));
}

/** Records that nothing expires, on a share of 20 to 75 % at the start. */
const slowLeak: DrawStory = (random, days) => {
  const growth = unevenGrowth(random, days);
  const start = between(random, 0.2, 0.75);
  const volume = chance(random, 0.7) ? drawFilesystem(random) : drawThinData(random);
  return { volume, levels: filledAt(drawFullAt(random, days), { start, growth, overlay: murmur(random, days) }) };
};

/** What a prune each half day to two days misses, beneath teeth of 3 to 15 %. */
const leakUnderSawtooth: DrawStory = (random, days) => {
  const everySeconds = between(random, 0.5, 2) * DAY_SECONDS;
  const cleanUps = regularMoments(random, days, { everySeconds, jitterSeconds: 0.1 * everySeconds });
  const teeth = stretched(
    saw(random, days, { cleanUps, heightPerDay: 1, missed: 0.02 }),
    0,
    between(random, 0.03, 0.15),
  );
  const growth = unevenGrowth(random, days);
  const start = between(random, 0.15, 0.65);
  const overlay = sum(teeth, murmur(random, days));
  const fullAt = crestBefore(overlay, drawFullAt(random, days));
  return { volume: drawFilesystem(random), levels: filledAt(fullAt, { start, growth, overlay }) };
};

/** More users each week, or a table that indexes its own log: rate by a power of 0.6 to 2.5, or doubling in 3 to 9 days. */
const accelerating: DrawStory = (random, days) => {
  const fullAt = drawFullAt(random, days);
  const [power, doublingDays] = [between(random, 0.6, 2.5), between(random, 3, 9)];
  const pace = chance(random, 0.5)
    ? (seconds: number) => (seconds / fullAt) ** power
    : (seconds: number) => 2 ** ((seconds - fullAt) / (doublingDays * DAY_SECONDS));
  const growth = unevenGrowth(random, days, pace);
  const start = between(random, 0.2, 0.65);
  return { volume: drawFilesystem(random), levels: filledAt(fullAt, { start, growth, overlay: murmur(random, days) }) };
};

/** Quiet at 10 to 75 % until a release or a forgotten debug switch; full 2.5 to 8 days after. */
const lateOnset: DrawStory = (random, days) => {
  const fullAt = drawFullAt(random, days);
  const onset = fullAt - drawLead(random, fullAt, 2.5, 8);
  const growth = unevenGrowth(random, days, (seconds) => (seconds < onset ? 0 : 1));
  const start = between(random, 0.1, 0.75);
  const volume = drawFilesystem(random);
  return { volume, levels: filledAt(fullAt, { start, growth, overlay: murmur(random, days) }), seenFrom: onset };
};

/** A leak that a release makes 1.7 to 3 times as fast, 3 to 10 days before it is full. */
const rateDoubles: DrawStory = (random, days) => {
  const fullAt = drawFullAt(random, days);
  const releaseAt = fullAt - drawLead(random, fullAt, 3, 10);
  const times = between(random, 1.7, 3);
  const growth = unevenGrowth(random, days, (seconds) => (seconds < releaseAt ? 1 : times));
  const start = between(random, 0.2, 0.7);
  return { volume: drawFilesystem(random), levels: filledAt(fullAt, { start, growth, overlay: murmur(random, days) }) };
};

/** A leak in a service that is off on weekends, or down for 2 to 30 h at random: in the pauses nothing grows. */
const leakWithPauses: DrawStory = (random, days) => {
  const calendar = calendarOf(random);
  const pausesOnWeekends = chance(random, 0.6);
  const outages = randomMoments(random, days, between(random, 1.5, 5) * DAY_SECONDS).map((from) => ({
    from,
    until: from + between(random, 2, 30) * HOUR_SECONDS,
  }));
  const isOff = (at: number) =>
    (pausesOnWeekends && !calendar.isWorkday(at)) || outages.some(({ from, until }) => from <= at && at < until);
  const growth = unevenGrowth(random, days, (seconds) => (isOff(seconds) ? 0 : 1));
  const start = between(random, 0.2, 0.7);
  const overlay = murmur(random, days);
  return { volume: drawFilesystem(random), levels: filledAt(drawFullAt(random, days), { start, growth, overlay }) };
};

/** A leak of 0.8 to 3 % a day beneath the scratch files of working hours, 10 to 25 % high each day. */
const leakUnderWave: DrawStory = (random, days) => {
  const height = between(random, 0.1, 0.25);
  const overlay = sum(stretched(dailyWave(days, calendarOf(random)), 0, height), murmur(random, days));
  const fullAt = crestBefore(overlay, drawFullAt(random, days));
  const growth = unevenGrowth(random, days);
  const start = Math.max(0.05, 1 - height - (between(random, 0.008, 0.03) * fullAt) / DAY_SECONDS);
  return { volume: drawFilesystem(random), levels: filledAt(fullAt, { start, growth, overlay }) };
};

/** Crash dumps or abandoned sandboxes of 0.5 to 3 %, from six a day to one in two days. */
const leakInLargeSteps: DrawStory = (random, days) => {
  const fullAt = drawFullAt(random, days);
  const gapSeconds = logBetween(random, 1 / 6, 2) * DAY_SECONDS;
  const size = between(random, 0.005, 0.03);
  const drops = randomMoments(random, fullAt / DAY_SECONDS - 0.25, gapSeconds);
  const last = { at: fullAt - 600, by: size, overSeconds: 240 };
  const steps = drops.map(
    (at): Jump => ({ at, by: size * between(random, 0.5, 1.5), overSeconds: logBetween(random, 120, 3_600) }),
  );
  const growth = jumped(days, [...steps, last]);
  const start = Math.max(0.04, 0.995 - most(growth));
  const volume = drawFilesystem(random);
  return { volume, levels: filledAt(fullAt, { start, growth, overlay: murmur(random, days) }) };
};

/** A nearly full archive that nobody watches: from 92 to 98 % at a fraction of a per cent a day. */
const verySlowNearEnd: DrawStory = (random, days) => {
  const growth = unevenGrowth(random, days);
  const start = between(random, 0.92, 0.98);
  const overlay = murmur(random, days).map((level) => level / 6);
  return { volume: drawFilesystem(random), levels: filledAt(drawFullAt(random, days), { start, growth, overlay }) };
};

/** Thin metadata of 2 to 12 MiB in blocks of 4 KiB, of which the kernel counts a tenth as used from the start. */
const tinyMetadataLeak: DrawStory = (random, days) => {
  const calendar = calendarOf(random);
  const nights = between(random, 0, 1);
  const growth = unevenGrowth(random, days, (at) => (calendar.hourOf(at) < 6 ? nights : 1));
  const start = between(random, 0.1, 0.7);
  const fullAt = drawFullAt(random, days);
  return {
    volume: drawTinyMetadata(random),
    levels: filledAt(fullAt, { start, growth, overlay: levelsOf(days, () => 0) }),
  };
};

/** People delete by hand 10 to 50 % of what came, one to four times; the last time two days or more before it is full. */
const partialCleanUps: DrawStory = (random, days) => {
  const fullAt = drawFullAt(random, days);
  const uneven = unevenness(random, days);
  const moments = Array.from(
    { length: wholeBetween(random, 1, 4) },
    () => between(random, 0.1, 1) * (fullAt - 2 * DAY_SECONDS),
  );
  const cleanUps = new Set(moments.map(indexAt));
  const growth = walk(days, 0, (level, at) =>
    cleanUps.has(indexAt(at)) ? level * between(random, 0.5, 0.9) : level + (uneven(at) * GRID_SECONDS) / DAY_SECONDS,
  );
  const start = between(random, 0.25, 0.6);
  return { volume: drawFilesystem(random), levels: filledAt(fullAt, { start, growth, overlay: murmur(random, days) }) };
};

/** One data set ages out or is moved away while another grows 1.5 to 4 times as fast. */
const twoProcesses: DrawStory = (random, days) => {
  const fullAt = drawFullAt(random, days);
  const faster = between(random, 1.5, 4);
  const goneAt = between(random, 0.5, 1.1) * fullAt;
  const grows = unevenGrowth(random, days);
  const shrinks = unevenGrowth(random, days, (seconds) => (seconds < goneAt ? 1 : 0));
  const growth = grows.map((level, index) => level - (shrinks[index] ?? 0) / faster);
  const start = between(random, 0.35, 0.75);
  return { volume: drawFilesystem(random), levels: filledAt(fullAt, { start, growth, overlay: murmur(random, days) }) };
};

/** Session or cache files that no one expires: inodes run out, faster on working days. */
const inodeLeak: DrawStory = (random, days) => {
  const calendar = calendarOf(random);
  const weekends = between(random, 0.3, 1);
  const growth = unevenGrowth(random, days, (at) => (calendar.isWorkday(at) ? 1 : weekends));
  const start = between(random, 0.1, 0.7);
  return {
    volume: drawInodes(random),
    levels: filledAt(drawFullAt(random, days), { start, growth, overlay: murmur(random, days) }),
  };
};

/** A prune that stops working (its timer was dropped, its filter matches nothing any more): full 2.5 to 7 days after. */
const pruneStops: DrawStory = (random, days) => {
  const fullAt = drawFullAt(random, days);
  const stopsAt = fullAt - drawLead(random, fullAt, 2.5, 7);
  const everySeconds = between(random, 0.5, 1.2) * DAY_SECONDS;
  const cleanUps = regularMoments(random, days, { everySeconds, jitterSeconds: 0.1 * everySeconds });
  const growth = saw(random, days, { cleanUps: cleanUps.filter((at) => at < stopsAt), heightPerDay: 1 });
  const start = between(random, 0.15, 0.6);
  const volume = drawFilesystem(random);
  return { volume, levels: filledAt(fullAt, { start, growth, overlay: murmur(random, days) }), seenFrom: stopsAt };
};

/** A slow leak on a host whose clock is an hour or more wrong for some hours, days before it is full. */
const leakThroughClockSteps: DrawStory = (random, days) => {
  const fullAt = drawFullAt(random, days);
  const growth = unevenGrowth(random, days);
  const start = between(random, 0.2, 0.7);
  const clockSteps = Array.from({ length: wholeBetween(random, 1, 3) }, (): ClockStep => {
    const from = between(random, 0.2, 0.95) * (fullAt - 3 * DAY_SECONDS);
    const bySeconds = Math.round(between(random, -9, 9) * HOUR_SECONDS);
    return { from, until: from + Math.min(DAY_SECONDS, waitOf(random, 4 * HOUR_SECONDS)), bySeconds };
  });
  const levels = filledAt(fullAt, { start, growth, overlay: murmur(random, days) });
  return { volume: drawFilesystem(random), levels, clockSteps };
};

export const LEAKS: readonly Family[] = [
  filling('slow-leak', slowLeak),
  filling('leak-under-sawtooth', leakUnderSawtooth),
  filling('accelerating', accelerating),
  filling('late-onset', lateOnset),
  filling('rate-doubles', rateDoubles),
  filling('leak-with-pauses', leakWithPauses),
  filling('leak-under-daily-wave', leakUnderWave),
  filling('leak-in-large-steps', leakInLargeSteps),
  filling('very-slow-near-end', verySlowNearEnd),
  filling('tiny-metadata-leak', tinyMetadataLeak),
  filling('partial-clean-ups', partialCleanUps),
  filling('two-processes', twoProcesses),
  filling('inode-leak', inodeLeak),
  filling('prune-stops', pruneStops),
  filling('leak-through-clock-steps', leakThroughClockSteps),
];
