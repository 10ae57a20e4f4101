import { compactedBefore, type Sql, transaction } from '@silt/db';

const DAYS_BEHIND = 1;
/** Beats must find their partition also while the worker is down for some days. */
const DAYS_AHEAD = 7;
const DAY_MILLISECONDS = 86_400_000;

/**
 * Makes the partitions of snapshots from yesterday to a week ahead (UTC); returns how many had to be made. A host whose
 * beats had none meanwhile gets an event, once a day; they were kept in the default one, and move into their own. Days that
 * are rolled up have no partition any more: what comes late for them is where it should be.
 */
export async function ensurePartitions(sql: Sql, now: Date): Promise<number> {
  await recordUnpartitioned(sql, now);
  let made = 0;
  for (let offset = -DAYS_BEHIND; offset <= DAYS_AHEAD; offset += 1) {
    const day = new Date(now.getTime() + offset * DAY_MILLISECONDS).toISOString().slice(0, 10);
    const [row] = await sql<[{ made: boolean }]>`SELECT ensure_snapshot_partition(${day}::text::date) AS made`;
    if (row.made) made += 1;
  }
  return made;
}

/** One at a time, so that of two programs that start at once each host has one event. */
async function recordUnpartitioned(sql: Sql, now: Date): Promise<void> {
  await transaction(sql, async (tx) => {
    await tx`SELECT pg_advisory_xact_lock(hashtext('silt.unpartitioned'))`;
    await tx`
      INSERT INTO event (host_id, at, organisation_id, kind, detail)
      SELECT d.host_id, ${now}::timestamptz, d.organisation_id, 'unpartitioned', jsonb_build_object('rows', sum(d.rows))
      FROM days_in_default_partition() d
      WHERE d.day >= ${compactedBefore(now).toISOString()}::date AND NOT EXISTS (
        SELECT 1 FROM event e WHERE e.host_id = d.host_id AND e.kind = 'unpartitioned'
          AND e.at > ${now}::timestamptz - interval '1 day')
      GROUP BY d.host_id, d.organisation_id`;
  });
}
