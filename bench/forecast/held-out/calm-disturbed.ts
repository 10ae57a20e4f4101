import { DAY_SECONDS, type Family, HOUR_SECONDS } from '../family.ts';
import { between, chance, logBetween, pick, type Random, wholeBetween } from './draw.ts';
import { drift, GRID_SECONDS, grown, indexAt, jumped, stretched, sum, toppedAt, walk } from './levels.ts';
import { calendarOf, randomMoments } from './rhythm.ts';
import { dailyWave, murmur, unevenness } from './saw.ts';
import { type ClockStep, calm, type DrawStory } from './story.ts';
import { drawFilesystem, drawThinData } from './volume.ts';

/**
 * Somebody extends a logical volume (by 10 to 100 %, its file system's tables with it) or, once in four, takes 8 to 20 %
 * away; what is on it stays, growing by 0.3 % a day at most, 75 % of the smaller size at most.
 */
const resize: DrawStory = (random, days) => {
  const shrinks = chance(random, 0.25);
  const count = wholeBetween(random, 1, 2);
  const moments = Array.from({ length: count }, () => between(random, 0.1, 0.9) * days * DAY_SECONDS).sort(
    (a, b) => a - b,
  );
  let share = 1;
  const resizes = moments.map((at) => {
    share *= shrinks ? 1 - between(random, 0.08, 0.2) / count : 1 + logBetween(random, 0.1, 1);
    return { at, share };
  });
  const tables = resizes.map(({ at }) => ({ at, by: shrinks ? 0 : between(random, 0.001, 0.012), overSeconds: 1 }));
  const perDay = logBetween(random, 0.0001, 0.003);
  const levels = sum(
    jumped(days, tables),
    grown(days, () => perDay),
    murmur(random, days),
  );
  return {
    ...{ volume: shrinks || chance(random, 0.6) ? drawFilesystem(random) : drawThinData(random), resizes },
    levels: toppedAt(levels, between(random, 0.25, 0.75) * Math.min(1, share)),
  };
};

/**
 * A machine that is switched off or restarts each 1 to 6 days, away for 5 min to 9 h: temporary files are gone, and come
 * back within hours to the same 1 to 9 %; crest 40 to 90 %.
 */
const restartGaps: DrawStory = (random, days) => {
  const holes = randomMoments(random, days, between(random, 1, 6) * DAY_SECONDS).map((from) => ({
    from,
    until: from + logBetween(random, 300, 9 * HOUR_SECONDS),
  }));
  const startsAt = new Set(holes.map(({ until }) => indexAt(until)));
  const refillSeconds = between(random, 3, 20) * HOUR_SECONDS;
  const temporary = walk(days, 1, (level, at) =>
    startsAt.has(indexAt(at)) ? between(random, 0, 0.2) : level + ((1 - level) * GRID_SECONDS) / refillSeconds,
  );
  const top = between(random, 0.4, 0.9);
  const levels = sum(stretched(temporary, top - between(random, 0.01, 0.09), top), murmur(random, days));
  return { volume: drawFilesystem(random), levels, holes };
};

/**
 * Hosts whose clock is wrong for a while: a board without a battery starts hours in the past until NTP answers, a person
 * sets the local time as UTC, a guest wakes with the time of its suspension. What is on it holds or has a daily wave.
 */
const clockSteps: DrawStory = (random, days) => {
  const wave = dailyWave(days, calendarOf(random));
  const top = between(random, 0.3, 0.92);
  const spread = logBetween(random, 0.0005, 0.006);
  const levels = chance(random, 0.5)
    ? sum(stretched(wave, top - between(random, 0.01, 0.12), top), murmur(random, days))
    : toppedAt(sum(drift(random, days, { spread, memoryHours: between(random, 4, 48) }), murmur(random, days)), top);
  return { volume: drawFilesystem(random), levels, clockSteps: drawClockSteps(random, days) };
};

/** One to four, none in the first fifth, so that no time is below 0. */
function drawClockSteps(random: Random, days: number): ClockStep[] {
  const furthestBack = Math.min(30 * HOUR_SECONDS, 0.045 * days * DAY_SECONDS);
  return Array.from({ length: wholeBetween(random, 1, 4) }, () => {
    const from = between(random, 0.2, 0.95) * days * DAY_SECONDS;
    const kind = pick(random, ['boot', 'timezone', 'suspended']);
    if (kind === 'boot') {
      return stepFor(from, between(random, 0.2, 3) * HOUR_SECONDS, -between(random, 0.03, 1) * furthestBack);
    }
    if (kind === 'timezone') {
      return stepFor(
        from,
        between(random, 2, 60) * HOUR_SECONDS,
        pick(random, [-1, 1]) * wholeBetween(random, 1, 8) * HOUR_SECONDS,
      );
    }
    return stepFor(from, between(random, 0.1, 6) * HOUR_SECONDS, -between(random, 0.1, 14) * HOUR_SECONDS);
  });
}

const stepFor = (from: number, seconds: number, bySeconds: number): ClockStep => ({
  from,
  until: from + seconds,
  bySeconds: Math.round(bySeconds),
});

/** A data partition on thin provisioning whose weekly trim gives back what was deleted since: 2 to 15 %, crest 45 to 90 %. */
const weeklyTrim: DrawStory = (random, days) => {
  const trimAt = between(random, 0, 7) * DAY_SECONDS;
  const uneven = unevenness(random, days);
  const isTrim = (at: number) => (at - trimAt + 70 * DAY_SECONDS) % (7 * DAY_SECONDS) < GRID_SECONDS;
  const mapped = walk(days, random() / 2, (level, at) =>
    isTrim(at) ? between(random, 0, 0.08) : level + (uneven(at) * GRID_SECONDS) / (7 * DAY_SECONDS),
  );
  const top = between(random, 0.45, 0.9);
  return { volume: drawThinData(random), levels: stretched(mapped, top - between(random, 0.02, 0.15), top) };
};

export const CALM_DISTURBED: readonly Family[] = [
  calm('resize', resize),
  calm('restart-gaps', restartGaps),
  calm('clock-steps', clockSteps),
  calm('thin-weekly-trim', weeklyTrim),
];
