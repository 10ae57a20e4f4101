import { expect, test } from 'vitest';
import { ALL_RULES, RULES } from '../../src/findings/index.ts';
import { FLEET_RULES, HEALTH_RULES } from '../../src/findings/system-rules.ts';

test('every rule there is is known by an id of its own', () => {
  expect(ALL_RULES.size).toBe(RULES.length + HEALTH_RULES.length + FLEET_RULES.length);
  for (const [id, rule] of ALL_RULES) expect(rule.id).toBe(id);
});
