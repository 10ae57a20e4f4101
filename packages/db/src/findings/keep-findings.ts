import { createHash } from 'node:crypto';
import type { KeptFinding } from '@silt/domain/findings';
import type { PendingQuery, Row } from 'postgres';
import type { Sql, TransactionSql } from '../client.ts';
import type { HostAddress } from '../history/host-address.ts';
import { transaction } from '../transaction.ts';
import { type FindingRecord, type FindingRow, findingColumns, findingRecordOf } from './finding-record.ts';

/** Findings of some hosts that stand, muted ones too. */
export async function readStandingFindings(sql: Sql, hosts: readonly HostAddress[]): Promise<FindingRecord[]> {
  const rows = await sql<FindingRow[]>`
    SELECT ${findingColumns(sql)} FROM finding f
    WHERE f.host_id = ANY(${hosts.map(({ hostId }) => hostId)}::bigint[]) AND f.resolved_at IS NULL
    ORDER BY f.host_id, f.finding_no`;
  return rows.map(findingRecordOf);
}

/** Findings that a look is about. */
export interface LookedFindings {
  hostId: number;
  /** Of the look, milliseconds since the epoch, less the time for which a resolved finding still moves. */
  resolvedSince: number;
  found: readonly Pick<KeptFinding, 'rule' | 'subject'>[];
}

/**
 * Locked until the end of the transaction: all that stand, those that were resolved lately, and those that the look has again. The
 * judgements of the hosts must be locked.
 */
export async function lockFindings(tx: TransactionSql, looks: readonly LookedFindings[]): Promise<FindingRecord[]> {
  const found = looks.flatMap(({ hostId, found: ones }) => ones.map((one) => ({ hostId, ...one })));
  const rows = await tx<FindingRow[]>`
    SELECT ${findingColumns(tx)} FROM finding f
    JOIN unnest(${looks.map(({ hostId }) => hostId)}::bigint[], ${looks.map(({ resolvedSince }) =>
      new Date(resolvedSince).toISOString(),
    )}::timestamptz[]) AS look (host_id, resolved_since) USING (host_id)
    WHERE f.resolved_at IS NULL OR f.resolved_at >= look.resolved_since
      OR (f.host_id, f.rule, f.subject_hash) IN (
        SELECT * FROM unnest(${found.map(({ hostId }) => hostId)}::bigint[], ${found.map(({ rule }) => rule)}::text[],
          ${found.map(({ subject }) => subjectHash(subject))}::text[]))
    ORDER BY f.host_id, f.finding_no FOR NO KEY UPDATE OF f`;
  return rows.map(findingRecordOf);
}

/** By inner id; hosts that never had one are left out. */
export async function readLastFindingNos(
  tx: TransactionSql,
  hosts: readonly Pick<HostAddress, 'hostId'>[],
): Promise<Map<number, number>> {
  const rows = await tx<{ hostId: number; last: number }[]>`
    SELECT host_id AS "hostId", max(finding_no) AS last FROM finding
    WHERE host_id = ANY(${hosts.map(({ hostId }) => hostId)}::bigint[]) GROUP BY host_id`;
  return new Map(rows.map(({ hostId, last }) => [hostId, last]));
}

/** New ones, and all of those that are there. The judgements of the hosts must be locked. */
export async function writeFindings(
  tx: TransactionSql,
  findings: readonly (FindingRecord & HostAddress)[],
): Promise<void> {
  const update = tx`
    ON CONFLICT (host_id, finding_no) DO UPDATE SET store_key = excluded.store_key, severity = excluded.severity,
      state = excluded.state, evidence = excluded.evidence, first_seen_at = excluded.first_seen_at,
      last_seen_at = excluded.last_seen_at, stands_since = excluded.stands_since, state_since = excluded.state_since,
      milder_since = excluded.milder_since, missed_since = excluded.missed_since, missed_looks = excluded.missed_looks,
      cannot_tell_since = excluded.cannot_tell_since, missing = excluded.missing,
      times_reopened = excluded.times_reopened, resolved_at = excluded.resolved_at,
      mute_reason = excluded.mute_reason, mute_until = excluded.mute_until, muted_at = excluded.muted_at,
      muted_by = excluded.muted_by, mute_severity = excluded.mute_severity, promised_bytes = excluded.promised_bytes,
      promise_series = excluded.promise_series, promise_rises = excluded.promise_rises,
      promise_value = excluded.promise_value, freed_bytes = excluded.freed_bytes`;
  await storeFindings(tx, findings, update);
}

/** All of a host that has none yet, and their counts in its status. Reads no finding, which the role that loads may not. */
export async function insertFindings(
  tx: TransactionSql,
  { hostId }: HostAddress,
  findings: readonly (FindingRecord & HostAddress)[],
): Promise<void> {
  await storeFindings(tx, findings, tx``);
  const counted = findings.filter(({ state }) => state !== 'resolved' && state !== 'muted');
  const countOf = (severity: KeptFinding['severity']): number =>
    counted.filter((one) => one.severity === severity).length;
  await tx`
    UPDATE host_status SET findings_critical = ${countOf('critical')}, findings_warning = ${countOf('warning')},
      findings_notice = ${countOf('notice')}
    WHERE host_id = ${hostId}`;
}

