import { DAY_SECONDS, type Family, HOUR_SECONDS } from '../family.ts';
import { between, chance, logBetween, pick, waitOf } from './draw.ts';
import {
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
  toppedAt,
  walk,
} from './levels.ts';
import { calendarOf, randomMoments, regularMoments } from './rhythm.ts';
import { dailyWave, murmur, saw, unevenness } from './saw.ts';
import { calm, type DrawStory } from './story.ts';
import { drawBtrfs, drawFilesystem, drawThinData } from './volume.ts';

const WEEK_SECONDS = 7 * DAY_SECONDS;

/** A build server: files of working days stay for a day or three and are gone by Monday; 3 to 20 %, crest 55 to 93 %. */
const weeklySeason: DrawStory = (random, days) => {
  const calendar = calendarOf(random);
  const uneven = unevenness(random, days);
  const staySeconds = between(random, 0.6, 3) * DAY_SECONDS;
  const wave = walk(days, 0.4, (level, seconds) => {
    const target = calendar.isWorkday(seconds) ? uneven(seconds) : 0;
    return level + ((target - level) * GRID_SECONDS) / staySeconds;
  });
  const top = between(random, 0.55, 0.93);
  const season = stretched(
    sum(
      wave,
      dailyWave(days, calendar).map((level) => level / 3),
    ),
    top - between(random, 0.03, 0.2),
    top,
  );
  return { volume: drawFilesystem(random), levels: sum(season, murmur(random, days)) };
};

/** Logs or build layers through the day and a prune at night that fails once in 25; 2 to 20 % a day, crest 40 to 85 %. */
const dailySawtooth: DrawStory = (random, days) => {
  const cleanUps = regularMoments(random, days, {
    everySeconds: DAY_SECONDS,
    jitterSeconds: between(random, 0, 5_400),
  });
  const teeth = saw(random, days, { cleanUps, heightPerDay: logBetween(random, 0.02, 0.2), missed: 0.04 });
  const top = Math.max(between(random, 0.4, 0.85), most(teeth) + 0.02);
  return { volume: drawFilesystem(random), levels: toppedAt(sum(teeth, murmur(random, days)), Math.min(top, 0.97)) };
};

/** Logs with weekly rotation, or a prune on Sundays: 5 to 30 % a week, crest 50 to 88 %. */
const weeklySawtooth: DrawStory = (random, days) => {
  const cleanUps = regularMoments(random, days, {
    everySeconds: WEEK_SECONDS,
    jitterSeconds: between(random, 0, 7_200),
  });
  const teeth = saw(random, days, { cleanUps, heightPerDay: between(random, 0.05, 0.3) / 7 });
  const top = between(random, 0.5, 0.88);
  const low = top - between(random, 0.05, 0.3);
  return { volume: drawFilesystem(random), levels: sum(stretched(teeth, low, top), murmur(random, days)) };
};

/** A recorder that deletes its oldest day when little room is left: 2 to 9 % high, crest 92 to 98.5 %, each 6 to 36 h. */
const highSawtooth: DrawStory = (random, days) => {
  const everySeconds = between(random, 6, 36) * HOUR_SECONDS;
  const cleanUps = regularMoments(random, days, { everySeconds, jitterSeconds: 0.1 * everySeconds });
  const teeth = saw(random, days, { cleanUps, heightPerDay: 1 });
  const top = between(random, 0.92, 0.985);
  return { volume: drawFilesystem(random), levels: stretched(teeth, top - between(random, 0.02, 0.09), top) };
};

/** Compilers, sorts and uploads: 5 to 40 % for minutes to hours, each hour to each fourth day, crest 60 to 96 %. */
const bursts: DrawStory = (random, days) => {
  const jumps = randomMoments(random, days, logBetween(random, 0.15, 4) * DAY_SECONDS).flatMap((at): Jump[] => {
    const [by, rises] = [between(random, 0.3, 1), logBetween(random, 300, 2 * HOUR_SECONDS)];
    const staySeconds = logBetween(random, 600, 8 * HOUR_SECONDS);
    return [
      { at, by, overSeconds: rises },
      { at: at + rises + staySeconds, by: -by, overSeconds: logBetween(random, 120, 1_800) },
    ];
  });
  const top = between(random, 0.6, 0.96);
  const burst = stretched(jumped(days, jumps), top - between(random, 0.05, 0.4), top);
  return { volume: drawFilesystem(random), levels: sum(burst, murmur(random, days)) };
};

