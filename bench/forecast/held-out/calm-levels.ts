import { DAY_SECONDS, type Family, HOUR_SECONDS } from '../family.ts';
import { between, chance, logBetween, wholeBetween } from './draw.ts';
import { drift, GRID_SECONDS, grown, jumped, levelsOf, most, stretched, sum, toppedAt, walk } from './levels.ts';
import { murmur, unevenness } from './saw.ts';
import { calm, type DrawStory } from './story.ts';
import { drawFilesystem, drawInodes, drawThinData, drawThinMetadata, drawTinyMetadata } from './volume.ts';

/** A server whose data stopped changing: only temporary files and journals come and go, 5 to 84 %. */
const flat: DrawStory = (random, days) => ({
  volume: chance(random, 0.8) ? drawFilesystem(random) : drawInodes(random),
  levels: toppedAt(
    sum(
      murmur(random, days),
      drift(random, days, { spread: logBetween(random, 0.0005, 0.008), memoryHours: between(random, 6, 60) }),
    ),
    between(random, 0.05, 0.84),
  ),
});

/** A media or archive volume filled to 86 to 97 % by people who know it; its crests stay under 98.5 %. */
const steadyHigh: DrawStory = (random, days) => ({
  volume: drawFilesystem(random),
  levels: toppedAt(
    sum(
      murmur(random, days),
      drift(random, days, { spread: logBetween(random, 0.0005, 0.004), memoryHours: between(random, 4, 72) }),
    ),
    between(random, 0.86, 0.985),
  ),
});

/** Ordinary business: 0.03 to 0.4 % a day at uneven rates, years or months from full, 80 % at most. */
const farGrowth: DrawStory = (random, days) => {
  const uneven = unevenness(random, days);
  const perDay = logBetween(random, 0.0003, 0.004);
  const growth = grown(days, (seconds) => perDay * uneven(seconds));
  return {
    volume: chance(random, 0.7) ? drawFilesystem(random) : drawThinData(random),
    levels: toppedAt(sum(growth, murmur(random, days)), between(random, 0.35, 0.8)),
  };
};

/** Data sets copied in by hand or an installation: one to three steps of 5 to 25 % within hours, then nothing. */
const stepThenFlat: DrawStory = (random, days) => {
  const steps = Array.from({ length: wholeBetween(random, 1, 3) }, () => ({
    at: between(random, 0.08, 0.92) * days * DAY_SECONDS,
    by: between(random, 0.05, 0.25),
    overSeconds: logBetween(random, 240, 4 * HOUR_SECONDS),
  }));
  const stairs = jumped(days, steps);
  const top = Math.max(between(random, 0.5, 0.92), most(stairs) + 0.05);
  return {
    volume: drawFilesystem(random),
    levels: toppedAt(sum(stairs, murmur(random, days)), top),
  };
};

/** New tenants fill a share that was given to them, ever slower: time constant 1.5 to 7 days, ends at 50 to 88 %. */
const levellingOff: DrawStory = (random, days) => {
  const onset = chance(random, 0.5) ? 0 : between(random, 0.05, 0.5) * days * DAY_SECONDS;
  const constantSeconds = between(random, 1.5, 7) * DAY_SECONDS;
  const rise = levelsOf(days, (seconds) => 1 - Math.exp(-Math.max(0, seconds - onset) / constantSeconds));
  const top = between(random, 0.5, 0.88);
  return {
    volume: drawFilesystem(random),
    levels: sum(stretched(rise, top - between(random, 0.08, 0.4), top), murmur(random, days)),
  };
};

/**
 * A new backup target: an increment each night, kept 7 to 14 days, so that it rises by 10 to 35 % and then holds with
 * increments that come and go at 45 to 80 %.
 */
const backupRampPlateau: DrawStory = (random, days) => {
  const start = between(random, 0, 0.15) * days * DAY_SECONDS;
  const kept = wholeBetween(random, 7, 14);
  const height = between(random, 0.1, 0.35);
  const jumps = Array.from({ length: days }, (_, night) => {
    const at = start + night * DAY_SECONDS + between(random, 0, 1_800);
    const by = (height / kept) * between(random, 0.5, 1.5);
    const droppedAt = at + kept * DAY_SECONDS + between(random, 1, 3) * HOUR_SECONDS;
    return [
      { at, by, overSeconds: between(random, 0.3, 4) * HOUR_SECONDS },
      { at: droppedAt, by: -by, overSeconds: between(random, 240, 2_400) },
    ];
  }).flat();
  return {
    volume: drawFilesystem(random),
    levels: toppedAt(sum(jumped(days, jumps), murmur(random, days)), between(random, 0.45, 0.8)),
  };
};

