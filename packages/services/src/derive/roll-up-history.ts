import {
  type ClosedDay,
  compactHosts,
  deleteOldFindings,
  deleteOldForecasts,
  deleteOldItems,
  dropEmptySnapshotPartition,
  dropOldSeries,
  ensureSeriesPartitions,
  HOUR_RETENTION_DAYS,
  readClosedDays,
  readHostIds,
  type Sql,
} from '@silt/db';

/** A transaction: some seconds of work that is done again after a crash. */
const BATCH_HOSTS = 20;
const RETENTION_HOSTS = 200;
const DAY_MILLISECONDS = 86_400_000;

export interface RolledUp {
  samples: number;
  /** Day partitions that are gone. */
  days: number;
  /** Hosts whose rows of a day could not be rolled up; they stay where they are, and the next run tries again. */
  failures: { hostId: number; day: Date; error: unknown }[];
}

/**
 * Rolls up the closed days, the oldest first, batch by batch; a day's partition goes once it is empty. Several at once
 * share nothing and harm nothing.
 *
 * @param options.signal ends it after the running batch.
 */
export async function rollUpHistory(sql: Sql, options: { now: Date; signal: AbortSignal }): Promise<RolledUp> {
  const rolled: RolledUp = { samples: 0, days: 0, failures: [] };
  for (const closed of await readClosedDays(sql, options.now)) {
    if (options.signal.aborted) break;
    await ensureSeriesPartitions(sql, closed.day);
    if (!closed.hasPartition) {
      await rollUpHosts(sql, closed.lateHostIds, closed.day, rolled);
      continue;
    }
    const isGone =
      (await dropEmptySnapshotPartition(sql, closed.day)) || (await rollUpDay(sql, closed, options, rolled));
    if (isGone) rolled.days += 1;
  }
  return rolled;
}

/** Whether the day's partition is gone then. */
async function rollUpDay(
  sql: Sql,
  { day }: ClosedDay,
  { signal }: { signal: AbortSignal },
  rolled: RolledUp,
): Promise<boolean> {
  await eachBatch(sql, { limit: BATCH_HOSTS, signal }, (hostIds) => rollUpHosts(sql, hostIds, day, rolled));
  return !signal.aborted && (await dropEmptySnapshotPartition(sql, day));
}

/** What cannot be rolled up of one host must not keep the others. */
async function rollUpHosts(sql: Sql, hostIds: readonly number[], day: Date, rolled: RolledUp): Promise<void> {
  if (hostIds.length === 0) return;
  try {
    rolled.samples += await compactHosts(sql, hostIds, day);
  } catch (error) {
    const [hostId] = hostIds;
    if (hostIds.length === 1 && hostId !== undefined) rolled.failures.push({ hostId, day, error });
    else for (const one of hostIds) await rollUpHosts(sql, [one], day, rolled);
  }
}

export interface Expired {
  /** Names of partitions. */
  partitions: string[];
  itemVersions: number;
  forecasts: number;
  /** That were resolved. */
  findings: number;
}

/** Drops and deletes what is older than it is kept. */
export async function expireHistory(sql: Sql, { now, signal }: { now: Date; signal: AbortSignal }): Promise<Expired> {
  const before = new Date(now.getTime() - HOUR_RETENTION_DAYS * DAY_MILLISECONDS);
  const expired: Expired = { partitions: await dropOldSeries(sql, now), itemVersions: 0, forecasts: 0, findings: 0 };
  await eachBatch(sql, { limit: RETENTION_HOSTS, signal }, async (hostIds) => {
    expired.itemVersions += await deleteOldItems(sql, hostIds, before);
    expired.forecasts += await deleteOldForecasts(sql, hostIds, before);
    expired.findings += await deleteOldFindings(sql, hostIds, before);
  });
  return expired;
}

async function eachBatch(
  sql: Sql,
  { limit, signal }: { limit: number; signal: AbortSignal },
  work: (hostIds: readonly number[]) => Promise<void>,
): Promise<void> {
  let hostIds: number[] = [];
  do {
    hostIds = await readHostIds(sql, { after: hostIds.at(-1) ?? 0, limit });
    await work(hostIds);
  } while (hostIds.length === limit && !signal.aborted);
}
