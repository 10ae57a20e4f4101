import { notifyChanges, recordAudit, recordEvent, type Sql, transaction } from '@silt/db';

const ACTOR = 'silt-worker';

interface RetiredHost {
  hostId: number;
  hostPublicId: string;
  organisationId: string;
  tag: string;
  silentHours: number;
}

/**
 * Retires the hosts that a rule of one of their tags says have been silent for too long, and revokes their keys. Silent
 * since the last beat, or the last enrolment where no beat came after it; the shortest rule counts.
 *
 * @returns hosts retired.
 */
export async function retireSilentHosts(sql: Sql, now: Date): Promise<number> {
  const retired = await transaction(sql, async (tx) => {
    const hosts = await tx<RetiredHost[]>`
      WITH due AS (
        SELECT DISTINCT ON (h.id) h.id, e.tag, e.silent_hours
        FROM host h JOIN host_expiry e ON e.organisation_id = h.organisation_id AND e.tag = ANY (h.tags)
        LEFT JOIN host_status s ON s.host_id = h.id
        WHERE h.retired_at IS NULL
          AND greatest(coalesce(s.last_seen_at, h.first_seen_at),
            (SELECT max(k.created_at) FROM collector_key k WHERE k.host_id = h.id))
            < ${now}::timestamptz - make_interval(hours => e.silent_hours)
        ORDER BY h.id, e.silent_hours, e.tag
      )
      UPDATE host h SET retired_at = ${now} FROM due WHERE h.id = due.id AND h.retired_at IS NULL
      RETURNING h.id AS "hostId", h.public_id AS "hostPublicId", h.organisation_id AS "organisationId", due.tag,
        due.silent_hours AS "silentHours"`;
    for (const { hostId, hostPublicId, organisationId, ...detail } of hosts) {
      await tx`UPDATE collector_key SET revoked_at = ${now} WHERE host_id = ${hostId} AND revoked_at IS NULL`;
      await recordEvent(tx, { hostId, organisationId, at: now, kind: 'retired', detail });
      await recordAudit(tx, {
        ...{ organisationId, actorKind: 'system', actor: ACTOR, action: 'host.retire', subject: hostPublicId },
        ...{ detail, address: null },
      });
    }
    return [...hosts];
  });
  if (retired.length === 0) return 0;
  const byOrganisation = Map.groupBy(retired, ({ organisationId }) => organisationId);
  await notifyChanges(
    sql,
    new Map([...byOrganisation].map(([id, hosts]) => [id, hosts.map(({ hostPublicId }) => hostPublicId)])),
  );
  return retired.length;
}