/** Services are moved onto the machine in 1 to 2.2 days, with pauses; 20 to 40 % come, 40 to 75 % are used at last. */
const migration: DrawStory = (random, days) => {
  const from = between(random, 0.15, 0.8) * days * DAY_SECONDS;
  const until = from + between(random, 1, 2.2) * DAY_SECONDS;
  const uneven = unevenness(random, days);
  const pausesAfterHours = between(random, 3, 9);
  const moves = (seconds: number) => (seconds / HOUR_SECONDS) % pausesAfterHours > pausesAfterHours / 4;
  const moved = grown(days, (at) => (from <= at && at < until && moves(at) ? uneven(at) : 0));
  const top = between(random, 0.4, 0.75);
  const low = Math.max(0.03, top - between(random, 0.2, 0.4));
  return { volume: drawFilesystem(random), levels: sum(stretched(moved, low, top), murmur(random, days)) };
};

/** An HTTP or package cache that warms within 0.2 to 2 days of its start and then holds 93 to 96 % by its own bound. */
const cacheHolds: DrawStory = (random, days) => {
  const bound = between(random, 0.93, 0.96);
  const warmDays = between(random, 0.2, 2);
  const uneven = unevenness(random, days);
  const evicts = between(random, 0.001, 0.012);
  const perStep = (bound * GRID_SECONDS) / (warmDays * DAY_SECONDS);
  return {
    volume: drawFilesystem(random),
    levels: walk(days, between(random, 0.02, 0.2), (level, seconds) =>
      level >= bound ? level - evicts * random() : level + perStep * uneven(seconds),
    ),
  };
};

/** Logs grow by little until an error is written again and again for 10 to 26 hours; rotation takes it away days later. */
const errorStorm: DrawStory = (random, days) => {
  const stormAt = between(random, 0.2, 0.75) * days * DAY_SECONDS;
  const by = between(random, 0.05, 0.2);
  const overSeconds = between(random, 10, 26) * HOUR_SECONDS;
  const rotatedAt = stormAt + overSeconds + between(random, 1, 6) * DAY_SECONDS;
  const storm = jumped(days, [
    { at: stormAt, by, overSeconds },
    { at: rotatedAt, by: -by * between(random, 0.85, 0.98), overSeconds: 600 },
  ]);
  const perDay = logBetween(random, 0.0003, 0.002);
  const logs = grown(days, () => perDay);
  return {
    volume: drawFilesystem(random),
    levels: toppedAt(sum(storm, logs, murmur(random, days)), between(random, 0.35, 0.78)),
  };
};

/** A thin pool's metadata: a snapshot each half day to two days breaks sharing, and the oldest is dropped; 40 to 82 %. */
const thinMetadataSnapshots: DrawStory = (random, days) => {
  const everySeconds = between(random, 0.5, 2) * DAY_SECONDS;
  const kept = wholeBetween(random, 2, 6);
  const by = between(random, 0.01, 0.05);
  const jumps = [];
  for (let at = -kept * everySeconds; at < days * DAY_SECONDS; at += everySeconds) {
    const taken = by * between(random, 0.6, 1.4);
    const droppedAt = at + kept * everySeconds + between(random, 0, 1_200);
    if (at > 0) jumps.push({ at, by: taken, overSeconds: between(random, 0.2, 0.9) * everySeconds });
    if (droppedAt > 0) jumps.push({ at: droppedAt, by: -taken, overSeconds: between(random, 120, 1_800) });
  }
  const levels = jumped(days, jumps);
  const top = between(random, 0.4, 0.82);
  return {
    volume: chance(random, 0.5) ? drawThinMetadata(random) : drawTinyMetadata(random),
    levels: stretched(levels, top - between(random, 0.06, 0.28), top),
  };
};

export const CALM_LEVELS: readonly Family[] = [
  calm('flat', flat),
  calm('steady-high', steadyHigh),
  calm('far-growth', farGrowth),
  calm('step-then-flat', stepThenFlat),
  calm('levelling-off', levellingOff),
  calm('backup-ramp-plateau', backupRampPlateau),
  calm('migration', migration),
  calm('cache-holds', cacheHolds),
  calm('error-storm', errorStorm),
  calm('thin-metadata-snapshots', thinMetadataSnapshots),
];
