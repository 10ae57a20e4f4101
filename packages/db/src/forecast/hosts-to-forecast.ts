import { FULL_ROOM_SHARE, RESOURCE_NAMES, RESOURCES, type Store } from '@silt/domain';
import type { Sql } from '../client.ts';
import type { HostAddress } from '../history/host-address.ts';

/** Of the room there was at the last forecast: more that was used since is looked at anew. */
export const NOTABLE_ROOM_SHARE = 0.05;
/** Of the capacity there was; btrfs moves it with each chunk, by less. */
export const NOTABLE_CAPACITY_SHARE = 0.05;

export interface HostToForecast extends HostAddress {
  publicId: string;
  tags: string[];
}

/**
 * Hosts that are not retired, of which something was read since their last forecast, and that one is older than `before`
 * or there is none; these first.
 */
export async function readHostsToForecast(
  sql: Sql,
  { before, limit }: { before: Date; limit: number },
): Promise<HostToForecast[]> {
  return sql<HostToForecast[]>`
    SELECT s.host_id AS "hostId", s.organisation_id AS "organisationId", h.public_id AS "publicId", h.tags
    FROM host_status s JOIN host h ON h.id = s.host_id AND h.organisation_id = s.organisation_id
    WHERE h.retired_at IS NULL
      AND (s.forecast_at IS NULL OR s.forecast_at < ${before} AND s.last_seen_at > s.forecast_at)
    ORDER BY s.forecast_at NULLS FIRST, s.host_id
    LIMIT ${limit}`;
}

/**
 * Hosts with a newer forecast than `before` of which some resource moved notably since: it used up much of the room it had,
 * its capacity is another, or it became full; or another set of stores is read. Their last beat is compared with the last
 * one before that forecast, at most an hour older.
 */
export async function readMovedHosts(
  sql: Sql,
  { before, limit }: { before: Date; limit: number },
): Promise<HostToForecast[]> {
  return sql<HostToForecast[]>`
    WITH host_pair AS MATERIALIZED (
      SELECT s.host_id, s.organisation_id, s.layout_no, s.readings, past.layout_no AS past_layout_no,
        past.readings AS past_readings
      FROM host_status s JOIN host h ON h.id = s.host_id AND h.organisation_id = s.organisation_id
      CROSS JOIN LATERAL (
        SELECT layout_no, readings FROM snapshot
        WHERE host_id = s.host_id AND organisation_id = s.organisation_id
          AND observed_at <= s.forecast_at AND observed_at > s.forecast_at - interval '1 hour'
        ORDER BY observed_at DESC LIMIT 1
      ) past
      WHERE h.retired_at IS NULL AND s.forecast_at >= ${before} AND s.last_seen_at > s.forecast_at
    ), resource_pair AS (
      SELECT b.host_id, max(v.reading) FILTER (WHERE r.series = pair.used) AS used,
        max(v.past) FILTER (WHERE r.series = pair.used) AS past_used,
        max(v.reading) FILTER (WHERE r.series = pair.capacity) AS capacity,
        max(v.past) FILTER (WHERE r.series = pair.capacity) AS past_capacity
      FROM host_pair b
      JOIN layout l ON l.host_id = b.host_id AND l.layout_no = b.layout_no AND l.organisation_id = b.organisation_id
      CROSS JOIN LATERAL unnest(l.resource_nos, b.readings, b.past_readings) AS v (resource_no, reading, past)
      JOIN resource r
        ON r.host_id = b.host_id AND r.resource_no = v.resource_no AND r.organisation_id = b.organisation_id
      JOIN unnest(${RESOURCE_NAMES.map((name) => RESOURCES[name].used)}::text[],
        ${RESOURCE_NAMES.map((name) => RESOURCES[name].capacity)}::text[]) AS pair (used, capacity)
        ON r.series IN (pair.used, pair.capacity)
      WHERE b.layout_no = b.past_layout_no
      GROUP BY b.host_id, r.store_key, pair.used
    )
    SELECT h.id AS "hostId", h.organisation_id AS "organisationId", h.public_id AS "publicId", h.tags
    FROM host h
    WHERE h.id IN (
      SELECT host_id FROM host_pair WHERE layout_no <> past_layout_no
      UNION
      SELECT host_id FROM resource_pair
      WHERE used - past_used > greatest((past_capacity - past_used) * ${NOTABLE_ROOM_SHARE}::float8,
          past_capacity * ${FULL_ROOM_SHARE}::float8)
        OR abs(capacity - past_capacity) > past_capacity * ${NOTABLE_CAPACITY_SHARE}::float8
        OR capacity - used <= capacity * ${FULL_ROOM_SHARE}::float8
          AND past_capacity - past_used > past_capacity * ${FULL_ROOM_SHARE}::float8)
    ORDER BY h.id LIMIT ${limit}`;
}

/** Of hosts of which something was read: when that was last; in order of their ids. */
export async function readSeenHosts(
  sql: Sql,
  hosts: readonly HostAddress[],
): Promise<(HostToForecast & { lastSeenAt: Date })[]> {
  return sql<(HostToForecast & { lastSeenAt: Date })[]>`
    SELECT s.host_id AS "hostId", s.organisation_id AS "organisationId", h.public_id AS "publicId", h.tags,
      s.last_seen_at AS "lastSeenAt"
    FROM unnest(${hosts.map(({ hostId }) => hostId)}::bigint[],
      ${hosts.map(({ organisationId }) => organisationId)}::uuid[]) AS address (host_id, organisation_id)
    JOIN host_status s USING (host_id, organisation_id)
    JOIN host h ON h.id = s.host_id AND h.organisation_id = s.organisation_id
    ORDER BY s.host_id`;
}

/** What each host's stores are, by its last beat; hosts without one are left out. */
export async function readHostStores(sql: Sql, hosts: readonly HostAddress[]): Promise<Map<number, Store[]>> {
  const rows = await sql<{ hostId: number; stores: Store[] }[]>`
    SELECT s.host_id AS "hostId", l.stores
    FROM unnest(${hosts.map(({ hostId }) => hostId)}::bigint[],
      ${hosts.map(({ organisationId }) => organisationId)}::uuid[]) AS address (host_id, organisation_id)
    JOIN host_status s USING (host_id, organisation_id)
    JOIN layout l ON l.host_id = s.host_id AND l.layout_no = s.layout_no AND l.organisation_id = s.organisation_id`;
  return new Map(rows.map(({ hostId, stores }) => [hostId, stores]));
}
