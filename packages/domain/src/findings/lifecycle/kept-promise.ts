import type { Finding, Promised } from '../rule.ts';
import type { KeptFinding, KeptPromise } from './kept-finding.ts';

/** What a promise is made and kept by. */
export interface PromiseReadings {
  /** What the remedy of a finding gives back. */
  promiseOf(finding: Pick<KeptFinding, 'rule' | 'evidence'>): Promised | null;
  /** Reading of a store now; null = not read. */
  readingOf(storeKey: string, series: Promised['series']): number | null;
}

/**
 * The promise of a finding that a look has: the most that was promised since it stands, with the reading of the last look that
 * promised so much. A smaller one changes nothing, since somebody may have begun. One of another series or store takes its place.
 *
 * @param kept null = it begins, or came back.
 */
export function promiseNow(
  kept: Pick<KeptFinding, 'promise' | 'storeKey'> | null,
  found: Finding,
  readings: PromiseReadings,
): KeptPromise | null {
  const before = kept === null || kept.storeKey !== found.storeKey ? null : kept.promise;
  const said = readings.promiseOf(found);
  if (said === null) return before;
  const { series, rises } = said;
  const reading = found.storeKey === null ? null : readings.readingOf(found.storeKey, series);
  const now = { bytes: whole(said.bytes), series, rises, value: reading === null ? null : whole(reading) };
  if (before === null || before.series !== series || before.rises !== rises) return now;
  if (now.bytes < before.bytes) return before;
  return now.bytes === before.bytes && now.value === null ? before : now;
}

/** How far the reading moved since the promise, in its direction, in bytes; null = nothing was promised, or one was not read. */
export function freedBytesNow({ promise, storeKey }: KeptFinding, readings: PromiseReadings): number | null {
  if (promise === null || promise.value === null || storeKey === null) return null;
  const reading = readings.readingOf(storeKey, promise.series);
  if (reading === null) return null;
  return whole(promise.rises ? reading - promise.value : promise.value - reading);
}

/** Without a negative zero, which JSON does not have. */
const whole = (bytes: number): number => Math.round(bytes) + 0;
