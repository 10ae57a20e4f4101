import {
  type DueForecast,
  type HostAddress,
  readDueForecasts,
  readHostsToScore,
  type Scoring,
  type Sql,
  writeScores,
} from '@silt/db';
import { dueAtOf, scoreForecast } from '@silt/domain';
import { type HostClocks, readHostClocks } from './host-clocks.ts';
import { type HostFailure, inBatches } from './in-batches.ts';

/** What is looked at of a host can be two years of hours. */
const BATCH_HOSTS = 5;
const LISTED_HOSTS = 500;

export interface Scored {
  forecasts: number;
  failures: HostFailure[];
}

/**
 * Says what became of the forecasts whose time has come, by the hours that were stored since. Two at once do the work twice
 * and harm nothing.
 *
 * @param options.signal ends it after the running batch.
 */
export async function scoreForecasts(sql: Sql, { now, signal }: { now: Date; signal: AbortSignal }): Promise<Scored> {
  const scored: Scored = { forecasts: 0, failures: [] };
  let hosts: HostAddress[] = [];
  do {
    hosts = await readHostsToScore(sql, { now, after: hosts.at(-1)?.hostId ?? 0, limit: LISTED_HOSTS });
    const failures = await inBatches(hosts, { size: BATCH_HOSTS, signal }, async (batch) => {
      scored.forecasts += await scoreBatch(sql, batch, now);
    });
    scored.failures.push(...failures);
  } while (hosts.length === LISTED_HOSTS && !signal.aborted);
  return scored;
}

async function scoreBatch(sql: Sql, hosts: readonly HostAddress[], now: Date): Promise<number> {
  const due = await readDueForecasts(sql, hosts, now);
  const from = due.reduce((first, { said }) => Math.min(first, said.madeAt), now.getTime());
  const range = { from: new Date(from), to: new Date(now.getTime() + 1), isRecentRead: false };
  const clocks = new Map((await readHostClocks(sql, hosts, range)).map((host) => [host.hostId, host]));
  const scorings = due.map((one) => scoringOf(one, clocks.get(one.hostId), now));
  await writeScores(sql, scorings);
  return scorings.filter(({ score }) => score !== null).length;
}

const NOTHING_READ = { use: { hours: [] }, inChunks: null };

function scoringOf(due: DueForecast, host: HostClocks | undefined, now: Date): Scoring {
  const store = host?.stores.find(({ storeKey }) => storeKey === due.storeKey);
  const clock = store?.clocks.find((one) => one.clock === due.clock) ?? NOTHING_READ;
  const fate = scoreForecast(due.said, clock, now.getTime());
  if (fate === null) {
    const dueAt = dueAtOf(due.said);
    return { due, score: null, dueAt: dueAt === null ? null : new Date(dueAt) };
  }
  const { outcome, actualDays, actualSlope } = fate;
  return { due, score: { scoredAt: now, outcome, actualDays, actualSlope } };
}
