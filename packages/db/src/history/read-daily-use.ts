import { RESOURCES, type ResourceName } from '@silt/domain';
import type { Sql, TransactionSql } from '../client.ts';

/** One resource of one store of a host. */
export interface ResourceAddress {
  hostId: number;
  organisationId: string;
  storeKey: string;
  resource: ResourceName;
}

export interface UseSample {
  at: Date;
  /** Null = not read. */
  used: number | null;
  capacity: number | null;
}

export interface DailyUse {
  /** The last sample of each UTC day, oldest first; null = no sample that day. As long as `days`. */
  days: (UseSample | null)[];
  /** The first sample from `since` on; null = none. */
  first: UseSample | null;
}

export interface DailyUseRange {
  /** Midnight UTC of the last day. */
  lastDay: Date;
  /** Number of days, the last one included. */
  days: number;
  since: Date;
}

const DAY_MILLISECONDS = 86_400_000;
const FIRST = -1;

/**
 * For each address, as long as `addresses` and in their order: an index probe a day and one for the first sample, never
 * a scan of the days.
 */
export async function readDailyUse(
  sql: Sql | TransactionSql,
  addresses: readonly ResourceAddress[],
  { lastDay, days, since }: DailyUseRange,
): Promise<DailyUse[]> {
  const results = addresses.map((): DailyUse => ({ days: new Array(days).fill(null), first: null }));
  if (addresses.length === 0) return results;
  const starts = Array.from({ length: days }, (_, day) => dayBefore(lastDay, days - 1 - day).toISOString());
  const rows = await sql<({ address: number; day: number } & UseSample)[]>`
    WITH address AS MATERIALIZED (
      SELECT a.address::integer - 1 AS address, a.host_id, a.organisation_id,
        used.resource_no AS used_no, capacity.resource_no AS capacity_no
      FROM unnest(
        ${addresses.map(({ hostId }) => hostId)}::bigint[],
        ${addresses.map(({ organisationId }) => organisationId)}::uuid[],
        ${addresses.map(({ storeKey }) => storeKey)}::text[],
        ${addresses.map(({ resource }) => RESOURCES[resource].used)}::text[],
        ${addresses.map(({ resource }) => RESOURCES[resource].capacity)}::text[]
      ) WITH ORDINALITY AS a (host_id, organisation_id, store_key, used, capacity, address)
      JOIN resource used ON used.host_id = a.host_id AND used.store_key = a.store_key AND used.series = a.used
      JOIN resource capacity
        ON capacity.host_id = a.host_id AND capacity.store_key = a.store_key AND capacity.series = a.capacity
    ), probe AS (
      SELECT address.*, day.day::integer - 1 AS day, s.observed_at, s.layout_no, s.readings
      FROM address
      CROSS JOIN unnest(${starts}::timestamptz[]) WITH ORDINALITY AS day (start, day)
      CROSS JOIN LATERAL (
        SELECT observed_at, layout_no, readings FROM snapshot
        WHERE host_id = address.host_id AND organisation_id = address.organisation_id
          AND observed_at >= day.start AND observed_at < day.start + interval '24 hours'
        ORDER BY observed_at DESC LIMIT 1
      ) s
      UNION ALL
      SELECT address.*, ${FIRST}, s.observed_at, s.layout_no, s.readings
      FROM address
      CROSS JOIN LATERAL (
        SELECT observed_at, layout_no, readings FROM snapshot
        WHERE host_id = address.host_id AND organisation_id = address.organisation_id
          AND observed_at >= ${since} AND observed_at < ${dayBefore(lastDay, -1)}
        ORDER BY observed_at LIMIT 1
      ) s
    )
    SELECT probe.address, probe.day, probe.observed_at AS at,
      probe.readings[array_position(l.resource_nos, probe.used_no)] AS used,
      probe.readings[array_position(l.resource_nos, probe.capacity_no)] AS capacity
    FROM probe
    JOIN layout l
      ON l.host_id = probe.host_id AND l.layout_no = probe.layout_no AND l.organisation_id = probe.organisation_id`;
  for (const { address, day, at, used, capacity } of rows) {
    const result = results[address];
    if (!result) continue;
    if (day === FIRST) result.first = { at, used, capacity };
    else result.days[day] = { at, used, capacity };
  }
  return results;
}

function dayBefore(day: Date, days: number): Date {
  return new Date(day.getTime() - days * DAY_MILLISECONDS);
}
