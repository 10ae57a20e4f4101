import type { ProbeReport } from '@silt/domain';
import { withDeadline } from './deadline.ts';
import { type Probed, type Problem, problemOf, summarise } from './problem.ts';

export interface Ran<Value> {
  /** null = the probe failed as a whole. */
  value: Value | null;
  problems: Problem[];
  durationMilliseconds: number;
}

/** `subject`: what an error that is not about one thing in particular is said of. */
export async function runProbe<Value>(
  subject: string,
  deadlineMilliseconds: number,
  work: Promise<Probed<Value>>,
): Promise<Ran<Value>> {
  const began = performance.now();
  const took = () => Math.round((performance.now() - began) * 10) / 10;
  try {
    const { value, problems } = await withDeadline(work, deadlineMilliseconds);
    return { value, problems, durationMilliseconds: took() };
  } catch (error) {
    return { value: null, problems: [problemOf(subject, error)], durationMilliseconds: took() };
  }
}

/** `more`: what was found out only when the probes' readings were joined. */
export function reportOf(
  probe: string,
  { problems, durationMilliseconds }: Ran<unknown>,
  more: readonly Problem[] = [],
): ProbeReport {
  return { probe, ...summarise([...problems, ...more]), durationMilliseconds };
}
