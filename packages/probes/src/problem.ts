import type { ProbeReport } from '@silt/domain';
import { storableText } from './storable-text.ts';

/** Characters of a reason; the wire takes no longer one. */
const MAX_REASON_CHARACTERS = 1_024;

/**
 * Why something was not read. `unavailable`: the thing or the right to read it is not there. `partly`: it is not there for
 * some of many, and the others were read.
 */
export interface Problem {
  status: Exclude<ProbeReport['status'], 'ok'> | 'partly';
  /** `/mnt/nas: permission denied`: without a full stop. */
  text: string;
}

/** What a probe brought, beside what it could not read. */
export interface Probed<Value> {
  value: Value;
  problems: Problem[];
}

const WORDS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'not there',
  ECONNREFUSED: 'nothing listens',
  EIO: 'input/output error',
  ESTALE: 'stale file handle',
  ENOTCONN: 'not connected',
};
const UNAVAILABLE = ['EACCES', 'EPERM', 'ENOENT', 'ECONNREFUSED'];

/** An error of a file or socket call, told with what it was about. */
export function problemOf(subject: string, error: unknown): Problem {
  const code = errorCode(error);
  const text = error instanceof Error ? error.message : String(error);
  return {
    status: code !== null && UNAVAILABLE.includes(code) ? 'unavailable' : 'failed',
    text: `${subject}: ${(code === null ? undefined : WORDS[code]) ?? text}`,
  };
}

/** As long as a reason may be. */
export const reasonOf = (text: string): string => storableText(text, MAX_REASON_CHARACTERS);

/** `ENOENT`; null = no error of the system. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

const RANK = { failed: 0, unavailable: 1, partly: 2 } as const satisfies Record<Problem['status'], number>;

/** One status and one sentence for all of them: the worst one first, the others counted; the same at each beat. */
export function summarise(problems: readonly Problem[]): Pick<ProbeReport, 'status' | 'reason'> {
  const sorted = problems.toSorted((a, b) => RANK[a.status] - RANK[b.status] || (a.text < b.text ? -1 : 1));
  const [first] = sorted;
  if (first === undefined) return { status: 'ok', reason: null };
  const others = problems.length > 1 ? `, and ${problems.length - 1} more` : '';
  const text = storableText(first.text, MAX_REASON_CHARACTERS - others.length - 1);
  return { status: first.status === 'partly' ? 'ok' : first.status, reason: `${text}${others}.` };
}
