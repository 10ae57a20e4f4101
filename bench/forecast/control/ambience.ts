import { between, chance, logBetween, logNormal, normal } from '../draw.ts';
import { type Course, courseOf, type Host, STEPS_A_DAY, STEPS_AN_HOUR, sumOf, valueAt } from './host.ts';

/** Temporary files and databases that breathe: a wander that forgets itself within hours. */
export function wander({ random, steps }: Host, deviation: number, hours: number): Course {
  const kept = Math.exp(-1 / (hours * STEPS_AN_HOUR));
  let value = deviation * normal(random);
  return courseOf(steps, () => {
    value = kept * value + deviation * Math.sqrt(1 - kept ** 2) * normal(random);
    return value;
  });
}

/** Grows for some hours, stays, and is deleted. */
export interface Copy {
  at: number;
  share: number;
  growHours: number;
  holdHours: number;
}

export function copyCourse({ steps }: Host, copies: readonly Copy[]): Course {
  const course = new Float64Array(steps);
  for (const { at, share, growHours, holdHours } of copies) {
    const growSteps = Math.max(1, growHours * STEPS_AN_HOUR);
    const upTo = Math.min(steps, at + growSteps + holdHours * STEPS_AN_HOUR);
    for (let step = Math.max(0, at); step < upTo; step += 1)
      course[step] = valueAt(course, step) + share * Math.min(1, (step - at + 1) / growSteps);
  }
  return course;
}

/** Dumps, image pulls and unpacked archives, at any time. */
export function strayCopies(host: Host, aWeek: number, largest: number): Course {
  const { random, steps } = host;
  const copies: Copy[] = [];
  const wait = (): number => Math.ceil((-Math.log(1 - random()) * 7 * STEPS_A_DAY) / aWeek);
  for (let at = wait(); at < steps; at += wait())
    copies.push({
      ...{ at, share: logBetween(random, largest / 12, largest) },
      ...{ growHours: logBetween(random, 0.3, 5), holdHours: logBetween(random, 0.2, 9) },
    });
  return copyCourse(host, copies);
}

/** Logs that grow with the activity until they are rotated away at a fixed hour. */
function dailyLogs({ random, steps, activity }: Host, aDay: number): Course {
  const rotation = Math.floor(random() * STEPS_A_DAY);
  let [kept, today] = [aDay, 0];
  return courseOf(steps, (step) => {
    if (step % STEPS_A_DAY === rotation) {
      kept = 0.6 * kept + 0.15 * today;
      today = 0;
    }
    today += (aDay * valueAt(activity, step) * logNormal(random, 0.5)) / STEPS_A_DAY;
    return kept + today;
  });
}

interface Liveliness {
  /** Largest deviation of the wander, of the capacity. */
  wander?: number;
  /** Most copies a week. */
  copies?: number;
  /** The largest copy, of the capacity. */
  largest?: number;
}

/** All that goes on beside: no host stands still. */
export function drawAmbience(
  host: Host,
  { wander: most = 0.006, copies = 5, largest = 0.05 }: Liveliness = {},
): Course {
  const { random } = host;
  const none = new Float64Array(host.steps);
  return sumOf(
    wander(host, logBetween(random, most / 12, most), logBetween(random, 1.5, 24)),
    chance(random, 0.75)
      ? strayCopies(host, between(random, 0.3, copies), logBetween(random, largest / 6, largest))
      : none,
    chance(random, 0.5) ? dailyLogs(host, logBetween(random, 0.001, 0.012)) : none,
  );
}
