import type { Family } from '../family.ts';
import { between, wholeBetween } from './draw.ts';
import { filledAt, GRID_SECONDS, grown, indexAt, stretched, sum } from './levels.ts';
import { calendarOf } from './rhythm.ts';
import { dailyWave, murmur, unevenness } from './saw.ts';
import { type DrawStory, drawFullAt, drawLead, filling } from './story.ts';
import { drawFilesystem, drawThinData } from './volume.ts';

/** A leak answered with a bigger disk (10 to 60 % more, at 60 to 93 % used) instead of a cure: full again later. */
const leakWithResize: DrawStory = (random, days) => {
  const fullAt = drawFullAt(random, days);
  const limit = 1 + between(random, 0.1, 0.6);
  const uneven = unevenness(random, days);
  const growth = grown(days, uneven);
  const start = between(random, 0.3, 0.6);
  const levels = filledAt(fullAt, { start, growth, overlay: murmur(random, days), limit });
  const fillAtResize = between(random, Math.max(0.6, start + 0.02), 0.93);
  const at = levels.findIndex((level) => level >= fillAtResize) * GRID_SECONDS;
  return { volume: drawFilesystem(random), levels, resizes: [{ at, share: limit }] };
};

/** A project quota is cut by 15 to 45 %, which leaves 70 to 93 % used; the same slow growth as before fills it days later. */
const quotaCut: DrawStory = (random, days) => {
  const fullAt = drawFullAt(random, days);
  const share = 1 - between(random, 0.15, 0.45);
  const cutAt = fullAt - drawLead(random, fullAt, 2.5, 9);
  const uneven = unevenness(random, days);
  const growth = grown(days, uneven);
  const leftAtCut = between(random, 0.07, 0.3) * share;
  const scale = leftAtCut / ((growth[indexAt(fullAt)] ?? 0) - (growth[indexAt(cutAt)] ?? 0));
  const start = Math.max(0.02, share - scale * (growth[indexAt(fullAt)] ?? 0));
  const levels = filledAt(fullAt, { start, growth, overlay: murmur(random, days), limit: share });
  return { volume: drawFilesystem(random), levels, resizes: [{ at: cutAt, share }], seenFrom: cutAt };
};

/** Two or three small cuts of a share while its data grow by working days, beneath a daily wave of 1 to 6 %. */
const quotaCutOnGrowing: DrawStory = (random, days) => {
  const fullAt = drawFullAt(random, days);
  const cuts = wholeBetween(random, 2, 3);
  const share = 1 - between(random, 0.08, 0.3);
  const resizes = Array.from({ length: cuts }, (_, cut) => ({
    at: fullAt * between(random, 0.25 + 0.15 * cut, 0.35 + 0.15 * cut),
    share: 1 - ((1 - share) * (cut + 1)) / cuts,
  }));
  const calendar = calendarOf(random);
  const uneven = unevenness(random, days);
  const growth = grown(days, (at) => uneven(at) * (calendar.isWorkday(at) ? 1 : 0.25));
  const wave = stretched(dailyWave(days, calendar), 0, between(random, 0.01, 0.06));
  const start = between(random, 0.2, 0.45);
  const levels = filledAt(fullAt, { start, growth, overlay: sum(wave, murmur(random, days)), limit: share });
  return { volume: drawFilesystem(random), levels, resizes };
};

/** LVM extends a thin pool by 20 % each time that it is 70 to 80 % full, until the volume group has no room; then it fills. */
const autoextendRunsDry: DrawStory = (random, days) => {
  const fullAt = drawFullAt(random, days);
  const extensions = wholeBetween(random, 1, 3);
  const threshold = between(random, 0.7, 0.8);
  const limit = 1.2 ** extensions;
  const uneven = unevenness(random, days);
  const start = between(random, 0.35, 0.65);
  const overlay = murmur(random, days).map((level) => level / 2);
  const levels = filledAt(fullAt, { start, growth: grown(days, uneven), overlay, limit });
  const resizes = Array.from({ length: extensions }, (_, extension) => ({
    at: levels.findIndex((level) => level >= threshold * 1.2 ** extension) * GRID_SECONDS,
    share: 1.2 ** (extension + 1),
  }));
  return { volume: drawThinData(random), levels, resizes };
};

export const CAPACITY_CHANGES: readonly Family[] = [
  filling('leak-with-resize', leakWithResize),
  filling('quota-cut', quotaCut),
  filling('quota-cut-on-growing', quotaCutOnGrowing),
  filling('autoextend-runs-dry', autoextendRunsDry),
];
