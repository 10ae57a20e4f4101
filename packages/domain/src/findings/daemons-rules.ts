import type { Rule } from './rule.ts';

export const DAEMONS_RULES: readonly Rule[] = [];
