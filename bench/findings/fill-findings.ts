import type { Sql } from '@silt/db';
import { FLEET_RULES, RULES } from '@silt/domain/findings';

/** Standing, and beside them resolved. */
export const STANDING_A_HOST = 5;
export const RESOLVED_A_HOST = 2;
/** So that nobody falls silent before the run is over; those of `SILENT_EACH` are. */
const BEAT_SECONDS = 3_600;
const SILENT_EACH = 100;
/** Hosts of which one had a gap in the last days. */
const GAP_EACH = 10;
const TAGS = 7;
const SURVEY_BYTES = 1_000;
const MAX_MINUTES_AGO = 100_000;

interface Fill {
  organisationId: string;
  hosts: number;
}

/**
 * A fleet whose hosts all have a status, a judgement and findings of all rules, with the evidence of the rules' examples.
 *
 * @param admin a superuser: rows of all tables are written side by side.
 */
export async function fillFindings(admin: Sql, { organisationId, hosts }: Fill): Promise<void> {
  await admin`SET session_replication_role = replica`;
  await admin`SET synchronous_commit = off`;
  await addHosts(admin, { organisationId, hosts });
  await addFindings(admin, organisationId);
  await addSilence(admin, organisationId);
  await addJudgements(admin, organisationId);
  await admin`
    UPDATE host_status s SET findings_critical = c.critical, findings_warning = c.warning, findings_notice = c.notice
    FROM (
      SELECT host_id, count(*) FILTER (WHERE severity = 'critical') AS critical,
        count(*) FILTER (WHERE severity = 'warning') AS warning, count(*) FILTER (WHERE severity = 'notice') AS notice
      FROM finding WHERE state IN ('new', 'open', 'reopened') GROUP BY host_id
    ) c WHERE c.host_id = s.host_id`;
  await admin`RESET session_replication_role`;
  await admin`VACUUM ANALYZE`;
  await admin`CHECKPOINT`;
}

async function addHosts(admin: Sql, { organisationId, hosts }: Fill): Promise<void> {
  await admin`
    INSERT INTO host (organisation_id, name, tags, collector_version, first_seen_at)
    SELECT ${organisationId}, 'host-' || lpad(n::text, 5, '0'), ARRAY['tag-' || n % ${TAGS}::int], '0.1.0',
      now() - interval '90 days'
    FROM generate_series(1, ${hosts}::int) n`;
  await admin`
    INSERT INTO layout (host_id, layout_no, organisation_id, hash, stores, daemons, resource_nos)
    SELECT id, 1, organisation_id, 'x', jsonb_build_array(
        jsonb_build_object('key', 'mount:/', 'name', '/', 'role', 'root'),
        jsonb_build_object('key', 'mount:/var/lib/docker', 'name', '/var/lib/docker', 'role', 'data-root')), '[]', '{}'
    FROM host`;
  await admin`
    INSERT INTO host_status (host_id, organisation_id, last_seen_at, observed_at, boot_id, booted_at,
      clock_skew_milliseconds, beat_seconds, layout_no, readings, probes, probes_read, probes_total, fullest_fill)
    SELECT id, organisation_id, seen.at, seen.at, 'boot', now() - interval '30 days', 0, ${BEAT_SECONDS}, 1,
      '{}', '[]', 11, 11, (id * 7919 % 100003) / 100003.0
    FROM host CROSS JOIN LATERAL (
      SELECT now() - CASE WHEN id % ${SILENT_EACH} = 0 THEN interval '3 days' ELSE interval '1 second' END AS at
    ) seen`;
  await admin`
    INSERT INTO event (host_id, at, organisation_id, kind, detail)
    SELECT id, now() - make_interval(hours => (id % 100)::int), organisation_id, 'gap',
      '{"firstSequence": 1000, "lastSequence": 1100, "reason": "spool-full"}'
    FROM host WHERE id % ${GAP_EACH} = 0`;
}

