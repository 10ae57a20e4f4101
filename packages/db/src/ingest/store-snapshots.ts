import type { HostEventDetails, ProbeReport, ResourceFill } from '@silt/domain';
import type { Sql, TransactionSql } from '../client.ts';
import { arrayText, textArray } from './array-literal.ts';

/** Set when observed_at could not be corrected by uptime. */
export const FLAG_UNCORRECTED = 1;

/** Sequences of a stream whose hashes are kept: as many as a collector may have under way. */
export const KEPT_HASHES = 64;
export const HASH_BYTES = 8;
const KEPT_HASHES_BYTES = KEPT_HASHES * HASH_BYTES;

/** A piece of one stream: the sequences after `afterSequence` up to `lastSequence`, and the rows of those to store. */
export interface StreamPart {
  hostId: number;
  organisationId: string;
  streamNo: number;
  afterSequence: number;
  lastSequence: number;
  /** Of what the last of these sequences held, HASH_BYTES each, the newest last, at most KEPT_HASHES; hexadecimal. */
  hashes: string;
  rows: SnapshotRow[];
  gaps: StoredGap[];
  /** Of the newest row; null when no row is stored. */
  status: StatusRow | null;
}

export interface SnapshotRow {
  sequence: number;
  observedAt: Date;
  /** ISO 8601, as the host said. */
  takenAt: string;
  receivedAt: Date;
  layoutNo: number;
  flags: number;
  readings: readonly (number | null)[];
}

/** Sequences that will never come; an event of the host. */
export interface StoredGap {
  at: Date;
  detail: HostEventDetails['gap'];
}

export interface StatusRow {
  lastSeenAt: Date;
  observedAt: Date;
  bootId: string;
  bootedAt: Date;
  clockSkewMilliseconds: number;
  beatSeconds: number;
  layoutNo: number;
  readings: readonly (number | null)[];
  probes: readonly ProbeReport[];
  fullest: ResourceFill | null;
  backEnds: readonly string[];
}

/**
 * One transaction: moves each stream from `afterSequence` to `lastSequence`, stores its rows, its gaps as events and the
 * host's status. A stream that does not stand at `afterSequence` is left alone, with its rows. Parts must be of different hosts.
 *
 * @returns keys (`streamKey`) of the parts that were stored.
 */
