import type { HostFacts } from '@silt/domain';
import type { Sql } from '../client.ts';

export interface StreamRequest {
  hostId: number;
  organisationId: string;
  /** Of this run of the collector. */
  streamId: string;
  facts: HostFacts;
  collectorVersion: string;
}

export interface OpenedStream {
  streamNo: number;
  /** 0 = nothing of it is stored. */
  lastSequence: number;
}

/** Writes down who the host says it is, and finds or begins its stream. */
export async function openStream(sql: Sql, request: StreamRequest): Promise<OpenedStream> {
  const { hostId, organisationId, streamId, facts, collectorVersion } = request;
  return sql.begin(async (tx) => {
    await tx`
      UPDATE host SET name = ${facts.name}, machine_id = ${facts.machineId}, facts = ${tx.json({ ...facts })},
        collector_version = ${collectorVersion}
      WHERE id = ${hostId}`;
    const [stream] = await tx<OpenedStream[]>`
      INSERT INTO collector_stream (host_id, stream_no, organisation_id, stream_id)
      SELECT ${hostId}, coalesce(max(stream_no), 0) + 1, ${organisationId}, ${streamId}
      FROM collector_stream WHERE host_id = ${hostId}
      ON CONFLICT (host_id, stream_id) DO UPDATE SET stream_id = excluded.stream_id
      RETURNING stream_no AS "streamNo", last_sequence AS "lastSequence"`;
    if (!stream) throw new Error('INSERT … RETURNING gives a row');
    return stream;
  });
}

/** Last committed sequence of a stream. */
export async function readLastSequence(sql: Sql, hostId: number, streamNo: number): Promise<number> {
  const [stream] = await sql<{ lastSequence: number }[]>`
    SELECT last_sequence AS "lastSequence" FROM collector_stream
    WHERE host_id = ${hostId} AND stream_no = ${streamNo}`;
  return stream?.lastSequence ?? 0;
}
