import { HELD_SERIES, type SeriesName } from '@silt/domain';
import type { TransactionSql } from '../client.ts';

export interface GrowerRecord {
  hostId: string;
  hostName: string;
  storeKey: string;
  /** null = the layout has it no more. */
  storeName: string | null;
  series: SeriesName;
  /** Midnight UTC. */
  fromDay: Date;
  fromValue: number;
  toDay: Date;
  toValue: number;
}

/** Of btrfs `usedBytes` has metadata in it; its data is what is held. Keys are `Store.key`. */
const BTRFS_KEYS = 'btrfs:%';

/**
 * Stores of hosts that are not retired, whose held bytes grew most between the end of their first day in the range and
 * their last beat. The first day is read from series_day in one go; a host that is too young to have one there gives its first
 * sample. A store whose last reading is not known does not appear.
 *
 * @param from midnight UTC of the first day; hosts that were last seen before it have no growth in the range.
 */
export async function readGrowers(
  tx: TransactionSql,
  organisationId: string,
  { from, limit }: { from: Date; limit: number },
): Promise<GrowerRecord[]> {
  const day = from.toISOString().slice(0, 10);
  return tx<GrowerRecord[]>`
    WITH held AS MATERIALIZED (
      SELECT r.host_id, r.resource_no, r.store_key, r.series, s.layout_no, s.observed_at,
        s.readings[array_position(l.resource_nos, r.resource_no)] AS value
      FROM resource r
      JOIN host_status s ON s.host_id = r.host_id AND s.organisation_id = r.organisation_id
      JOIN layout l ON l.host_id = s.host_id AND l.layout_no = s.layout_no AND l.organisation_id = s.organisation_id
      WHERE r.organisation_id = ${organisationId} AND r.series = ANY(${Object.values(HELD_SERIES)})
        AND NOT (r.series = ${HELD_SERIES.filesystem} AND r.store_key LIKE ${BTRFS_KEYS})
        AND s.observed_at >= ${from}
    ), known AS (
      SELECT held.*, coalesce(d.day, e.day, f.day) AS from_day, coalesce(d.last_value, e.last_value, f.value) AS from_value
      FROM held
      LEFT JOIN series_day d ON d.organisation_id = ${organisationId} AND d.day = ${day}::text::date
        AND d.host_id = held.host_id AND d.resource_no = held.resource_no
      LEFT JOIN LATERAL (
        SELECT n.day, n.last_value FROM series_day n
        WHERE d.day IS NULL AND n.host_id = held.host_id AND n.resource_no = held.resource_no
          AND n.organisation_id = ${organisationId} AND n.day > ${day}::text::date
        ORDER BY n.day LIMIT 1
      ) e ON true
      LEFT JOIN LATERAL (
        SELECT (n.observed_at AT TIME ZONE 'UTC')::date AS day,
          n.readings[array_position(l.resource_nos, held.resource_no)] AS value
        FROM (
          SELECT observed_at, layout_no, readings FROM snapshot
          WHERE d.day IS NULL AND e.day IS NULL AND host_id = held.host_id AND organisation_id = ${organisationId}
            AND observed_at >= ${from}
          ORDER BY observed_at LIMIT 1
        ) n
        JOIN layout l ON l.host_id = held.host_id AND l.layout_no = n.layout_no AND l.organisation_id = ${organisationId}
      ) f ON true
      WHERE held.value IS NOT NULL
    ), top AS MATERIALIZED (
      SELECT known.* FROM known
      JOIN host h ON h.id = known.host_id AND h.organisation_id = ${organisationId} AND h.retired_at IS NULL
      WHERE known.value > known.from_value
      ORDER BY known.value - known.from_value DESC, known.host_id, known.resource_no LIMIT ${limit}
    )
    SELECT h.public_id AS "hostId", h.name AS "hostName", top.store_key AS "storeKey", top.series,
      jsonb_path_query_first(l.stores, '$[*] ? (@.key == $key).name', jsonb_build_object('key', top.store_key))
        #>> '{}' AS "storeName",
      top.from_day AS "fromDay", top.from_value AS "fromValue",
      (top.observed_at AT TIME ZONE 'UTC')::date AS "toDay", top.value AS "toValue"
    FROM top
    JOIN host h ON h.id = top.host_id AND h.organisation_id = ${organisationId}
    JOIN layout l ON l.host_id = top.host_id AND l.layout_no = top.layout_no AND l.organisation_id = ${organisationId}
    ORDER BY top.value - top.from_value DESC, top.host_id, top.resource_no`;
}
