import { listenForBacktests, openDatabase } from '@silt/db';
import { deriveHostStatuses } from './derive-host-statuses.ts';
import { ensurePartitions } from './ensure-partitions.ts';
import { type Forecasted, forecastHosts } from './forecast-hosts.ts';
import { type HealthJudged, judgeHealth } from './judge-health.ts';
import { type Judged, judgeHosts } from './judge-hosts.ts';
import { retireSilentHosts } from './retire-silent-hosts.ts';
import { type Expired, expireHistory, type RolledUp, rollUpHistory } from './roll-up-history.ts';
import { type BacktestRun, expireBacktests, runNextBacktest } from './run-backtest.ts';
import { type Scored, scoreForecasts } from './score-forecasts.ts';

const WORKER_CONNECTIONS = 4;
/** After a restart collectors are back within the longest wait of theirs; twice that, and who is not is silent. */
const RETURN_MILLISECONDS = 120_000;

/** All that the worker's jobs do. */
export interface WorkerServices {
  /** Rejects when the database cannot be reached or refuses the worker. */
  check(): Promise<void>;
  /** Partitions made. */
  ensurePartitions(): Promise<number>;
  /** Hosts derived; ends after the running batch when the signal aborts. */
  deriveHostStatuses(signal: AbortSignal): Promise<number>;
  /** Hosts that were silent for longer than their tags allow, retired. */
  retireSilentHosts(): Promise<number>;
  /** Readings of closed days, made blocks, hours and days; ends after the running batch when the signal aborts. */
  rollUpHistory(signal: AbortSignal): Promise<RolledUp>;
  /** Drops and deletes what is older than it is kept. */
  expireHistory(signal: AbortSignal): Promise<Expired>;
  /** Hosts whose forecast is too old, or that moved since; ends after the running batch when the signal aborts. */
  forecastHosts(signal: AbortSignal): Promise<Forecasted>;
  /** Forecasts whose time has come; ends after the running batch when the signal aborts. */
  scoreForecasts(signal: AbortSignal): Promise<Scored>;
  /** Asks the rules of hosts of which something new came; ends after the running batch when the signal aborts. */
  judgeHosts(signal: AbortSignal): Promise<Judged>;
  /** Asks the rules of Silt's own health of all hosts; ends after the running batch when the signal aborts. */
  judgeHealth(serverVersion: string, signal: AbortSignal): Promise<HealthJudged>;
  /** Runs the replay that waits longest; null = none waits. Ends after the running moment when the signal aborts. */
  runNextBacktest(signal: AbortSignal): Promise<BacktestRun | null>;
  /** Called when a replay is asked for, until the services are closed. */
  listenForBacktests(onAsked: () => void): void;
  /** Replays that nobody looks at any more, deleted. */
  expireBacktests(): Promise<number>;
  close(): Promise<void>;
}

/** @param databaseUrl as silt_worker. */
export function openWorkerServices(databaseUrl: string): WorkerServices {
  const sql = openDatabase(databaseUrl, { applicationName: 'silt-worker', max: WORKER_CONNECTIONS });
  const listeningSince = new Date(Date.now() + RETURN_MILLISECONDS);
  return {
    check: async () => {
      await sql`SELECT 1 FROM host_status LIMIT 1`;
    },
    ensurePartitions: () => ensurePartitions(sql, new Date()),
    deriveHostStatuses: (signal) => deriveHostStatuses(sql, { now: new Date(), signal }),
    retireSilentHosts: () => retireSilentHosts(sql, new Date()),
    rollUpHistory: (signal) => rollUpHistory(sql, { now: new Date(), signal }),
    expireHistory: (signal) => expireHistory(sql, { now: new Date(), signal }),
    forecastHosts: (signal) => forecastHosts(sql, { now: new Date(), signal }),
    scoreForecasts: (signal) => scoreForecasts(sql, { now: new Date(), signal }),
    judgeHosts: (signal) => judgeHosts(sql, { now: () => new Date(), signal }),
    judgeHealth: (serverVersion, signal) =>
      judgeHealth(sql, { now: new Date(), listeningSince, serverVersion, signal }),
    runNextBacktest: (signal) => runNextBacktest(sql, { signal, now: () => new Date() }),
    listenForBacktests: (onAsked) => listenForBacktests(sql, onAsked),
    expireBacktests: () => expireBacktests(sql, new Date()),
    close: () => sql.end({ timeout: 5 }),
  };
}
