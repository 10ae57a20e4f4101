import { between, chance, logBetween, logNormal, normal } from '../draw.ts';
import { DAY_MINUTES, drawCalendar, HOUR_MINUTES, officeRhythm, WEEK_MINUTES } from './calendar.ts';
import { background, type Curve, curveOf, growth, type Scene, sumOf } from './curves.ts';
import { familyOf, type Plan } from './plan.ts';
import { btrfsChunkShare, drawBtrfs, drawThinMetadata, drawUsual, type Kind, thinMetadataFloor } from './resources.ts';

/** Data leak slowly, the device fills by chunks; some hosts give empty ones back once a week. */
export const btrfsChunks = familyOf({
  name: 'btrfs-chunks',
  exhausts: true,
  draw(scene): Plan {
    const { random } = scene;
    const kind = drawBtrfs(random);
    const [perDay, fullDay] = [logBetween(random, 0.014, 0.045), between(random, 11, 28)];
    const begin = Math.max(0.15, 1 - perDay * fullDay);
    const leaked = growth(scene, {
      perDay,
      unevenness: between(random, 0.1, 0.45),
      withWork: between(random, 0, 0.9),
    });
    const inUse = sumOf(leaked, background(scene, logBetween(random, 0.4, 1.5)));
    return {
      kind,
      used: chunksOf(
        scene,
        kind,
        inUse.map((used) => begin + used),
      ),
    };
  },
});

/** What is handed out for data and metadata that need so much: never less, until a balance. */
function chunksOf({ random, calendar }: Scene, kind: Kind, inUse: Curve): Curve {
  const chunk = btrfsChunkShare(kind);
  const balances = chance(random, 0.3);
  const [balanceAt, slack] = [Math.floor(random() * WEEK_MINUTES), between(random, 0.5, 2.5) * chunk];
  let taken = (inUse[0] as number) + slack;
  return inUse.map((used, minute) => {
    if (balances && calendar.weekMinuteAt(minute) === balanceAt)
      taken -= chunk * Math.max(0, Math.floor((taken - used - slack) / chunk));
    while (used > taken - chunk / 8) taken += chunk * (chance(random, 0.12) ? 0.5 : 1);
    return Math.min(1, taken);
  });
}

/** Each snapshot and each container takes some blocks of a small device, and few come back. */
export const thinMetadataSteps = familyOf({
  name: 'thin-metadata-steps',
  exhausts: true,
  draw(scene): Plan {
    const { random, calendar, minutes } = scene;
    const kind = drawThinMetadata(random);
    const [perDay, eventsPerDay] = [logBetween(random, 0.014, 0.05), logBetween(random, 5, 120)];
    const begin = Math.max(thinMetadataFloor(kind), 1 - perDay * between(random, 11, 28));
    const [spread, returned] = [between(random, 0.3, 0.9), between(random, 0, 0.25)];
    const perEvent = perDay / eventsPerDay / (1 - returned);
    let used = begin;
    const steps = curveOf(minutes, (minute) => {
      if (!chance(random, (eventsPerDay / DAY_MINUTES) * calendar.busyAt(minute))) return used;
      used += perEvent * logNormal(random, spread) * (chance(random, returned / 2) ? -1 : 1);
      return used;
    });
    const blocks = between(random, 0, 3) * (kind.unitBytes / kind.bytes);
    return { kind, used: steps.map((now) => now + blocks * normal(random)) };
  },
});

/** Three at night. */
const PRUNED_AT = 3 * HOUR_MINUTES;

/** Each run of CI leaves a little; nobody works on weekends, and some hosts clear a part at night. */
export const ciWeekdays = familyOf({
  name: 'ci-weekdays',
  exhausts: true,
  calendarOf: (random) => drawCalendar(random, officeRhythm(random)),
  draw(scene): Plan {
    const { random, calendar, minutes } = scene;
    const [perDay, fullDay] = [logBetween(random, 0.015, 0.045), between(random, 11, 28)];
    const runsPerDay = logBetween(random, 8, 80);
    const cleared = chance(random, 0.4) ? between(random, 0.1, 0.35) : 0;
    const perRun = perDay / runsPerDay / (1 - cleared);
    let [left, today] = [0, 0];
    const steps = curveOf(minutes, (minute) => {
      if (calendar.dayMinuteAt(minute) === PRUNED_AT) {
        left -= today * cleared;
        today = 0;
      }
      if (!chance(random, (runsPerDay / DAY_MINUTES) * calendar.busyAt(minute))) return left;
      const run = perRun * logNormal(random, 0.7);
      left += run;
      today += run;
      return left;
    });
    const begin = Math.max(0.12, 1 - perDay * fullDay);
    return {
      kind: drawUsual(random),
      used: sumOf(
        steps.map((now) => begin + now),
        background(scene, logBetween(random, 0.3, 1.2)),
      ),
    };
  },
});
