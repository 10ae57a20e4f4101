import type { Rule } from './rule.ts';

export const MOUNTS_RULES: readonly Rule[] = [];
