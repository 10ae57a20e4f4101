import type { ResourceName } from '@silt/domain';
import type { Sql } from '../client.ts';

export interface HostToDerive {
  hostId: number;
  publicId: string;
  organisationId: string;
  /** Null = nothing was read of the host. */
  fullestStoreKey: string | null;
  fullestResource: ResourceName | null;
}

/** Hosts whose derived numbers are missing or older than `before`, the missing ones first. */
export async function readHostsToDerive(
  sql: Sql,
  { before, limit }: { before: Date; limit: number },
): Promise<HostToDerive[]> {
  return sql<HostToDerive[]>`
    SELECT s.host_id AS "hostId", h.public_id AS "publicId", s.organisation_id AS "organisationId",
      s.fullest_store_key AS "fullestStoreKey", s.fullest_resource AS "fullestResource"
    FROM host_status s JOIN host h ON h.id = s.host_id
    WHERE s.derived_at IS NULL OR s.derived_at < ${before}
    ORDER BY s.derived_at NULLS FIRST, s.host_id
    LIMIT ${limit}`;
}

export interface DerivedStatus {
  hostId: number;
  /** Oldest first; null = no sample that day. */
  sparkline: (number | null)[];
  /** Null = less than a day of history. */
  growthPerDay: number | null;
}

/**
 * Writes what was derived, in order of host_id as ingest does, against deadlocks.
 *
 * @param day of the last number of every sparkline, midnight UTC.
 */
export async function writeDerivedStatuses(
  sql: Sql,
  statuses: readonly DerivedStatus[],
  { day, derivedAt }: { day: Date; derivedAt: Date },
): Promise<void> {
  if (statuses.length === 0) return;
  const literal = (numbers: readonly (number | null)[]): string => `{${numbers.map((n) => n ?? 'NULL').join(',')}}`;
  await sql`
    WITH derived AS (
      SELECT * FROM unnest(
        ${statuses.map(({ hostId }) => hostId)}::bigint[],
        ${statuses.map(({ sparkline }) => literal(sparkline))}::text[],
        ${statuses.map(({ growthPerDay }) => growthPerDay)}::double precision[]
      ) AS d (host_id, sparkline, growth_per_day)
    ), locked AS (
      SELECT s.host_id FROM host_status s WHERE s.host_id IN (SELECT host_id FROM derived)
      ORDER BY s.host_id FOR NO KEY UPDATE
    )
    UPDATE host_status s
    SET sparkline = d.sparkline::real[], sparkline_day = ${day.toISOString().slice(0, 10)}::date,
      growth_per_day = d.growth_per_day, derived_at = ${derivedAt}
    FROM locked JOIN derived d USING (host_id)
    WHERE s.host_id = locked.host_id`;
}