export async function storeSnapshots(sql: Sql | TransactionSql, parts: readonly StreamPart[]): Promise<Set<string>> {
  const sorted = [...parts].sort((one, other) => one.hostId - other.hostId);
  const rows = sorted.flatMap((part) => part.rows.map((row) => ({ part, row })));
  const gaps = sorted.flatMap((part) => part.gaps.map((gap) => ({ part, gap })));
  const states = sorted.flatMap((part) => (part.status ? [{ part, status: part.status }] : []));
  const advanced = await sql<{ hostId: number; streamNo: number }[]>`
    WITH advanced AS (
      UPDATE collector_stream s SET last_sequence = p.last_sequence,
        hashes = CASE WHEN octet_length(p.hashes) = ${KEPT_HASHES_BYTES} THEN p.hashes ELSE substring(s.hashes || p.hashes
          FROM greatest(octet_length(s.hashes) + octet_length(p.hashes) - ${KEPT_HASHES_BYTES}, 0) + 1) END
      FROM unnest(${arrayText(sorted.map((part) => part.hostId))}::bigint[],
        ${arrayText(sorted.map((part) => part.streamNo))}::int[],
        ${arrayText(sorted.map((part) => part.afterSequence))}::bigint[],
        ${arrayText(sorted.map((part) => part.lastSequence))}::bigint[],
        ${arrayText(sorted.map((part) => `\\x${part.hashes}`))}::bytea[])
        AS p (host_id, stream_no, after_sequence, last_sequence, hashes)
      WHERE s.host_id = p.host_id AND s.stream_no = p.stream_no AND s.last_sequence = p.after_sequence
      RETURNING s.host_id, s.stream_no, s.organisation_id
    ), stored AS (
      INSERT INTO snapshot (host_id, observed_at, stream_no, sequence, organisation_id, taken_at, received_at,
        layout_no, flags, readings)
      SELECT r.host_id, r.observed_at, a.stream_no, r.sequence, a.organisation_id, r.taken_at, r.received_at,
        r.layout_no, r.flags, r.readings::bigint[]
      FROM unnest(${arrayText(rows.map(({ part }) => part.hostId))}::bigint[],
        ${arrayText(rows.map(({ row }) => row.observedAt.toISOString()))}::timestamptz[],
        ${arrayText(rows.map(({ row }) => row.sequence))}::bigint[],
        ${arrayText(rows.map(({ row }) => row.takenAt))}::timestamptz[],
        ${arrayText(rows.map(({ row }) => row.receivedAt.toISOString()))}::timestamptz[],
        ${arrayText(rows.map(({ row }) => row.layoutNo))}::int[],
        ${arrayText(rows.map(({ row }) => row.flags))}::smallint[],
        ${arrayText(rows.map(({ row }) => arrayText(row.readings)))}::text[])
        AS r (host_id, observed_at, sequence, taken_at, received_at, layout_no, flags, readings)
      JOIN advanced a ON a.host_id = r.host_id
    ), gaps AS (
      INSERT INTO event (host_id, at, organisation_id, kind, detail)
      SELECT g.host_id, g.at, a.organisation_id, 'gap', g.detail::jsonb
      FROM unnest(${arrayText(gaps.map(({ part }) => part.hostId))}::bigint[],
        ${arrayText(gaps.map(({ gap }) => gap.at.toISOString()))}::timestamptz[],
        ${textArray(gaps.map(({ gap }) => JSON.stringify(gap.detail)))}::text[]) AS g (host_id, at, detail)
      JOIN advanced a ON a.host_id = g.host_id
    ), status AS (
      INSERT INTO host_status AS h (host_id, organisation_id, last_seen_at, observed_at, boot_id, booted_at,
        clock_skew_milliseconds, beat_seconds, layout_no, readings, probes, probes_read, probes_total,
        fullest_store_key, fullest_resource, fullest_used, fullest_capacity, fullest_fill, back_ends)
      SELECT s.host_id, s.organisation_id, s.last_seen_at, s.observed_at, s.boot_id, s.booted_at, s.skew,
        s.beat_seconds, s.layout_no, s.readings::bigint[], s.probes::jsonb, s.probes_read, s.probes_total,
        s.store_key, s.resource, s.used, s.capacity, s.fill, s.back_ends::text[]
      FROM unnest(${arrayText(states.map(({ part }) => part.hostId))}::bigint[],
        ${arrayText(states.map(({ part }) => part.organisationId))}::uuid[],
        ${arrayText(states.map(({ status }) => status.lastSeenAt.toISOString()))}::timestamptz[],
        ${arrayText(states.map(({ status }) => status.observedAt.toISOString()))}::timestamptz[],
        ${textArray(states.map(({ status }) => status.bootId))}::text[],
        ${arrayText(states.map(({ status }) => status.bootedAt.toISOString()))}::timestamptz[],
        ${arrayText(states.map(({ status }) => status.clockSkewMilliseconds))}::bigint[],
        ${arrayText(states.map(({ status }) => status.beatSeconds))}::int[],
        ${arrayText(states.map(({ status }) => status.layoutNo))}::int[],
        ${arrayText(states.map(({ status }) => arrayText(status.readings)))}::text[],
        ${textArray(states.map(({ status }) => JSON.stringify(status.probes)))}::text[],
        ${arrayText(states.map(({ status }) => status.probes.filter(isReadInFull).length))}::smallint[],
        ${arrayText(states.map(({ status }) => status.probes.length))}::smallint[],
        ${textArray(states.map(({ status }) => status.fullest?.storeKey ?? null))}::text[],
        ${textArray(states.map(({ status }) => status.fullest?.resource ?? null))}::text[],
        ${arrayText(states.map(({ status }) => status.fullest?.used ?? null))}::bigint[],
        ${arrayText(states.map(({ status }) => status.fullest?.capacity ?? null))}::bigint[],
        ${arrayText(states.map(({ status }) => status.fullest?.fill ?? null))}::float8[],
        ${textArray(states.map(({ status }) => textArray(status.backEnds)))}::text[])
        AS s (host_id, organisation_id, last_seen_at, observed_at, boot_id, booted_at, skew, beat_seconds,
          layout_no, readings, probes, probes_read, probes_total, store_key, resource, used, capacity, fill, back_ends)
      JOIN advanced a ON a.host_id = s.host_id
      ON CONFLICT (host_id) DO UPDATE SET last_seen_at = excluded.last_seen_at, observed_at = excluded.observed_at,
        boot_id = excluded.boot_id, booted_at = excluded.booted_at,
        clock_skew_milliseconds = excluded.clock_skew_milliseconds, beat_seconds = excluded.beat_seconds,
        layout_no = excluded.layout_no, readings = excluded.readings, probes = excluded.probes,
        probes_read = excluded.probes_read, probes_total = excluded.probes_total,
        fullest_store_key = excluded.fullest_store_key, fullest_resource = excluded.fullest_resource,
        fullest_used = excluded.fullest_used, fullest_capacity = excluded.fullest_capacity,
        fullest_fill = excluded.fullest_fill, back_ends = excluded.back_ends,
        -- What was derived is of another resource now.
        derived_at = CASE WHEN (h.fullest_store_key, h.fullest_resource)
          IS NOT DISTINCT FROM (excluded.fullest_store_key, excluded.fullest_resource) THEN h.derived_at END
    )
    SELECT host_id AS "hostId", stream_no AS "streamNo" FROM advanced`;
  return new Set(advanced.map(streamKey));
}

export const streamKey = ({ hostId, streamNo }: { hostId: number; streamNo: number }): string =>
  `${hostId} ${streamNo}`;

/** A probe counts as read in full when it is ok and says of nothing that it is missing. */
export const isReadInFull = ({ status, reason }: ProbeReport): boolean => status === 'ok' && reason === null;
