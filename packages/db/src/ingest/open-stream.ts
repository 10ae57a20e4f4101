import { type HostFacts, MAX_SKEW_MILLISECONDS } from '@silt/domain';
import type { Sql, TransactionSql } from '../client.ts';
import { recordEvent } from '../events/record-event.ts';

export interface StreamRequest {
  hostId: number;
  organisationId: string;
  /** Of the collector's spool. */
  streamId: string;
  facts: HostFacts;
  collectorVersion: string;
}

/** Where a stream stands. */
export interface StreamPosition {
  /** 0 = nothing of it is stored. */
  lastSequence: number;
  /** Of what the last sequences held, 8 bytes each, the newest last; there may be fewer than sequences. */
  hashes: Buffer;
}

export interface OpenedStream extends StreamPosition {
  streamNo: number;
}

/** Writes down who the host says it is, and finds or begins its stream. */
export async function openStream(sql: Sql | TransactionSql, request: StreamRequest): Promise<OpenedStream> {
  const { hostId, organisationId, streamId, facts, collectorVersion } = request;
  await sql`
    UPDATE host SET name = ${facts.name}, machine_id = ${facts.machineId}, facts = ${sql.json({ ...facts })},
      collector_version = ${collectorVersion}
    WHERE id = ${hostId}`;
  const [stream] = await sql<OpenedStream[]>`
    INSERT INTO collector_stream (host_id, stream_no, organisation_id, stream_id)
    SELECT ${hostId}, coalesce(max(stream_no), 0) + 1, ${organisationId}, ${streamId}
    FROM collector_stream WHERE host_id = ${hostId}
    ON CONFLICT (host_id, stream_id) DO UPDATE SET stream_id = excluded.stream_id
    RETURNING stream_no AS "streamNo", last_sequence AS "lastSequence", hashes`;
  if (!stream) throw new Error('INSERT … RETURNING gives a row');
  return stream;
}

/** Null when there is no such stream: the database was set back to before it began. */
export async function readStreamPosition(sql: Sql, hostId: number, streamNo: number): Promise<StreamPosition | null> {
  const [stream] = await sql<StreamPosition[]>`
    SELECT last_sequence AS "lastSequence", hashes FROM collector_stream
    WHERE host_id = ${hostId} AND stream_no = ${streamNo}`;
  return stream ?? null;
}

/**
 * Makes an event when the host's clock is too far off by another amount than the last event said, and one when it went
 * right again.
 *
 * @param milliseconds the host's clock minus the server's.
 */
export async function recordSkew(
  tx: TransactionSql,
  host: { hostId: number; organisationId: string },
  milliseconds: number,
  at: Date,
): Promise<void> {
  const { hostId, organisationId } = host;
  const [last] = await tx<{ milliseconds: number }[]>`
    SELECT (detail ->> 'milliseconds')::float8 AS milliseconds FROM event
    WHERE host_id = ${hostId} AND kind = 'clock-skew' ORDER BY at DESC, event_no DESC LIMIT 1`;
  const known = last?.milliseconds ?? 0;
  const isOff = Math.abs(milliseconds) > MAX_SKEW_MILLISECONDS;
  const wasOff = Math.abs(known) > MAX_SKEW_MILLISECONDS;
  if (isOff ? Math.abs(milliseconds - known) <= MAX_SKEW_MILLISECONDS : !wasOff) return;
  await recordEvent(tx, { hostId, organisationId, at, kind: 'clock-skew', detail: { milliseconds } });
}
