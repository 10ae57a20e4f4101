import type { Detector, Said } from './detector.ts';
import { DAY_SECONDS, HOUR_SECONDS, type Trace } from './family.ts';

/** A hole longer than this is leapt over: a clock that once stood at 1970 does not make half a century of hours. */
const MAX_HOLE_SECONDS = 60 * DAY_SECONDS;

/** What one detector said at one whole hour; `t` in seconds. */
export interface Saying extends Said {
  t: number;
}

/**
 * Asks at every whole hour from the first sample to the last. What was read before the hour is seen, by its own time:
 * samples of a clock that was wrong are seen when their time has come. A capacity counts from its moment on.
 */
export function* replayHours(trace: Trace, detector: Detector): Generator<Saying> {
  const watch = detector.start();
  const samples = trace.samples.toSorted(([a], [b]) => a - b);
  const capacities = trace.capacityBytes.toSorted(([a], [b]) => a - b);
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return;
  let [seen, capacity] = [0, 0];
  for (let hour = Math.ceil(first[0] / HOUR_SECONDS); hour * HOUR_SECONDS <= last[0]; hour += 1) {
    const now = hour * HOUR_SECONDS;
    for (let sample = samples[seen]; sample && sample[0] < now; sample = samples[seen]) {
      while ((capacities[capacity + 1]?.[0] ?? Number.POSITIVE_INFINITY) <= sample[0]) capacity += 1;
      watch.see(sample[0], sample[1], (capacities[capacity] as [number, number])[1]);
      seen += 1;
    }
    yield { t: now, ...watch.say(now) };
    const next = samples[seen]?.[0] ?? now;
    if (next - now > MAX_HOLE_SECONDS) hour = Math.floor(next / HOUR_SECONDS);
  }
}
