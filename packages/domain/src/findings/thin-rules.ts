import type { Rule } from './rule.ts';

export const THIN_RULES: readonly Rule[] = [];
