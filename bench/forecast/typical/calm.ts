import { between, chance, logBetween, pick, wholeBetween } from '../draw.ts';
import { DAY_MINUTES, drawCalendar, HOUR_MINUTES, officeRhythm } from './calendar.ts';
import { background, curveOf, growth, level, passing, sawtooth, sumOf } from './curves.ts';
import { familyOf, type Plan } from './plan.ts';
import { drawBtrfs, drawFilesystem, drawThinData, drawUsual } from './resources.ts';

/** A data base that has its space, chunks that were handed out long ago: 86 to 97 % and nothing wrong. */
export const steadyNearFull = familyOf({
  name: 'steady-near-full',
  exhausts: false,
  draw(scene): Plan {
    const { random, minutes } = scene;
    const drift = between(random, -0.01, 0.012) / minutes;
    return {
      kind: pick(random, [drawFilesystem, drawFilesystem, drawThinData, drawBtrfs])(random),
      used: sumOf(
        level(scene, between(random, 0.86, 0.965)),
        curveOf(minutes, (minute) => drift * minute),
        background(scene, logBetween(random, 0.3, 1.2)),
      ),
    };
  },
});

/** Work files that come from Monday to Friday and are cleared bit by bit: the week rises and falls. */
export const officeWeek = familyOf({
  name: 'office-week',
  exhausts: false,
  calendarOf: (random) => drawCalendar(random, officeRhythm(random)),
  draw(scene): Plan {
    const { random, calendar, minutes } = scene;
    const keptMinutes = between(random, 12, 48) * HOUR_MINUTES;
    const height = between(random, 0.03, 0.12);
    let held = 1;
    const week = curveOf(minutes, (minute) => {
      held += (calendar.busyAt(minute) - held) / keptMinutes;
      return height * held;
    });
    return {
      kind: drawUsual(random),
      used: sumOf(level(scene, between(random, 0.4, 0.74)), week, background(scene, logBetween(random, 0.4, 1.5))),
    };
  },
});

/** Logs rotated every night, images pruned once a week. */
export const prunedSawtooth = familyOf({
  name: 'pruned-sawtooth',
  exhausts: false,
  draw(scene): Plan {
    const { random } = scene;
    const isDaily = chance(random, 0.4);
    const height = isDaily ? between(random, 0.015, 0.07) : between(random, 0.04, 0.16);
    const tooth = sawtooth(scene, { height, periodDays: isDaily ? 1 : 7, unevenness: between(random, 0.05, 0.25) });
    const peak = between(random, 0.6, 0.92);
    return {
      kind: drawUsual(random),
      used: sumOf(level(scene, peak - height), tooth, background(scene, logBetween(random, 0.3, 1.2))),
    };
  },
});

/** Builds, restores and dumps that take much and give it back within hours. */
export const passingBursts = familyOf({
  name: 'passing-bursts',
  exhausts: false,
  draw(scene): Plan {
    const { random } = scene;
    const bursts = passing(scene, {
      perDay: logBetween(random, 0.15, 1.2),
      share: [0.04, 0.24],
      hours: [0.4, 14],
    });
    return {
      kind: drawUsual(random),
      used: sumOf(level(scene, between(random, 0.35, 0.7)), bursts, background(scene, logBetween(random, 0.4, 1.5))),
    };
  },
});

/** New images and restored data take their place at once and stay; some volumes are made larger afterwards. */
export const deploySteps = familyOf({
  name: 'deploy-steps',
  exhausts: false,
  draw(scene): Plan {
    const { random, minutes } = scene;
    const steps = Array.from({ length: wholeBetween(random, 1, 4) }, () => ({
      begin: between(random, DAY_MINUTES, minutes - DAY_MINUTES),
      lasts: logBetween(random, 4, 5 * HOUR_MINUTES),
      share: logBetween(random, 0.03, 0.15) * (chance(random, 0.8) ? 1 : -0.6),
    }));
    const stepped = curveOf(minutes, (minute) =>
      steps.reduce(
        (sum, { begin, lasts, share }) => sum + share * Math.min(1, Math.max(0, (minute - begin) / lasts)),
        0,
      ),
    );
    const enlarged = {
      at: wholeBetween(random, 5 * DAY_MINUTES, minutes - 3 * DAY_MINUTES),
      share: between(random, 1.2, 2),
    };
    return {
      kind: drawFilesystem(random),
      used: sumOf(level(scene, between(random, 0.4, 0.75)), stepped, background(scene, logBetween(random, 0.4, 1.5))),
      resizes: chance(random, 0.3) ? [enlarged] : [],
    };
  },
});

/** A build cache, journal or set of metrics with a bound: it grows for days and clears itself to below its bound. */
export const boundedCache = familyOf({
  name: 'bounded-cache',
  exhausts: false,
  draw(scene): Plan {
    const { random } = scene;
    const [bound, cleared] = [between(random, 0.6, 0.9), between(random, 0.03, 0.14)];
    const grown = growth(scene, {
      perDay: logBetween(random, 0.006, 0.035),
      unevenness: between(random, 0.1, 0.5),
      withWork: between(random, 0.2, 0.9),
    });
    let gone = between(random, 0.02, 0.25) - bound;
    const used = grown.map((now) => {
      if (now - gone > bound) gone += cleared * between(random, 0.8, 1.1);
      return now - gone;
    });
    return { kind: drawUsual(random), used: sumOf(used, background(scene, logBetween(random, 0.3, 1.2))) };
  },
});

/** A cache or a new service that fills up to what it needs: fast at first, then ever slower. */
export const levelsOff = familyOf({
  name: 'levels-off',
  exhausts: false,
  draw(scene): Plan {
    const { random, minutes } = scene;
    const [from, to] = [between(random, 0.2, 0.5), between(random, 0.55, 0.9)];
    const begin = between(random, 0, 10 * DAY_MINUTES);
    const easesMinutes = between(random, 2, 7) * DAY_MINUTES;
    const rise = curveOf(
      minutes,
      (minute) => (to - from) * (1 - Math.exp(-Math.max(0, minute - begin) / easesMinutes)),
    );
    return {
      kind: drawUsual(random),
      used: sumOf(level(scene, from), rise, background(scene, logBetween(random, 0.4, 1.5))),
    };
  },
});
