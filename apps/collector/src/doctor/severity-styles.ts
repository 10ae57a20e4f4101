import type { Severity } from '@silt/domain/findings';
import type { Style } from '../once/paint.ts';

export const SEVERITY_STYLES = { critical: 'critical', warning: 'warning', notice: 'strong' } as const satisfies Record<
  Severity,
  Style
>;
