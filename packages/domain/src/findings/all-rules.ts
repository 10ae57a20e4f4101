import type { Rule } from './rule.ts';
import { RULES } from './rules.ts';
import { FLEET_RULES, HEALTH_RULES } from './system-rules.ts';

/** What there is to say of any rule, however it is asked. */
export type RuleTexts = Omit<Rule, 'check' | 'needsPast'>;

/** Every rule there is, those of hosts, of Silt's own health and of whole fleets, by id. */
export const ALL_RULES: ReadonlyMap<string, RuleTexts> = new Map(
  [...RULES, ...HEALTH_RULES, ...FLEET_RULES].map((rule) => [rule.id, rule]),
);
