import type { TagSetting } from '@silt/domain';
import type { TransactionSql } from '../client.ts';

/** By tag; that of every host, the empty tag, comes first if it is there. */
export async function readTagSettings(tx: TransactionSql, organisationId: string): Promise<TagSetting[]> {
  return tx<TagSetting[]>`
    SELECT tag, horizon_days AS "horizonDays", fast_beat_seconds AS "fastBeatSeconds",
      slow_beat_seconds AS "slowBeatSeconds"
    FROM tag_setting WHERE organisation_id = ${organisationId} ORDER BY tag`;
}

/** Adds the setting of the tag or changes it; false when there would be more than `max`, that of every host aside. */
export async function writeTagSetting(
  tx: TransactionSql,
  organisationId: string,
  { tag, horizonDays, fastBeatSeconds, slowBeatSeconds }: TagSetting,
  max: number,
): Promise<boolean> {
  await tx`SELECT pg_advisory_xact_lock(hashtext(${`silt.tag-settings ${organisationId}`}))`;
  const rows = await tx`
    INSERT INTO tag_setting (organisation_id, tag, horizon_days, fast_beat_seconds, slow_beat_seconds)
    SELECT ${organisationId}, ${tag}, ${horizonDays}::double precision, ${fastBeatSeconds}::integer,
      ${slowBeatSeconds}::integer
    WHERE ${tag} = '' OR (
      SELECT count(*) FROM tag_setting
      WHERE organisation_id = ${organisationId} AND tag <> ALL (${['', tag]}::text[])) < ${max}
    ON CONFLICT (organisation_id, tag) DO UPDATE SET horizon_days = excluded.horizon_days,
      fast_beat_seconds = excluded.fast_beat_seconds, slow_beat_seconds = excluded.slow_beat_seconds
    RETURNING tag`;
  return rows.length > 0;
}

/** False when there was no such setting. */
export async function deleteTagSetting(tx: TransactionSql, organisationId: string, tag: string): Promise<boolean> {
  const rows = await tx`
    DELETE FROM tag_setting WHERE organisation_id = ${organisationId} AND tag = ${tag} RETURNING tag`;
  return rows.length > 0;
}

export interface TagUse {
  tag: string;
  hosts: number;
}

/** Hosts that are not retired, all of them and by tag: `first` come first, then the tags of the most hosts. */
export async function readTagUse(
  tx: TransactionSql,
  organisationId: string,
  { first, limit }: { first: readonly string[]; limit: number },
): Promise<{ hosts: number; tags: TagUse[] }> {
  const [all] = await tx<[{ hosts: number }]>`
    SELECT count(*)::integer AS hosts FROM host WHERE organisation_id = ${organisationId} AND retired_at IS NULL`;
  const tags = await tx<TagUse[]>`
    SELECT used.tag, count(*)::integer AS hosts
    FROM host h CROSS JOIN LATERAL (SELECT DISTINCT unnest(h.tags)) AS used (tag)
    WHERE h.organisation_id = ${organisationId} AND h.retired_at IS NULL
    GROUP BY used.tag ORDER BY used.tag = ANY (${[...first]}::text[]) DESC, count(*) DESC, used.tag LIMIT ${limit}`;
  return { hosts: all.hosts, tags };
}
