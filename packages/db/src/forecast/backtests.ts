import type { BacktestRequest, BacktestResult, Store } from '@silt/domain';
import type { Sql, TransactionSql } from '../client.ts';

/** Where the web tells that a replay waits. */
const BACKTESTS_CHANNEL = 'silt_backtest';

/** A row as it is kept. */
export interface BacktestRecord {
  id: string;
  request: BacktestRequest;
  createdAt: Date;
  /** Null = nobody has begun yet. */
  startedAt: Date | null;
  /** Set once it is done or has failed. */
  finishedAt: Date | null;
  hostsDone: number;
  hostsTotal: number | null;
  result: BacktestResult | null;
  failure: string | null;
}

const columns = (sql: Sql | TransactionSql) => sql`
  id, request, created_at AS "createdAt", started_at AS "startedAt", finished_at AS "finishedAt",
  hosts_done AS "hostsDone", hosts_total AS "hostsTotal", result, failure`;

/** Null when there is no such replay in the organisation. `tx` must be one of `withOrganisation`. */
export async function readBacktest(
  tx: TransactionSql,
  organisationId: string,
  id: string,
): Promise<BacktestRecord | null> {
  const [row] = await tx<BacktestRecord[]>`
    SELECT ${columns(tx)} FROM backtest WHERE id = ${id} AND organisation_id = ${organisationId}`;
  return row ?? null;
}

export interface NewBacktest {
  organisationId: string;
  /** User id. */
  requestedBy: string;
  request: BacktestRequest;
  /** Of the same request, one made since then and not failed is the answer. */
  sameSince: Date;
  /** Of the organisation, that are not finished; at most. */
  maxUnfinished: number;
}

/**
 * Its id, also where the same was asked for a while ago; null = too many of the organisation are unfinished. The worker
 * is told when the transaction commits. `tx` must be one of `withOrganisation`.
 */
export async function insertBacktest(tx: TransactionSql, backtest: NewBacktest): Promise<string | null> {
  const { organisationId, requestedBy, sameSince, maxUnfinished } = backtest;
  const request = tx.json(backtest.request as never);
  await tx`SELECT pg_advisory_xact_lock(hashtext('silt.backtest'), hashtext(${organisationId}))`;
  const [same] = await tx<{ id: string }[]>`
    SELECT id FROM backtest
    WHERE organisation_id = ${organisationId} AND request = ${request} AND created_at >= ${sameSince}
      AND failure IS NULL
    ORDER BY created_at DESC LIMIT 1`;
  if (same) return same.id;
  const [unfinished] = await tx<[{ count: number }]>`
    SELECT count(*) FROM backtest WHERE organisation_id = ${organisationId} AND finished_at IS NULL`;
  if (unfinished.count >= maxUnfinished) return null;
  const [row] = await tx<[{ id: string }]>`
    INSERT INTO backtest (organisation_id, requested_by, request)
    VALUES (${organisationId}, ${requestedBy}, ${request}) RETURNING id`;
  await tx`SELECT pg_notify(${BACKTESTS_CHANNEL}, '')`;
  return row.id;
}

/** Calls at each replay that is asked for, and after each connection; for the life of `sql`, on a connection of its own. */
export function listenForBacktests(sql: Sql, onAsked: () => void): void {
  // A first try that fails is not tried again; who waits looks by himself as well.
  sql.listen(BACKTESTS_CHANNEL, onAsked, onAsked).catch(() => {});
}

export interface ClaimedBacktest {
  id: string;
  organisationId: string;
  request: BacktestRequest;
  /** Which try this is, from 1; whoever has an older one has lost it. */
  tries: number;
}

/**
 * The one that waits longest, of those that nobody runs or whose runner gave no sign of life since `silentSince`; null =
 * none. As silt_worker.
 */
export async function claimBacktest(
  sql: Sql,
  { now, silentSince, maxTries }: { now: Date; silentSince: Date; maxTries: number },
): Promise<ClaimedBacktest | null> {
  const [row] = await sql<ClaimedBacktest[]>`
    UPDATE backtest SET started_at = ${now}, progress_at = ${now}, tries = tries + 1, hosts_done = 0, hosts_total = NULL
    WHERE id = (
      SELECT id FROM backtest
      WHERE finished_at IS NULL AND tries < ${maxTries} AND (progress_at IS NULL OR progress_at < ${silentSince})
      ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, organisation_id AS "organisationId", request, tries`;
  return row ?? null;
}

