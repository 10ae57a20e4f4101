import type { Sql, TransactionSql } from '../client.ts';
import { transaction } from '../transaction.ts';
import { compactedBefore } from './compact-hosts.ts';

const DAY_MILLISECONDS = 86_400_000;
/** Readings of single minutes are kept so long, to the end of their month. */
export const BLOCK_RETENTION_DAYS = 90;
/** Hours, and versions of items that are over, are kept so long, to the end of their month. Days are kept for ever. */
export const HOUR_RETENTION_DAYS = 731;

const SERIES_TABLES = ['series_block', 'series_hour', 'series_day'] as const;

/** Makes the partitions that a day's blocks, hours and days go to. */
export async function ensureSeriesPartitions(sql: Sql | TransactionSql, day: Date): Promise<void> {
  const month = day.toISOString().slice(0, 10);
  for (const table of SERIES_TABLES) await sql`SELECT ensure_series_partition(${table}, ${month}::text::date)`;
}

/** A day whose rows are to be rolled up. */
export interface ClosedDay {
  /** Midnight UTC. */
  day: Date;
  /** It has a partition of its own, which goes when it is empty. */
  hasPartition: boolean;
  /** Hosts of which something came after the partition was dropped; it lies in the default one. */
  lateHostIds: number[];
}

/** Oldest first: days with a partition, and those of which something lies in the default one. */
export async function readClosedDays(sql: Sql, now: Date): Promise<ClosedDay[]> {
  const before = compactedBefore(now).toISOString();
  const days = new Map<number, ClosedDay>();
  const dayOf = (day: Date): ClosedDay => {
    const found = days.get(day.getTime()) ?? { day, hasPartition: false, lateHostIds: [] };
    days.set(day.getTime(), found);
    return found;
  };
  const partitions = await sql<{ day: Date }[]>`
    SELECT day FROM (
      SELECT to_date(substring(c.relname FROM '^snapshot_(\\d{8})$'), 'YYYYMMDD') AS day
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'snapshot'::regclass
    ) partition WHERE day < ${before}::date`;
  for (const { day } of partitions) dayOf(day).hasPartition = true;
  const late = await sql<{ day: Date; hostId: number }[]>`
    SELECT day, host_id AS "hostId" FROM days_in_default_partition() WHERE day < ${before}::date`;
  for (const { day, hostId } of late) dayOf(day).lateHostIds.push(hostId);
  return [...days.values()].sort((one, other) => one.day.getTime() - other.day.getTime());
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: lock_not_available, deadlock_detected. */
const BUSY_CODES = ['55P03', '40P01'];

/** Whether it is gone: false when it has rows, is not there, or others hold it; then a later try does it. */
export async function dropEmptySnapshotPartition(sql: Sql, day: Date): Promise<boolean> {
  return unlessBusy(async () => {
    const [row] = await sql<[{ dropped: boolean }]>`
      SELECT drop_empty_snapshot_partition(${day.toISOString()}::text::date) AS dropped`;
    return row.dropped;
  });
}

/**
 * Drops the months of blocks and hours that are wholly older than their retention.
 *
 * @returns names of the partitions that are gone.
 */
export async function dropOldSeries(sql: Sql, now: Date): Promise<string[]> {
  const dropped: string[] = [];
  const tables = [
    { table: 'series_block', days: BLOCK_RETENTION_DAYS },
    { table: 'series_hour', days: HOUR_RETENTION_DAYS },
  ];
  for (const { table, days } of tables) {
    const before = new Date(now.getTime() - days * DAY_MILLISECONDS).toISOString();
    const months = await sql<{ name: string; month: string }[]>`
      SELECT name, month::text FROM (
        SELECT c.relname AS name, to_date(substring(c.relname FROM '_(\\d{6})$') || '01', 'YYYYMMDD') AS month
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = ${table}::text::regclass AND c.relname ~ '_\\d{6}$'
      ) partition WHERE month + interval '1 month' <= ${before}::date ORDER BY month`;
    for (const { name, month } of months) {
      const isDropped = await unlessBusy(async () => {
        const [row] = await sql<[{ dropped: boolean }]>`
          SELECT drop_series_partition(${table}, ${month}::text::date) AS dropped`;
        return row.dropped;
      });
      if (isDropped) dropped.push(name);
    }
  }
  return dropped;
}

async function unlessBusy(drop: () => Promise<boolean>): Promise<boolean> {
  try {
    return await drop();
  } catch (error) {
    if (error instanceof Error && 'code' in error && BUSY_CODES.includes(String(error.code))) return false;
    throw error;
  }
}

/** Deletes what was over before `before` of the items of some hosts; returns how many versions. */
export async function deleteOldItems(sql: Sql, hostIds: readonly number[], before: Date): Promise<number> {
  return transaction(sql, async (tx) => {
    const hosts = hostIds as number[];
    const versions = await tx`
      DELETE FROM item_version WHERE host_id = ANY(${hosts}::bigint[]) AND valid_to < ${before}`;
    await tx`
      DELETE FROM item i WHERE host_id = ANY(${hosts}::bigint[]) AND first_seen_at < ${before}
        AND NOT EXISTS (SELECT FROM item_version v WHERE v.host_id = i.host_id AND v.item_no = i.item_no)`;
    await tx`DELETE FROM inventory_span WHERE host_id = ANY(${hosts}::bigint[]) AND last_read_at < ${before}`;
    return versions.count;
  });
}

/** The hosts after one, in order of their ids; retired ones too. */
export async function readHostIds(sql: Sql, { after, limit }: { after: number; limit: number }): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`SELECT id FROM host WHERE id > ${after} ORDER BY id LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}
