import { BTRFS_RULES } from './btrfs-rules.ts';
import { DAEMONS_RULES } from './daemons-rules.ts';
import { DOCKER_RULES } from './docker-rules.ts';
import { MOUNTS_RULES } from './mounts-rules.ts';
import type { CannotTell, Finding, FindingInput, Rule } from './rule.ts';
import { SYSTEM_RULES } from './system-rules.ts';
import { THIN_RULES } from './thin-rules.ts';

/** All of them, in the order of docs/findings. */
export const RULES: readonly Rule[] = [
  ...BTRFS_RULES,
  ...THIN_RULES,
  ...MOUNTS_RULES,
  ...DAEMONS_RULES,
  ...DOCKER_RULES,
  ...SYSTEM_RULES,
];

export interface Findings {
  findings: Finding[];
  cannotTell: CannotTell[];
}

/** Asks every rule. A rule that needs a past is left out where there is none, and says that it cannot tell. */
export function findAll(input: FindingInput, rules: readonly Rule[] = RULES): Findings {
  const found: Findings = { findings: [], cannotTell: [] };
  for (const { id, needsPast, check } of rules) {
    if (needsPast && input.past === null) {
      found.cannotTell.push({ rule: id, subject: null, missing: 'history' });
      continue;
    }
    const { findings, cannotTell } = check(input);
    found.findings.push(...findings.map((one) => ({ rule: id, ...one })));
    found.cannotTell.push(...cannotTell.map((one) => ({ rule: id, ...one })));
  }
  return found;
}
