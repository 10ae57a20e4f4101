import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { Inventory } from '@silt/domain';
import type { Sql, TransactionSql } from '../client.ts';

/** Of a survey's JSON; a body that holds more is not read. */
export const MAX_SURVEY_BYTES = 64 * 1024 * 1024;
/** Half the time of the default, for a tenth more bytes. */
const COMPRESSION_LEVEL = 3;
/** Each chunk is a turn of the event loop. */
const CHUNK_BYTES = 128 * 1024;

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** A row of `survey`. */
export interface SurveyRow {
  hostId: number;
  organisationId: string;
  /** Corrected time. */
  observedAt: Date;
  receivedAt: Date;
  /** As of `packSurvey`. */
  body: Buffer;
}

export interface StoredSurvey {
  observedAt: Date;
  receivedAt: Date;
  /** null = its body cannot be read. */
  inventory: Inventory | null;
}

/** JSON of an inventory as it is stored: raw deflate. In the background. */
export const packSurvey = (json: Buffer): Promise<Buffer> =>
  deflate(json, { level: COMPRESSION_LEVEL, chunkSize: CHUNK_BYTES });

/** All or none of them; of a host that has a newer one already, that one stays. */
export async function storeSurveys(sql: Sql | TransactionSql, surveys: readonly SurveyRow[]): Promise<void> {
  if (surveys.length === 0) return;
  // In one order everywhere, so that two writers never wait for each other.
  const rows = [...surveys].sort((one, other) => one.hostId - other.hostId);
  await sql`
    INSERT INTO survey AS kept (host_id, organisation_id, observed_at, received_at, body)
    SELECT host_id, organisation_id, observed_at, received_at, decode(body, 'base64')
    FROM unnest(${rows.map(({ hostId }) => hostId)}::bigint[],
      ${rows.map(({ organisationId }) => organisationId)}::uuid[],
      ${rows.map(({ observedAt }) => observedAt.toISOString())}::timestamptz[],
      ${rows.map(({ receivedAt }) => receivedAt.toISOString())}::timestamptz[],
      ${rows.map(({ body }) => body.toString('base64'))}::text[])
      AS row (host_id, organisation_id, observed_at, received_at, body)
    ORDER BY host_id
    ON CONFLICT (host_id) DO UPDATE
      SET observed_at = excluded.observed_at, received_at = excluded.received_at, body = excluded.body
      WHERE kept.observed_at <= excluded.observed_at`;
}

/**
 * The last survey of each of the hosts that has one. One whose body cannot be read has no inventory: it is as if the host
 * had not been surveyed, and the next one takes its place.
 */
export async function readSurveys(
  sql: Sql | TransactionSql,
  hosts: readonly { hostId: number }[],
): Promise<Map<number, StoredSurvey>> {
  const rows = await sql<{ hostId: number; observedAt: Date; receivedAt: Date; body: Buffer }[]>`
    SELECT host_id AS "hostId", observed_at AS "observedAt", received_at AS "receivedAt", body
    FROM survey WHERE host_id = ANY (${hosts.map(({ hostId }) => hostId)}::bigint[])`;
  const surveys = new Map<number, StoredSurvey>();
  // One after the other: what one inflates to may be large.
  for (const { hostId, body, ...times } of rows) {
    surveys.set(hostId, { ...times, inventory: await unpackSurvey(body) });
  }
  return surveys;
}

async function unpackSurvey(body: Buffer): Promise<Inventory | null> {
  try {
    const json = await inflate(body, { maxOutputLength: MAX_SURVEY_BYTES });
    return JSON.parse(json.toString()) as Inventory;
  } catch {
    return null;
  }
}
