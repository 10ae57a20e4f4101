import type { Sql } from '@silt/db';

const DAYS_BEHIND = 1;
/** Beats must find their partition also while the worker is down for some days. */
const DAYS_AHEAD = 7;
const DAY_MILLISECONDS = 86_400_000;

/** Makes the partitions of snapshots from yesterday to a week ahead (UTC); returns how many had to be made. */
export async function ensurePartitions(sql: Sql, now: Date): Promise<number> {
  let made = 0;
  for (let offset = -DAYS_BEHIND; offset <= DAYS_AHEAD; offset += 1) {
    const day = new Date(now.getTime() + offset * DAY_MILLISECONDS).toISOString().slice(0, 10);
    const [row] = await sql<[{ made: boolean }]>`SELECT ensure_snapshot_partition(${day}::text::date) AS made`;
    if (row.made) made += 1;
  }
  return made;
}
