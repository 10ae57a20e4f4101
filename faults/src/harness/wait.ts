import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MILLISECONDS = 20;

/** The fault did not take place, or what had to follow it did not: the sentence says which. */
export class FaultError extends Error {
  override name = 'FaultError';
}

/** Throws FaultError with `sentence` unless `condition` holds. */
export function ensure(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new FaultError(sentence);
}

/** Waits until `look` gives something else than undefined, null or false. Throws FaultError at the deadline. */
export async function until<Found>(
  look: () => Found | undefined | null | false | Promise<Found | undefined | null | false>,
  { seconds, what }: { seconds: number; what: string | (() => string) },
): Promise<Found> {
  const end = performance.now() + seconds * 1_000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found;
    if (performance.now() > end) {
      throw new FaultError(`It did not happen within ${seconds} s: ${typeof what === 'string' ? what : what()}.`);
    }
    await sleep(POLL_MILLISECONDS);
  }
}

/** Seconds since `start` (performance.now()), to a tenth. */
export const secondsSince = (start: number): number => Math.round((performance.now() - start) / 100) / 10;