/**
 * Image collection of a kubelet, or of a build cache: fills to a high mark of 78 to 92 % within 8 h to 4 days, then clears
 * 3 to 12 % at once.
 */
const selfCleaning: DrawStory = (random, days) => {
  const high = between(random, 0.78, 0.92);
  const width = between(random, 0.03, 0.12);
  const uneven = unevenness(random, days);
  const perStep = (width * GRID_SECONDS) / (logBetween(random, 8, 96) * HOUR_SECONDS);
  const levels = walk(days, high - width * random(), (level, seconds) =>
    level >= high ? high - width * between(random, 0.85, 1.05) : level + perStep * uneven(seconds),
  );
  return { volume: chance(random, 0.7) ? drawFilesystem(random) : drawThinData(random), levels };
};

/** Accounting: postings gather through the month and are exported at its end; 12 to 25 % high, crest 50 to 80 %. */
const monthlyCycle: DrawStory = (random, days) => {
  const endAt = between(random, 0.1, 0.9) * days * DAY_SECONDS;
  const uneven = unevenness(random, days);
  const calendar = calendarOf(random);
  const rise = grown(days, (at) => uneven(at) * (calendar.isWorkday(at) ? 1 : 0.3));
  const monthRise = most(rise) * (30 / days);
  const cycle = sum(rise, jumped(days, [{ at: endAt, by: -monthRise, overSeconds: between(random, 600, 6 * 3_600) }]));
  const top = between(random, 0.5, 0.8);
  const low = top - between(random, 0.12, 0.25);
  return { volume: drawFilesystem(random), levels: sum(stretched(cycle, low, top), murmur(random, days)) };
};

/** A database dump each night: 25 to 35 % of the disk written in 1 to 5 h, sent away, deleted; crest under 96 %. */
const nightlyThird: DrawStory = (random, days) => {
  const height = between(random, 0.25, 0.35);
  const starts = regularMoments(random, days, { everySeconds: DAY_SECONDS, jitterSeconds: 1_200 });
  const writes = between(random, 1, 5) * HOUR_SECONDS;
  const jumps = starts.flatMap((at): Jump[] => {
    const by = height * between(random, 0.94, 1);
    const overSeconds = writes * between(random, 0.9, 1.2);
    return [
      { at, by, overSeconds },
      { at: at + overSeconds + between(random, 300, 7_200), by: -by, overSeconds: between(random, 120, 900) },
    ];
  });
  return {
    volume: drawFilesystem(random),
    levels: toppedAt(sum(jumped(days, jumps), murmur(random, days)), between(random, 0.5, 0.96)),
  };
};

/** Two to four deploy days a week, each pulling images of 1 to 4 %, and a prune on one day; crest 55 to 90 %. */
const deploysWeeklyPrune: DrawStory = (random, days) => {
  const calendar = calendarOf(random);
  const deployDays = pick(random, [
    [1, 3],
    [0, 2, 4],
    [1, 2, 3],
    [0, 1, 2, 3],
  ]);
  const pullsBy = between(random, 0.01, 0.04);
  const pulls = regularMoments(random, days, { everySeconds: DAY_SECONDS, jitterSeconds: 6 * HOUR_SECONDS })
    .filter((at) => deployDays.includes(calendar.weekdayOf(at)))
    .map((at) => ({ at, by: pullsBy * between(random, 0.5, 1.5), overSeconds: between(random, 120, 1_500) }));
  const pruneFrom = between(random, 0, WEEK_SECONDS);
  let [level, last] = [0, 0];
  const pulled = jumped(days, pulls);
  const stock: Levels = pulled.map((total, index) => {
    const before = (index - 1) * GRID_SECONDS - pruneFrom;
    if (Math.floor((before + GRID_SECONDS) / WEEK_SECONDS) !== Math.floor(before / WEEK_SECONDS))
      level *= between(random, 0.02, 0.15);
    level += total - last;
    last = total;
    return level;
  });
  return {
    volume: chance(random, 0.6) ? drawFilesystem(random) : drawThinData(random),
    levels: toppedAt(sum(stock, murmur(random, days)), between(random, 0.55, 0.9)),
  };
};

/**
 * Table bloat that a full vacuum takes away each 3 to 9 days: 4 to 13 % slow rise, for half an hour up by the copy it writes,
 * then a sudden fall; 60 to 86 % before, 95 % at most with the copy.
 */
