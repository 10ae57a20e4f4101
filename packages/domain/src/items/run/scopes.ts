import type { ProbeReport } from '../../snapshot.ts';
import type { Scope, ScopeStatus } from '../item.ts';
import { shortKey } from './make-item.ts';

/** Collects the scopes of a run. */
export class Scopes {
  readonly #reports: ReadonlyMap<string, ProbeReport>;
  readonly #scopes = new Map<string, Scope>();

  constructor(reports: readonly ProbeReport[]) {
    this.#reports = new Map(reports.map((report) => [report.probe, report]));
  }

  all(): Scope[] {
    return [...this.#scopes.values()];
  }

  put(name: string, status: ScopeStatus, reason: string | null): void {
    this.#scopes.set(name, { name, status, reason: status === 'complete' ? null : (reason ?? 'It was not read.') });
  }

  /** A probe as a whole: in full when it has nothing to complain of. */
  putProbe(probe: string, isRead: boolean): void {
    const report = this.#reports.get(probe);
    if (!isRead) this.put(probe, 'not-read', report?.reason ?? null);
    else if (report?.status === 'ok' && report.reason === null) this.put(probe, 'complete', null);
    else this.put(probe, 'partial', report?.reason ?? 'The probe has sent no report.');
  }

  statusOf(name: string): ScopeStatus {
    return this.#scopes.get(name)?.status ?? 'not-read';
  }

  /** What the probe says of all of it. */
  reasonOf(probe: string): string | null {
    return this.#reports.get(probe)?.reason ?? null;
  }

  /**
   * A list that a probe has read. Lists with gaps are told as `failed`, with their subject; so one is taken for
   * whole when nothing failed, or one thing alone did and its sentence has none of `words`.
   */
  putList(name: string, probe: string, { isRead, words }: { isRead: boolean; words: readonly string[] }): void {
    const report = this.#reports.get(probe);
    if (!isRead) this.put(name, 'not-read', report?.reason ?? null);
    else if (report === undefined) this.put(name, 'partial', 'The probe has sent no report.');
    else if (mayHaveGaps(report, words)) this.put(name, 'partial', report.reason);
    else this.put(name, 'complete', null);
  }
}

function mayHaveGaps({ status, reason }: ProbeReport, words: readonly string[]): boolean {
  if (status !== 'failed') return false;
  return reason === null || / and \d+ more\.$/.test(reason) || words.every((word) => reason.includes(word));
}

/** `<probe> <part> <subject>`. */
export const scopeName = (probe: string, part: string, subject: string): string =>
  shortKey(`${probe} ${part} ${subject}`);