/** Spread over rules, severities and times, the same for the same host and number; 7919 is a prime. */
async function addFindings(admin: Sql, organisationId: string): Promise<void> {
  const rules = RULES.map(({ id, example }) => ({ id, example }));
  await admin`
    INSERT INTO finding (host_id, finding_no, organisation_id, rule, subject, subject_hash, store_key, severity, state,
      evidence, first_seen_at, last_seen_at, stands_since, state_since, resolved_at, promised_bytes, promise_series,
      promise_rises)
    SELECT h.id, n, ${organisationId}, r.value ->> 'id', 'mount:/var/lib/docker/' || h.id || '-' || n,
      encode(sha256((h.id || ':' || n)::bytea), 'hex'), 'mount:/var/lib/docker',
      CASE WHEN (h.id + n) % 11 = 0 THEN 'critical' WHEN (h.id + n) % 3 = 0 THEN 'notice' ELSE 'warning' END,
      CASE WHEN n > ${STANDING_A_HOST} THEN 'resolved' WHEN (h.id + n) % 20 = 0 THEN 'muted' ELSE 'open' END,
      r.value -> 'example', t.at, now(), t.at, t.at, CASE WHEN n > ${STANDING_A_HOST} THEN t.at + interval '1 hour' END,
      CASE WHEN n % 2 = 0 THEN 1000000 + h.id END, CASE WHEN n % 2 = 0 THEN 'usedBytes' END,
      CASE WHEN n % 2 = 0 THEN false END
    FROM host h CROSS JOIN generate_series(1, ${STANDING_A_HOST + RESOLVED_A_HOST}::int) n
    CROSS JOIN LATERAL (
      SELECT ${admin.json(rules as never)}::jsonb -> ((h.id * 7919 + n * 13) % ${rules.length})::int AS value
    ) r
    CROSS JOIN LATERAL (
      SELECT now() - make_interval(mins => ((h.id * 131 + n * 17) % ${MAX_MINUTES_AGO})::int) AS at
    ) t
    ORDER BY h.id, n`;
  await admin`
    UPDATE finding SET mute_reason = 'known', muted_at = state_since, muted_by = 'somebody', mute_severity = severity
    WHERE state = 'muted'`;
}

/** Since before the worker listens, as it is after a restart of the server. */
async function addSilence(admin: Sql, organisationId: string): Promise<void> {
  const silence = FLEET_RULES.find(({ id }) => id === 'collector-silent');
  if (silence === undefined) throw new Error('no rule finds silent hosts');
  await admin`
    INSERT INTO finding (host_id, finding_no, organisation_id, rule, subject, subject_hash, severity, state, evidence,
      first_seen_at, last_seen_at, stands_since, state_since)
    SELECT host_id, ${STANDING_A_HOST + RESOLVED_A_HOST + 1}, ${organisationId}, ${silence.id}, 'silent',
      encode(sha256('silent'), 'hex'), 'warning', 'open', ${admin.json(silence.example as never)},
      last_seen_at, last_seen_at, last_seen_at, last_seen_at
    FROM host_status WHERE host_id % ${SILENT_EACH} = 0`;
}

async function addJudgements(admin: Sql, organisationId: string): Promise<void> {
  await admin`
    INSERT INTO survey (host_id, organisation_id, observed_at, received_at, body)
    SELECT id, ${organisationId}, now(), now(), decode(repeat('00', ${SURVEY_BYTES}), 'hex') FROM host`;
  await admin`
    INSERT INTO inventory_state (host_id, organisation_id, stream_no, sequence, observed_at)
    SELECT id, ${organisationId}, 1, 1, now() FROM host`;
  await admin`
    INSERT INTO judgement (host_id, organisation_id, judged_at, surveyed_at, cannot_tell, faults)
    SELECT id, ${organisationId}, now(), now(), '[]', '[]' FROM host`;
}