const databaseVacuum: DrawStory = (random, days) => {
  const everySeconds = between(random, 3, 9) * DAY_SECONDS;
  const height = between(random, 0.04, 0.13);
  const vacuums = regularMoments(random, days, { everySeconds, jitterSeconds: 0.08 * everySeconds });
  const copies = vacuums
    .filter((at) => at > HOUR_SECONDS)
    .flatMap((at): Jump[] => {
      const [by, overSeconds] = [height * between(random, 0.2, 0.6), between(random, 900, 3_600)];
      return [
        { at: at - overSeconds, by, overSeconds },
        { at, by: -by, overSeconds: 1 },
      ];
    });
  const bloat = saw(random, days, { cleanUps: vacuums, heightPerDay: (height * DAY_SECONDS) / everySeconds });
  const top = between(random, 0.6, 0.86);
  const levels = sum(stretched(bloat, top - height, top), jumped(days, copies), murmur(random, days));
  return { volume: drawFilesystem(random), levels };
};

/** CI jobs that each hold a workspace of 0.5 to 4 % for 1 to 20 h and come at random; crest 55 to 95 %. */
const jobWorkspaces: DrawStory = (random, days) => {
  const stay = between(random, 1, 20) * HOUR_SECONDS;
  const jobs = randomMoments(random, days, stay / between(random, 2, 8)).flatMap((at): Jump[] => {
    const [by, overSeconds] = [between(random, 0.5, 4), between(random, 120, 1_800)];
    const goneAt = at + overSeconds + waitOf(random, stay);
    return [
      { at, by, overSeconds },
      { at: goneAt, by: -by, overSeconds: 240 },
    ];
  });
  const top = between(random, 0.55, 0.95);
  return {
    volume: drawFilesystem(random),
    levels: stretched(jumped(days, jobs), top - between(random, 0.1, 0.4), top),
  };
};

/** A team's machine over a holiday: what ages out is not replaced for 5 to 9 days, then work and level are back at 45 to 80 %. */
const holidayReturn: DrawStory = (random, days) => {
  const from = between(random, 0.25, 0.6) * days * DAY_SECONDS;
  const until = from + between(random, 5, 9) * DAY_SECONDS;
  const calendar = calendarOf(random);
  const uneven = unevenness(random, days);
  const stay = between(random, 0.8, 2) * DAY_SECONDS;
  const use = walk(days, 0.8, (level, at) => {
    const target = from <= at && at < until ? 0 : (calendar.isWorkday(at) ? 1 : 0.6) * uneven(at);
    return level + ((target - level) * GRID_SECONDS) / stay;
  });
  const top = between(random, 0.45, 0.8);
  const low = top - between(random, 0.08, 0.3);
  return { volume: drawFilesystem(random), levels: sum(stretched(use, low, top), murmur(random, days)) };
};

/** btrfs under rewriting: chunks are taken one by one and a balance each week gives most back; crest 60 to 92 %. */
const btrfsWeeklyBalance: DrawStory = (random, days) => {
  const volume = drawBtrfs(random);
  const chunk = volume.blockBytes / volume.capacityBytes;
  const cleanUps = regularMoments(random, days, { everySeconds: WEEK_SECONDS, jitterSeconds: 3 * HOUR_SECONDS });
  const teeth = saw(random, days, { cleanUps, heightPerDay: 1 });
  const top = between(random, 0.6, 0.92);
  const smooth = stretched(teeth, top - between(random, 0.04, 0.15), top);
  return { volume, levels: levelsOf(days, (at) => Math.floor((smooth[indexAt(at)] ?? 0) / chunk) * chunk) };
};

export const CALM_RHYTHMS: readonly Family[] = [
  calm('weekly-season', weeklySeason),
  calm('daily-sawtooth', dailySawtooth),
  calm('weekly-sawtooth', weeklySawtooth),
  calm('high-sawtooth', highSawtooth),
  calm('bursts', bursts),
  calm('self-cleaning', selfCleaning),
  calm('monthly-cycle', monthlyCycle),
  calm('nightly-third', nightlyThird),
  calm('deploys-weekly-prune', deploysWeeklyPrune),
  calm('database-vacuum', databaseVacuum),
  calm('job-workspaces', jobWorkspaces),
  calm('holiday-return', holidayReturn),
  calm('btrfs-weekly-balance', btrfsWeeklyBalance),
];
