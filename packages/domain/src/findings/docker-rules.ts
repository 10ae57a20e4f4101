import type { Rule } from './rule.ts';

export const DOCKER_RULES: readonly Rule[] = [];
