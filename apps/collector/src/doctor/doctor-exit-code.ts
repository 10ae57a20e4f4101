import type { Severity } from '@silt/domain/findings';
import { EXIT_FAILURE } from '../collector-error.ts';
import type { Diagnosis } from './diagnose.ts';

/** Scripts rely on them: they stay as they are. */
const EXIT_CODES = { notice: 10, warning: 11, critical: 12 } as const satisfies Record<Severity, number>;

/** Of the worst finding; 0 = none. A rule that broke may have been the one to find something. */
export function doctorExitCode({ findings, faults }: Pick<Diagnosis, 'findings' | 'faults'>): number {
  const [worst] = findings;
  if (worst !== undefined) return EXIT_CODES[worst.severity];
  return faults.length > 0 ? EXIT_FAILURE : 0;
}
