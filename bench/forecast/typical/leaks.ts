import { between, chance, logBetween, pick } from '../draw.ts';
import { DAY_MINUTES, HOUR_MINUTES } from './calendar.ts';
import { background, type Curve, growth, level, type Scene, sawtooth, sumOf } from './curves.ts';
import { familyOf, type Plan } from './plan.ts';
import { drawFilesystem, drawUsual } from './resources.ts';

/** Uneven growth from 0, as of what some service leaves. */
const leak = (scene: Scene, perDay: number): Curve =>
  growth(scene, {
    perDay,
    unevenness: between(scene.random, 0.1, 0.45),
    withWork: between(scene.random, 0, 0.9),
  });

/** Orphaned layers, volumes or logs: some per cent a day for weeks. */
export const slowLeak = familyOf({
  name: 'slow-leak',
  exhausts: true,
  draw(scene): Plan {
    const { random } = scene;
    const [perDay, fullDay] = [logBetween(random, 0.014, 0.045), between(random, 11, 28.5)];
    const begin = Math.max(0.12, 1 - perDay * fullDay);
    return {
      kind: drawUsual(random),
      used: sumOf(level(scene, begin), leak(scene, perDay), background(scene, logBetween(random, 0.3, 1.5))),
    };
  },
});

/** Each rotation or prune leaves more than the one before. */
export const leakUnderSawtooth = familyOf({
  name: 'leak-under-sawtooth',
  exhausts: true,
  draw(scene): Plan {
    const { random } = scene;
    const periodDays = pick(random, [1, 7]);
    const height = between(random, 0.03, 0.12);
    const [perDay, fullDay] = [logBetween(random, 0.015, 0.045), between(random, 10.5, 28)];
    const begin = Math.max(0.12, 1 - height - perDay * fullDay);
    return {
      kind: drawUsual(random),
      used: sumOf(
        level(scene, begin),
        leak(scene, perDay),
        sawtooth(scene, { height, periodDays, unevenness: between(random, 0.05, 0.25) }),
        background(scene, logBetween(random, 0.3, 1.2)),
      ),
    };
  },
});

/** The more there is the faster it grows: retries, queues, a copy of a copy. */
export const snowball = familyOf({
  name: 'snowball',
  exhausts: true,
  draw(scene): Plan {
    const { random } = scene;
    const [begin, fullDay, eFoldDays] = [between(random, 0.25, 0.6), between(random, 11, 28), between(random, 4, 14)];
    const grown = growth(scene, {
      perDay: 1,
      unevenness: between(random, 0.1, 0.35),
      withWork: between(random, 0, 0.6),
    });
    const risen = (days: number): number => Math.expm1(days / eFoldDays) / Math.expm1(fullDay / eFoldDays);
    return {
      kind: drawUsual(random),
      used: sumOf(
        grown.map((days) => begin + (1 - begin) * risen(days)),
        background(scene, logBetween(random, 0.3, 1.5)),
      ),
    };
  },
});

/** Nothing is wrong until a release that leaves something behind. */
export const lateLeak = familyOf({
  name: 'late-leak',
  exhausts: true,
  draw(scene): Plan {
    const { random, minutes } = scene;
    const [begin, lasts] = [between(random, 0.5, 0.8), logBetween(random, 1.5, 4)];
    const onset = between(random, 6, Math.max(6, 28 - lasts)) * DAY_MINUTES;
    const grown = leak(scene, (1 - begin) / lasts);
    const before = grown[Math.min(minutes - 1, Math.floor(onset))] as number;
    return {
      kind: drawUsual(random),
      used: sumOf(
        grown.map((now) => begin + Math.max(0, now - before)),
        background(scene, logBetween(random, 0.3, 1.5)),
      ),
    };
  },
});

/** Enlarged as planned, with a week or two left: the leak goes on in a larger volume. */
export const enlargedLeak = familyOf({
  name: 'enlarged-leak',
  exhausts: true,
  draw(scene): Plan {
    const { random } = scene;
    const [perDay, after] = [logBetween(random, 0.018, 0.05), between(random, 3, 14)];
    const seen = 1 - perDay * between(random, 8, 14);
    const used = sumOf(
      level(scene, Math.max(0.12, seen - perDay * after)),
      leak(scene, perDay),
      background(scene, logBetween(random, 0.3, 1.2)),
    );
    const at = Math.floor(after * DAY_MINUTES);
    return { kind: drawFilesystem(random), used, resizes: [{ at, share: between(random, 1.1, 1.6) }] };
  },
});

/** A log, a dump or a query without end writes all there is within hours. */
export const runawayWriter = familyOf({
  name: 'runaway-writer',
  exhausts: true,
  draw(scene): Plan {
    const { random, minutes } = scene;
    const [begin, lasts] = [between(random, 0.3, 0.8), logBetween(random, 4, 22) * HOUR_MINUTES];
    const onset = between(random, 8.3 * DAY_MINUTES, minutes - 2.5 * DAY_MINUTES);
    const bend = chance(random, 0.7) ? 1 : between(random, 1, 1.8);
    const surge = growth(scene, { perDay: 1, unevenness: 0.1, withWork: between(random, 0, 0.3) });
    const before = surge[Math.floor(onset)] as number;
    const perDay = DAY_MINUTES / lasts;
    return {
      kind: drawUsual(random),
      used: sumOf(
        surge.map((now) => begin + (1 - begin) * (perDay * Math.max(0, now - before)) ** bend),
        background(scene, logBetween(random, 0.3, 1.5)),
      ),
    };
  },
});
