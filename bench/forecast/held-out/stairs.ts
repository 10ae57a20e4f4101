import { DAY_SECONDS, type Family, HOUR_SECONDS } from '../family.ts';
import { between, logBetween, wholeBetween } from './draw.ts';
import { filledAt, grown, indexAt, type Jump, jumped, type Levels, levelsOf, sum } from './levels.ts';
import { activityOf, calendarOf, randomMoments, regularMoments } from './rhythm.ts';
import { murmur, unevenness } from './saw.ts';
import { type DrawStory, drawFullAt, filling } from './story.ts';
import { drawBtrfs, drawFilesystem, drawThinData, drawThinMetadata } from './volume.ts';

const still = (days: number): Levels => levelsOf(days, () => 0);

/** Rises only by whole steps, the highest so far: what was allocated stays allocated. */
function stepped(levels: Levels, step: number): Levels {
  let high = 0;
  return levels.map((level) => {
    high = Math.max(high, Math.ceil(level / step) * step);
    return high;
  });
}

/**
 * btrfs: one more chunk of 1 GiB each time that the data outgrow those there are, now and then two with a metadata chunk;
 * deleting within chunks gives nothing back.
 */
const btrfsChunks: DrawStory = (random, days) => {
  const volume = drawBtrfs(random);
  const chunk = volume.blockBytes / volume.capacityBytes;
  const uneven = unevenness(random, days);
  const calendar = calendarOf(random);
  const nights = between(random, 0.05, 1);
  const growth = grown(days, (at) => uneven(at) * (nights + activityOf(calendar, at)));
  const overlay = murmur(random, days).map((level) => 6 * level);
  const start = between(random, 0.3, 0.75);
  return { volume, levels: stepped(filledAt(drawFullAt(random, days), { start, growth, overlay }), chunk) };
};

/** A thin pool without discard: each container or virtual machine maps 0.1 to 5 % when it is made, and rewrites map little. */
const thinDataSteps: DrawStory = (random, days) => {
  const fullAt = drawFullAt(random, days);
  const size = between(random, 0.003, 0.03);
  const made = randomMoments(random, days, logBetween(random, 0.15, 1.2) * DAY_SECONDS).map(
    (at): Jump => ({
      at,
      by: size * between(random, 0.3, 1.7),
      overSeconds: between(random, 120, 2 * HOUR_SECONDS),
    }),
  );
  const uneven = unevenness(random, days);
  const rewrites = between(random, 0.0005, 0.004);
  const last = { at: fullAt - 600, by: size, overSeconds: 480 };
  const growth = sum(
    jumped(days, [...made, last]),
    grown(days, (at) => rewrites * uneven(at)),
  );
  const start = Math.max(0.1, 1 - (growth[indexAt(fullAt)] ?? 0));
  return { volume: drawThinData(random), levels: filledAt(fullAt, { start, growth, overlay: still(days) }) };
};

/** Thin metadata: after each snapshot the tree is copied as it is written, fast at first; the snapshots are never dropped. */
const thinMetadataSteps: DrawStory = (random, days) => {
  const everySeconds = between(random, 0.25, 1.5) * DAY_SECONDS;
  const snapshots = regularMoments(random, days, { everySeconds, jitterSeconds: 0.15 * everySeconds });
  const copies = snapshots.flatMap((at): Jump[] => {
    const by = between(random, 0.5, 1.5);
    return [
      { at, by: 0.7 * by, overSeconds: between(random, 240, 2 * HOUR_SECONDS) },
      { at, by: 0.3 * by, overSeconds: everySeconds },
    ];
  });
  const growth = sum(
    jumped(days, copies),
    grown(days, () => 0.02),
  );
  return {
    volume: drawThinMetadata(random),
    levels: filledAt(drawFullAt(random, days), { start: between(random, 0.12, 0.7), growth, overlay: still(days) }),
  };
};

/** CI leftovers: jobs of working hours leave a volume or a layer each, nights and weekends nothing. */
const weekdayStairs: DrawStory = (random, days) => {
  const calendar = calendarOf(random);
  const jobsADay = wholeBetween(random, 2, 30);
  const leftovers = randomMoments(random, days, DAY_SECONDS / jobsADay / 3)
    .filter((at) => calendar.isWorkday(at) && random() < activityOf(calendar, at))
    .map((at): Jump => ({ at, by: logBetween(random, 0.2, 4), overSeconds: between(random, 120, 2_400) }));
  const growth = sum(
    jumped(days, leftovers),
    grown(days, () => 0.01),
  );
  const start = between(random, 0.2, 0.7);
  const overlay = murmur(random, days);
  return { volume: drawFilesystem(random), levels: filledAt(drawFullAt(random, days), { start, growth, overlay }) };
};

/** One model, release or disk image of 2 to 6 % each night or every other, which nobody removes. */
const nightlyArtefacts: DrawStory = (random, days) => {
  const everySeconds = wholeBetween(random, 1, 2) * DAY_SECONDS;
  const fullAt = drawFullAt(random, days);
  const builds = regularMoments(random, fullAt / DAY_SECONDS - 0.3, { everySeconds, jitterSeconds: HOUR_SECONDS });
  const growth = jumped(days, [
    ...builds.map((at): Jump => ({ at, by: between(random, 0.8, 1.2), overSeconds: between(random, 300, 5_400) })),
    { at: fullAt - 1_200, by: 1, overSeconds: 900 },
  ]);
  const start = Math.max(0.05, 1 - (between(random, 0.02, 0.06) * fullAt) / everySeconds);
  return {
    volume: drawFilesystem(random),
    levels: filledAt(fullAt, { start, growth, overlay: murmur(random, days) }),
  };
};

export const STAIRS: readonly Family[] = [
  filling('btrfs-chunk-staircase', btrfsChunks),
  filling('thin-data-staircase', thinDataSteps),
  filling('thin-metadata-staircase', thinMetadataSteps),
  filling('weekday-staircase', weekdayStairs),
  filling('nightly-artefacts', nightlyArtefacts),
];
