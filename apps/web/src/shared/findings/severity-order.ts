import type { Severity } from '@silt/domain/findings';

/** Worst first. The domain's own list would bring every rule to the browser. */
export const SEVERITY_ORDER = ['critical', 'warning', 'notice'] as const satisfies readonly Severity[];