async function storeFindings(
  tx: TransactionSql,
  findings: readonly (FindingRecord & HostAddress)[],
  onConflict: PendingQuery<Row[]>,
): Promise<void> {
  if (findings.length === 0) return;
  await tx`
    INSERT INTO finding AS f (host_id, finding_no, organisation_id, rule, subject, subject_hash, store_key, severity, state,
      evidence, first_seen_at, last_seen_at, stands_since, state_since, milder_since, missed_since, missed_looks,
      cannot_tell_since, missing, times_reopened, resolved_at, mute_reason, mute_until, muted_at, muted_by,
      mute_severity, promised_bytes, promise_series, promise_rises, promise_value, freed_bytes)
    SELECT host_id, finding_no, organisation_id, rule, subject, subject_hash, store_key, severity, state,
      evidence, first_seen_at, last_seen_at, stands_since, state_since, milder_since, missed_since, missed_looks,
      cannot_tell_since, missing, times_reopened, resolved_at, mute_reason, mute_until, muted_at, muted_by,
      mute_severity, promised_bytes, promise_series, promise_rises, promise_value, freed_bytes
    FROM jsonb_to_recordset(${tx.json(findings.map(jsonOf) as never)}) AS n (host_id bigint, finding_no integer,
      organisation_id uuid, rule text, subject text, subject_hash text, store_key text, severity text, state text,
      evidence jsonb, first_seen_at timestamptz, last_seen_at timestamptz, stands_since timestamptz,
      state_since timestamptz, milder_since timestamptz, missed_since timestamptz, missed_looks integer,
      cannot_tell_since timestamptz, missing text, times_reopened integer, resolved_at timestamptz, mute_reason text,
      mute_until timestamptz, muted_at timestamptz, muted_by text, mute_severity text, promised_bytes bigint,
      promise_series text, promise_rises boolean, promise_value bigint, freed_bytes bigint)
    ORDER BY host_id, finding_no
    ${onConflict}`;
}

/** Moves nothing but when they were last seen, which no index has. */
export async function touchFindings(tx: TransactionSql, findings: readonly FindingRecord[]): Promise<void> {
  if (findings.length === 0) return;
  await tx`
    UPDATE finding f SET last_seen_at = n.last_seen_at
    FROM unnest(${findings.map(({ hostId }) => hostId)}::bigint[], ${findings.map(({ findingNo }) => findingNo)}::int[],
      ${findings.map(({ lastSeenAt }) => new Date(lastSeenAt).toISOString())}::timestamptz[])
      AS n (host_id, finding_no, last_seen_at)
    WHERE f.host_id = n.host_id AND f.finding_no = n.finding_no`;
}

/** Counts those of some hosts that stand and are not muted anew, in order of the hosts' ids as ingest locks them. */
export async function countFindings(tx: TransactionSql, hosts: readonly Pick<HostAddress, 'hostId'>[]): Promise<void> {
  if (hosts.length === 0) return;
  const hostIds = hosts.map(({ hostId }) => hostId);
  await tx`SELECT 1 FROM host_status WHERE host_id = ANY(${hostIds}::bigint[]) ORDER BY host_id FOR NO KEY UPDATE`;
  await tx`
    UPDATE host_status s SET findings_critical = c.critical, findings_warning = c.warning, findings_notice = c.notice
    FROM (
      SELECT h.host_id, count(*) FILTER (WHERE f.severity = 'critical') AS critical,
        count(*) FILTER (WHERE f.severity = 'warning') AS warning,
        count(*) FILTER (WHERE f.severity = 'notice') AS notice
      FROM unnest(${hostIds}::bigint[]) AS h (host_id)
      LEFT JOIN finding f ON f.host_id = h.host_id AND f.state IN ('new', 'open', 'reopened')
      GROUP BY h.host_id
    ) c
    WHERE s.host_id = c.host_id
      AND (s.findings_critical, s.findings_warning, s.findings_notice) <> (c.critical, c.warning, c.notice)`;
}

/** Deletes what was resolved before `before`; the last one of a host stays, so that no number is given twice. */
export async function deleteOldFindings(sql: Sql, hostIds: readonly number[], before: Date): Promise<number> {
  return transaction(sql, async (tx) => {
    const gone = await tx`
      DELETE FROM finding f WHERE f.host_id = ANY(${hostIds as number[]}::bigint[]) AND f.resolved_at < ${before}
        AND f.finding_no < (SELECT max(finding_no) FROM finding WHERE host_id = f.host_id)`;
    return gone.count;
  });
}

const subjectHash = (subject: string): string => createHash('sha256').update(subject).digest('hex');

function jsonOf(finding: FindingRecord & HostAddress) {
  const { blind, mute, promise } = finding;
  return {
    ...{ host_id: finding.hostId, finding_no: finding.findingNo, organisation_id: finding.organisationId },
    ...{ rule: finding.rule, subject: finding.subject, subject_hash: subjectHash(finding.subject) },
    ...{ store_key: finding.storeKey, severity: finding.severity, state: finding.state, evidence: finding.evidence },
    ...{ first_seen_at: iso(finding.firstSeenAt), last_seen_at: iso(finding.lastSeenAt) },
    ...{ stands_since: iso(finding.standsSince), state_since: iso(finding.stateSince) },
    ...{ milder_since: iso(finding.milderSince), missed_since: iso(finding.missedSince) },
    ...{ missed_looks: finding.missedLooks, cannot_tell_since: iso(blind?.since), missing: blind?.missing ?? null },
    ...{ times_reopened: finding.timesReopened, resolved_at: iso(finding.resolvedAt) },
    ...{ mute_reason: mute?.reason ?? null, mute_until: iso(mute?.until), muted_at: iso(mute?.at) },
    ...{ muted_by: mute?.by ?? null, mute_severity: mute?.severity ?? null, promised_bytes: promise?.bytes ?? null },
    ...{ promise_series: promise?.series ?? null, promise_rises: promise?.rises ?? null },
    ...{ promise_value: promise?.value ?? null, freed_bytes: finding.freedBytes },
  };
}

const iso = (at: number | null | undefined): string | null => (at == null ? null : new Date(at).toISOString());
