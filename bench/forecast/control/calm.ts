import { between, chance, logBetween, logNormal, pick, wholeBetween } from '../draw.ts';
import { type Copy, copyCourse, drawAmbience, wander } from './ambience.ts';
import {
  type Course,
  courseOf,
  cumulated,
  dayFactors,
  drawRates,
  type Host,
  STEPS_A_DAY,
  STEPS_AN_HOUR,
  sumOf,
  valueAt,
} from './host.ts';
import { drawCapacity, drawResource, familyOf, type Story } from './reading.ts';

const calm = (name: string, draw: (host: Host) => Course) =>
  familyOf({
    name,
    exhausts: false,
    draw: (host): Story => ({
      used: draw(host),
      resource: drawResource(host.random),
      capacityBytes: drawCapacity(host.random),
    }),
  });

/** An archive or a mirror that was filled once, on purpose, and lives at 86–97 %. */
const settledArchive = calm('settled-archive', (host) => {
  const level = between(host.random, 0.86, 0.97);
  const room = 1 - level;
  const ambience = drawAmbience(host, { wander: 0.05 * room, copies: 1.2, largest: 0.25 * room });
  return ambience.map((value) => level + value);
});

/** Artifacts with a time to live of some days: high at the end of the working week, low after the weekend. */
const expiringArtifacts = calm('expiring-artifacts', (host) => {
  const { random, steps } = host;
  const keptSteps = Math.round(between(random, 1.2, 4.5) * STEPS_A_DAY);
  const days = dayFactors(host, between(random, 0.05, 0.25), 0.3);
  const before = cumulated(host.activity.map((activity, step) => activity * valueAt(days, step)));
  const week = 7 * STEPS_A_DAY;
  // What came before the trace is as it was a week later.
  const soFar = (step: number): number =>
    step >= 0 ? valueAt(before, step) : valueAt(before, step + week) - valueAt(before, week);
  const height = logBetween(random, 0.03, 0.13);
  const base = between(random, 0.55, 0.9 - 1.9 * height);
  const kept = courseOf(steps, (step) => base + (height * (soFar(step) - soFar(step - keptSteps))) / keptSteps);
  return sumOf(kept, drawAmbience(host));
});

/** Images, layers and logs pile up until a timer prunes them, each night or each week; now and then it fails once. */
const timedPrune = calm('timed-prune', (host) => {
  const { random } = host;
  const everyDays = pick(random, [0.5, 1, 1, 2, 3.5, 7, 7]);
  const every = Math.round(everyDays * STEPS_A_DAY);
  const first = wholeBetween(random, 0, every - 1);
  const tooth = logBetween(random, 0.05, 0.3) * Math.min(1, 0.5 + everyDays / 5);
  // Whoever cleans seldom leaves room for a time that fails.
  const base = between(random, 0.4, everyDays > 1 ? 0.97 - 2.6 * tooth : 0.95 - 1.4 * tooth);
  const rates = drawRates(host);
  const frees = between(random, 0.85, 1);
  let piled = (tooth * (every - first)) / every;
  const used = rates.map((rate, step) => {
    piled += (tooth * rate) / every;
    if (step % every === first && !chance(random, 0.02)) piled *= 1 - frees * between(random, 0.9, 1);
    return base + piled;
  });
  return sumOf(used, drawAmbience(host, { largest: 0.03 }));
});

/** A deployment, an import or a model download, and then nothing more. */
const importThenRest = calm('import-then-rest', (host) => {
  const { random, steps } = host;
  const count = wholeBetween(random, 1, 2);
  // What is brought here was known to fit.
  const rise = logBetween(random, 0.1, 0.4);
  const start = between(random, 0.65, 0.97 - 0.5 * rise) - rise;
  const weights = Array.from({ length: count }, () => between(random, 0.3, 1));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const jumps = weights.map((weight) => ({
    ...{ at: between(random, 0.1, 0.95) * steps, share: (rise * weight) / whole },
    length: logBetween(random, 0.2, 12) * STEPS_AN_HOUR,
  }));
  const used = courseOf(steps, (step) =>
    jumps.reduce((sum, { at, share, length }) => sum + share * Math.max(0, Math.min(1, (step - at) / length)), start),
  );
  return sumOf(used, drawAmbience(host, { copies: 3, largest: 0.03 }));
});

/** Backups that are staged here, and test databases that are restored and dropped: large, and gone within a day. */
const stagedBackups = calm('staged-backups', (host) => {
  const { random, steps } = host;
  const everyDays = pick(random, [1, 1, 1, 1, 2, 3.5, 7]);
  const share = logBetween(random, 0.07, 0.45);
  const base = between(random, 0.22, 0.9 - 1.15 * share);
  const [growHours, holdHours] = [logBetween(random, 0.6, 12), logBetween(random, 0.3, 8)];
  const hourSpread = chance(random, 0.6) ? 0.3 : 8;
  const copies: Copy[] = [];
  for (let day = random() * everyDays; day * STEPS_A_DAY < steps; day += everyDays)
    copies.push({
      at: Math.round(day * STEPS_A_DAY + random() * hourSpread * STEPS_AN_HOUR),
      share: share * logNormal(random, 0.08),
      growHours: growHours * logNormal(random, 0.2),
      holdHours: holdHours * logNormal(random, 0.3),
    });
  return sumOf(
    copyCourse(host, copies),
    drawAmbience(host).map((value) => base + value),
  );
});

/** A build cache or a registry proxy that evicts at its upper mark down to its lower one. */
const evictingCache = calm('evicting-cache', (host) => {
  const { random } = host;
  const upper = between(random, 0.74, 0.9);
  const lower = upper - logBetween(random, 0.015, 0.1);
  const aDay = (upper - lower) / logBetween(random, 0.5, 3.5);
  let level = chance(random, 0.3) ? between(random, upper - 0.2, upper) : between(random, lower, upper);
  const used = drawRates(host).map((rate) => {
    level += (aDay * rate) / STEPS_A_DAY;
    if (level >= upper) level = lower + 0.3 * random() * (upper - lower);
    return level;
  });
  return sumOf(used, drawAmbience(host, { copies: 3, largest: 0.03 }));
});

/** A new service fills until its retention sets in, or until its working set is there: ever slower, then level. */
const settlingRetention = calm('settling-retention', (host) => {
  const { random } = host;
  const end = between(random, 0.5, 0.86);
  const height = between(random, 0.12, 0.5) * end;
  const days = logBetween(random, 2.5, 8);
  const hasLimit = chance(random, 0.35);
  const power = between(random, 1.5, 2.2);
  const grown = cumulated(drawRates(host)).map((sum) => sum / STEPS_A_DAY);
  const used = grown.map(
    (sum) => end - height * (hasLimit ? Math.max(0, 1 - sum / (2 * days)) ** power : Math.exp(-sum / days)),
  );
  const drift = wander(host, between(random, 0.002, 0.01), between(random, 12, 72));
  return sumOf(used, drift, drawAmbience(host, { copies: 3, largest: 0.03 }));
});

export const CALM = [
  ...[settledArchive, expiringArtifacts, timedPrune, importThenRest],
  ...[stagedBackups, evictingCache, settlingRetention],
];
