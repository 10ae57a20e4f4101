import {
  insertBacktest,
  readBacktest,
  readKnownStores,
  type Sql,
  type TransactionSql,
  withOrganisation,
} from '@silt/db';
import {
  type BacktestRequest,
  type BacktestView,
  isTag,
  MAX_BACKTEST_DAYS,
  MAX_BACKTEST_HORIZONS,
  MAX_HORIZON_DAYS,
  MIN_HORIZON_DAYS,
} from '@silt/domain';
import { z } from 'zod';
import { ServiceError } from '../service-error.ts';
import type { Actor, BacktestServices } from '../web-services.ts';
import { momentOf } from './moment-of.ts';
import { findHost } from './read-host.ts';

/** Of an organisation, that wait or run. */
export const MAX_UNFINISHED_BACKTESTS = 5;
/** The same request asked again within this is answered by the replay that is there. */
const SAME_REQUEST_MILLISECONDS = 3_600_000;
const DAY_MILLISECONDS = 86_400_000;

interface BacktestContext {
  sql: Sql;
  now: Date;
}

/** @param run each call, with the time of it; it names a database that is away. */
export function openBacktestServices(
  run: <Result>(call: (context: BacktestContext) => Promise<Result>) => Promise<Result>,
): BacktestServices {
  return {
    start: (actor, request) => run((context) => startBacktest(context, actor, request)),
    get: (organisationId, backtestId) => run((context) => getBacktest(context, organisationId, backtestId)),
  };
}

async function startBacktest(
  { sql, now }: BacktestContext,
  { organisationId, userId }: Actor,
  asked: BacktestRequest,
): Promise<{ backtestId: string }> {
  const request = checked(asked, now);
  return withOrganisation(sql, organisationId, async (tx) => {
    await checkPlace(tx, organisationId, request);
    const backtestId = await insertBacktest(tx, {
      ...{ organisationId, requestedBy: userId, request, maxUnfinished: MAX_UNFINISHED_BACKTESTS },
      sameSince: new Date(now.getTime() - SAME_REQUEST_MILLISECONDS),
    });
    if (backtestId === null) {
      throw new ServiceError(
        'too-many-requests',
        `${MAX_UNFINISHED_BACKTESTS} replays of your organisation are not finished yet. Try again when one is.`,
      );
    }
    return { backtestId };
  });
}

/** In one form, so that the same request is known again. Errors: `bad-input`. */
function checked(request: BacktestRequest, now: Date): BacktestRequest {
  const { hostId, storeKey, tag, horizonsDays } = request;
  const [from, to] = [momentOf(new Date(request.from), now), momentOf(new Date(request.to), now)];
  if (from >= to) throw new ServiceError('bad-input', 'Choose a range whose beginning is before its end.');
  if (to.getTime() - from.getTime() > MAX_BACKTEST_DAYS * DAY_MILLISECONDS)
    throw new ServiceError('bad-input', `Choose a range of ${MAX_BACKTEST_DAYS} days or fewer.`);
  const isInRange = (days: number): boolean => days >= MIN_HORIZON_DAYS && days <= MAX_HORIZON_DAYS;
  const isDistinct = new Set(horizonsDays).size === horizonsDays.length;
  if (!isDistinct || horizonsDays.length < 1 || horizonsDays.length > MAX_BACKTEST_HORIZONS)
    throw new ServiceError('bad-input', `Compare 1 to ${MAX_BACKTEST_HORIZONS} different horizons.`);
  if (!horizonsDays.every(isInRange))
    throw new ServiceError('bad-input', `A horizon is ${MIN_HORIZON_DAYS} to ${MAX_HORIZON_DAYS} days.`);
  if (hostId === null && storeKey !== null) throw new ServiceError('bad-input', 'Name the host of the store.');
  if (tag !== null && (hostId !== null || !isTag(tag)))
    throw new ServiceError('bad-input', 'Name a host, or a tag, or neither.');
  return { hostId, storeKey, tag, from: from.toISOString(), to: to.toISOString(), horizonsDays };
}

/** Errors: `not-found`. */
async function checkPlace(
  tx: TransactionSql,
  organisationId: string,
  { hostId, storeKey }: BacktestRequest,
): Promise<void> {
  if (hostId === null) return;
  const host = await findHost(tx, organisationId, hostId);
  if (storeKey === null) return;
  const stores = await readKnownStores(tx, [{ hostId: host.id, organisationId }], storeKey);
  if (stores.size === 0)
    throw new ServiceError('not-found', 'This host never had such a store. Look at what it has on its page.');
}

/** Errors: `not-found`. */
async function getBacktest(
  { sql }: BacktestContext,
  organisationId: string,
  backtestId: string,
): Promise<BacktestView> {
  const record = z.uuid().safeParse(backtestId).success
    ? await withOrganisation(sql, organisationId, (tx) => readBacktest(tx, organisationId, backtestId))
    : null;
  if (record === null) throw new ServiceError('not-found', 'There is no such replay, or not any more. Start it again.');
  const { id, request, createdAt, startedAt, finishedAt, hostsDone, hostsTotal, result, failure } = record;
  const running = startedAt === null ? 'waiting' : 'running';
  const ended = failure === null ? 'done' : 'failed';
  return {
    ...{ backtestId: id, state: finishedAt === null ? running : ended, request },
    ...{ createdAt: createdAt.toISOString(), hostsDone, hostsTotal, result, failure },
  };
}
