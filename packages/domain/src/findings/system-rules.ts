import type { Rule } from './rule.ts';

export const SYSTEM_RULES: readonly Rule[] = [];