/** Those that were begun as often as they may and came to no end. Returns how many. */
export async function failLostBacktests(
  sql: Sql,
  { now, silentSince, maxTries, failure }: { now: Date; silentSince: Date; maxTries: number; failure: string },
): Promise<number> {
  const { count } = await sql`
    UPDATE backtest SET finished_at = ${now}, failure = ${failure}
    WHERE finished_at IS NULL AND tries >= ${maxTries} AND progress_at < ${silentSince}`;
  return count;
}

export interface BacktestProgress {
  hostsDone: number;
  hostsTotal: number;
}

/** A sign of life. False = somebody else runs it now, or it is gone. */
export async function writeBacktestProgress(
  sql: Sql,
  { id, tries }: ClaimedBacktest,
  { hostsDone, hostsTotal }: BacktestProgress,
  now: Date,
): Promise<boolean> {
  const { count } = await sql`
    UPDATE backtest SET progress_at = ${now}, hosts_done = ${hostsDone}, hosts_total = ${hostsTotal}
    WHERE id = ${id} AND tries = ${tries} AND finished_at IS NULL`;
  return count > 0;
}

/** The end of it: what came of it, or the sentence that says why nothing did. */
export async function finishBacktest(
  sql: Sql,
  { id, tries }: ClaimedBacktest,
  outcome: { result: BacktestResult } | { failure: string },
  now: Date,
): Promise<void> {
  const result = 'result' in outcome ? sql.json(outcome.result as never) : null;
  const failure = 'failure' in outcome ? outcome.failure : null;
  await sql`
    UPDATE backtest SET finished_at = ${now}, result = ${result}, failure = ${failure}
    WHERE id = ${id} AND tries = ${tries} AND finished_at IS NULL`;
}

/** Back to those that wait, as if it had not been begun. */
export async function releaseBacktest(sql: Sql, { id, tries }: ClaimedBacktest): Promise<void> {
  await sql`
    UPDATE backtest SET started_at = NULL, progress_at = NULL, tries = tries - 1, hosts_done = 0, hosts_total = NULL
    WHERE id = ${id} AND tries = ${tries} AND finished_at IS NULL`;
}

/** Returns how many. */
export async function deleteOldBacktests(sql: Sql, before: Date): Promise<number> {
  const { count } = await sql`DELETE FROM backtest WHERE created_at < ${before}`;
  return count;
}

/** A host whose history is replayed. */
export interface ReplayedHost {
  /** Inner id. */
  hostId: number;
  organisationId: string;
  publicId: string;
  name: string;
  tags: string[];
}

/** Hosts that a request is about: those retired before its range are left out. As silt_worker. */
export async function readReplayedHosts(
  sql: Sql,
  organisationId: string,
  { hostId, tag, from }: BacktestRequest,
): Promise<ReplayedHost[]> {
  return sql<ReplayedHost[]>`
    SELECT id AS "hostId", organisation_id AS "organisationId", public_id AS "publicId", name, tags FROM host
    WHERE organisation_id = ${organisationId} AND (retired_at IS NULL OR retired_at > ${from})
      ${hostId === null ? sql`` : sql`AND public_id = ${hostId}`} ${tag === null ? sql`` : sql`AND ${tag} = ANY(tags)`}
    ORDER BY name, id`;
}

/** Stores that hosts have or had, as they were last, those of one key alone or all (null). By inner id of the host. */
export async function readKnownStores(
  sql: Sql | TransactionSql,
  hosts: readonly { hostId: number; organisationId: string }[],
  storeKey: string | null,
): Promise<Map<number, Store[]>> {
  const rows = await sql<{ hostId: number; store: Store }[]>`
    SELECT DISTINCT ON (l.host_id, store ->> 'key') l.host_id AS "hostId", store
    FROM unnest(${hosts.map(({ hostId }) => hostId)}::bigint[],
      ${hosts.map(({ organisationId }) => organisationId)}::uuid[]) AS address (host_id, organisation_id)
    JOIN layout l USING (host_id, organisation_id), jsonb_array_elements(l.stores) AS store
    ${storeKey === null ? sql`` : sql`WHERE store ->> 'key' = ${storeKey}`}
    ORDER BY l.host_id, store ->> 'key', l.layout_no DESC`;
  const stores = new Map<number, Store[]>();
  for (const { hostId, store } of rows) stores.set(hostId, [...(stores.get(hostId) ?? []), store]);
  return stores;
}
