import type { TagSetting } from '@silt/domain';
import type { Sql } from '../client.ts';

/** What the beats of a host follow from. */
export interface BeatGrounds {
  hostId: number;
  tags: string[];
  /** Those of its tags and of every host; only such that say something of beats. */
  settings: TagSetting[];
  /** Of tags and settings: another one when one of them is another. */
  hash: number;
}

/**
 * Of those of the hosts for which it is another than known, in one statement: settings are looked up once for all hosts
 * with the same tags, so that 10,000 hosts cost some tens of milliseconds of the database.
 *
 * @param known the hash that was read last; null = none was.
 */
export async function readBeatGrounds(
  sql: Sql,
  known: readonly { hostId: number; hash: number | null }[],
): Promise<BeatGrounds[]> {
  return sql<BeatGrounds[]>`
    WITH live AS MATERIALIZED (
      SELECT h.id, h.organisation_id, h.tags, l.hash
      FROM unnest(${known.map(({ hostId }) => hostId)}::bigint[], ${known.map(({ hash }) => hash)}::integer[])
        AS l (host_id, hash)
      JOIN host h ON h.id = l.host_id
    ), alike AS MATERIALIZED (
      SELECT k.organisation_id, k.tags, coalesce(s.settings, '[]') AS settings,
        hashtext(k.tags::text || coalesce(s.settings::text, '')) AS hash
      FROM (SELECT DISTINCT organisation_id, tags FROM live) k
      CROSS JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_object('tag', t.tag, 'horizonDays', t.horizon_days,
          'fastBeatSeconds', t.fast_beat_seconds, 'slowBeatSeconds', t.slow_beat_seconds) ORDER BY t.tag) AS settings
        FROM tag_setting t
        WHERE t.organisation_id = k.organisation_id AND (t.tag = '' OR t.tag = ANY (k.tags))
          AND (t.fast_beat_seconds IS NOT NULL OR t.slow_beat_seconds IS NOT NULL)
      ) s
    )
    SELECT live.id AS "hostId", alike.tags, alike.settings, alike.hash
    FROM live JOIN alike ON alike.organisation_id = live.organisation_id AND alike.tags = live.tags
    WHERE alike.hash IS DISTINCT FROM live.hash`;
}

/**
 * Allows hosts more time until they count as silent, before the first beat at the longer distance comes. A shorter
 * distance comes with the next beat.
 */
export async function lengthenBeats(
  sql: Sql,
  hosts: readonly { hostId: number; beatSeconds: number }[],
): Promise<void> {
  await sql`
    UPDATE host_status s SET beat_seconds = l.beat_seconds
    FROM unnest(${hosts.map(({ hostId }) => hostId)}::bigint[], ${hosts.map(({ beatSeconds }) => beatSeconds)}::integer[])
      AS l (host_id, beat_seconds)
    WHERE s.host_id = l.host_id AND s.beat_seconds < l.beat_seconds`;
}
