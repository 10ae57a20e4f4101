import { DAY_SECONDS, type Family, HOUR_SECONDS } from '../family.ts';
import { between, logBetween, type Random } from './draw.ts';
import { filledAt, grown, jumped, stretched, sum } from './levels.ts';
import { calendarOf } from './rhythm.ts';
import { dailyWave, murmur, unevenness } from './saw.ts';
import { type DrawStory, drawFullAt, runaway } from './story.ts';
import { drawFilesystem, drawThinData } from './volume.ts';

/** Hosts that can run away are read each 10 to 15 minutes, and were seen in the hours before. */
const BEAT_SECONDS = 900;
const SEEN_BEFORE_ONSET_SECONDS = 6 * HOUR_SECONDS;

function drawOnset(random: Random, days: number) {
  const fullAt = drawFullAt(random, days);
  const onset = fullAt - logBetween(random, 3, 14) * HOUR_SECONDS;
  return { fullAt, onset, watch: { seenFrom: onset - SEEN_BEFORE_ONSET_SECONDS, slowestBeatSeconds: BEAT_SECONDS } };
}

/** A log that writes its own error, or a copy into the wrong place: full 3 to 14 h after its onset, at 20 to 80 % till then. */
const runawayLog: DrawStory = (random, days) => {
  const { fullAt, onset, watch } = drawOnset(random, days);
  const uneven = unevenness(random, days);
  const growth = grown(days, (at) => (at < onset ? 0 : uneven(at)));
  const wave = stretched(dailyWave(days, calendarOf(random)), 0, between(random, 0, 0.06));
  const start = between(random, 0.2, 0.8);
  const levels = filledAt(fullAt, { start, growth, overlay: sum(wave, murmur(random, days)) });
  return { volume: drawFilesystem(random), levels, ...watch };
};

/** A service that crashes and starts again: a core dump of the same size each 6 to 20 minutes. */
const runawayCoreDumps: DrawStory = (random, days) => {
  const { fullAt, onset, watch } = drawOnset(random, days);
  const everySeconds = between(random, 360, 1_200);
  const dumps = Array.from({ length: Math.ceil((fullAt - onset) / everySeconds) }, (_, dump) => ({
    at: onset + dump * everySeconds,
    by: between(random, 0.95, 1.05),
    overSeconds: between(random, 120, 300),
  }));
  const start = between(random, 0.1, 0.75);
  const levels = filledAt(fullAt, { start, growth: jumped(days, dumps), overlay: murmur(random, days) });
  return { volume: drawFilesystem(random), levels, ...watch };
};

/** A restore or a batch job in a guest that maps a thin pool ever faster. */
const runawayRestore: DrawStory = (random, days) => {
  const { fullAt, onset, watch } = drawOnset(random, days);
  const power = between(random, 0, 0.8);
  const uneven = unevenness(random, days);
  const growth = grown(days, (at) => (at < onset ? 0 : uneven(at) * ((at - onset) / DAY_SECONDS) ** power));
  const start = between(random, 0.15, 0.7);
  const levels = filledAt(fullAt, { start, growth, overlay: murmur(random, days) });
  return { volume: drawThinData(random), levels, ...watch };
};

export const RUNAWAYS: readonly Family[] = [
  runaway('runaway', runawayLog),
  runaway('runaway-core-dumps', runawayCoreDumps),
  runaway('runaway-restore', runawayRestore),
];
