import { createHash } from 'node:crypto';
import type { Sql } from '@silt/db';
import { ALL_RULES, type FindingState, type Severity } from '@silt/domain/findings';
import type { TestHost } from './fleet-rows.ts';

export interface TestFinding {
  rule: string;
  subject?: string;
  storeKey?: string | null;
  severity?: Severity;
  state?: FindingState;
  /** Unless given that of the rule's example. */
  evidence?: { readonly [name: string]: unknown };
  standsSince?: Date;
  resolvedAt?: Date;
  promisedBytes?: number;
  freedBytes?: number;
  mute?: { reason: string; until: Date | null; by: string };
}

/** Writes a finding as the worker does and counts it in its host's status; gives its number. */
export async function addFinding(owner: Sql, host: TestHost, finding: TestFinding): Promise<number> {
  const { rule, storeKey = null, severity = 'warning', state = 'open', resolvedAt, promisedBytes, mute } = finding;
  const { subject = rule, standsSince: since = new Date(), evidence = ALL_RULES.get(rule)?.example ?? {} } = finding;
  const hash = createHash('sha256').update(subject).digest('hex');
  const [row] = await owner<[{ no: number }]>`
    INSERT INTO finding (host_id, finding_no, organisation_id, rule, subject, subject_hash, store_key, severity, state,
      evidence, first_seen_at, last_seen_at, stands_since, state_since, resolved_at, promised_bytes, promise_series,
      promise_rises, freed_bytes, mute_reason, mute_until, muted_at, muted_by, mute_severity)
    SELECT ${host.id}, coalesce(max(finding_no), 0) + 1, ${host.organisationId}, ${rule}, ${subject}, ${hash}, ${storeKey},
      ${severity}, ${state}, ${owner.json(evidence as never)}, ${since}, ${since}, ${since}, ${since}, ${resolvedAt ?? null},
      ${promisedBytes ?? null}, ${promisedBytes === undefined ? null : 'usedBytes'}, ${promisedBytes === undefined ? null : false},
      ${finding.freedBytes ?? null}, ${mute?.reason ?? null}, ${mute?.until ?? null}, ${mute ? since : null},
      ${mute?.by ?? null}, ${mute ? severity : null}
    FROM finding WHERE host_id = ${host.id}
    RETURNING finding_no AS no`;
  if (state !== 'muted' && state !== 'resolved')
    await owner`UPDATE host_status SET ${owner(`findings_${severity}`)} = ${owner(`findings_${severity}`)} + 1
      WHERE host_id = ${host.id}`;
  return row.no;
}
