import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type ClaimedBacktest,
  claimBacktest,
  deleteOldBacktests,
  failLostBacktests,
  finishBacktest,
  type ReplayedHost,
  readHourHistory,
  readKnownStores,
  readReplayedHosts,
  releaseBacktest,
  type Sql,
  writeBacktestProgress,
} from '@silt/db';
import {
  BACKTEST_DEADLINE_MINUTES,
  BACKTEST_FAILURES,
  BacktestCollector,
  type BacktestFailure,
  type BacktestRequest,
  BEFORE_RANGE_MILLISECONDS,
  type ReplaySettings,
  replayedClocks,
  replayStore,
  type SeriesHistory,
  type SeriesName,
  type SeriesPoint,
  type Store,
  type StoreReplay,
  stepHoursFor,
  storeClocks,
} from '@silt/domain';
import { isDatabaseAway } from '../web/unavailable.ts';

/** One whose runner gave no sign of life for so long is taken over. */
export const BACKTEST_SILENCE_MILLISECONDS = 120_000;
const SIGN_OF_LIFE_MILLISECONDS = 15_000;
export const MAX_BACKTEST_TRIES = 3;
/** Other jobs of the worker wait for no longer than this and one forecast. */
const TURN_MILLISECONDS = 20;
const KEEP_BACKTESTS_DAYS = 7;
const MINUTE_MILLISECONDS = 60_000;
const DAY_MILLISECONDS = 86_400_000;

export interface BacktestRun {
  backtestId: string;
  /** `released`: the worker stops, another takes it. `lost`: another has taken it. */
  outcome: 'done' | BacktestFailure | 'released' | 'lost';
  /** Set for `internal`. */
  error?: unknown;
  hosts: number;
  /** That were made. */
  forecasts: number;
}

export interface RunOptions {
  /** Aborted when the worker stops. */
  signal: AbortSignal;
  now(): Date;
}

/** Runs the replay that waits longest, if there is one. Rejects when the database is away: it is taken over later. */
export async function runNextBacktest(sql: Sql, options: RunOptions): Promise<BacktestRun | null> {
  const now = options.now();
  const limits = {
    now,
    silentSince: new Date(now.getTime() - BACKTEST_SILENCE_MILLISECONDS),
    maxTries: MAX_BACKTEST_TRIES,
  };
  await failLostBacktests(sql, { ...limits, failure: BACKTEST_FAILURES.lost });
  const claimed = await claimBacktest(sql, limits);
  if (claimed === null) return null;
  const run: Running = {
    ...{ sql, claimed, ...options, hosts: 0, forecasts: 0, hostsDone: 0 },
    ...{ beganAt: now.getTime(), toldAt: now.getTime() },
  };
  const ended = (outcome: BacktestRun['outcome'], error?: unknown): BacktestRun => {
    const { hosts, forecasts } = run;
    return { backtestId: claimed.id, outcome, hosts, forecasts, ...(error === undefined ? {} : { error }) };
  };
  try {
    const result = await replayHosts(run);
    await finishBacktest(sql, claimed, { result }, options.now());
    return ended('done');
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    if (error instanceof Ended && error.how === 'lost') return ended('lost');
    if (error instanceof Ended && error.how === 'released') {
      await releaseBacktest(sql, claimed);
      return ended('released');
    }
    const failure = error instanceof Ended ? error.how : 'internal';
    await finishBacktest(sql, claimed, { failure: BACKTEST_FAILURES[failure as BacktestFailure] }, options.now());
    return failure === 'internal' ? ended(failure, error) : ended(failure);
  }
}

/** Deletes replays that nobody looks at any more. Returns how many. */
export function expireBacktests(sql: Sql, now: Date): Promise<number> {
  return deleteOldBacktests(sql, new Date(now.getTime() - KEEP_BACKTESTS_DAYS * DAY_MILLISECONDS));
}

interface Running extends RunOptions {
  sql: Sql;
  claimed: ClaimedBacktest;
  hosts: number;
  hostsDone: number;
  forecasts: number;
  /** Milliseconds since the epoch. */
  beganAt: number;
  toldAt: number;
}

/** The replay comes to an end before its result is there. */
class Ended extends Error {
  readonly how: Exclude<BacktestRun['outcome'], 'done'>;

  constructor(how: Ended['how']) {
    super(`the replay is ${how}`);
    this.how = how;
  }
}

async function replayHosts(run: Running) {
  const { sql, claimed } = run;
  const { organisationId, request } = claimed;
  const hosts = await readReplayedHosts(sql, organisationId, request);
  run.hosts = hosts.length;
  const stores = await readKnownStores(sql, hosts, request.storeKey);
  const settings = replaySettings(request, stores);
  const collector = new BacktestCollector(settings);
  await tell(run);
  for (const host of hosts) {
    await replayHost(run, host, stores.get(host.hostId) ?? [], { settings, collector });
    collector.addHost();
    run.hostsDone += 1;
    await tell(run);
  }
  return collector.result();
}

/** Space and inodes, data and metadata; and the file beneath. */
const clocksOf = ({ loop }: Store): number => (loop === null ? 2 : 3);

function replaySettings(request: BacktestRequest, stores: ReadonlyMap<number, readonly Store[]>): ReplaySettings {
  const [from, to] = [Date.parse(request.from), Date.parse(request.to)];
  const clocks = [...stores.values()].flat().reduce((sum, store) => sum + clocksOf(store), 0);
  const stepHours = stepHoursFor({ clocks, days: (to - from) / DAY_MILLISECONDS });
  if (stepHours === null) throw new Ended('too-much');
  return { from, to, stepHours, horizonsDays: request.horizonsDays };
}

async function replayHost(
  run: Running,
  host: ReplayedHost,
  stores: readonly Store[],
  { settings, collector }: { settings: ReplaySettings; collector: BacktestCollector },
): Promise<void> {
  if (stores.length === 0) return;
  const range = { from: new Date(settings.from - BEFORE_RANGE_MILLISECONDS), to: new Date(settings.to) };
  const history = (await readHourHistory(run.sql, [host], range)).get(host.hostId);
  for (const store of stores) {
    const clocks = replayedClocks(storeClocks({ store, series: seriesOf(history?.get(store.key) ?? {}) }));
    const replay = await inTurns(run, replayStore(clocks, settings));
    run.forecasts += replay.forecasts;
    const place = { hostId: host.publicId, hostName: host.name, storeKey: store.key, storeName: store.name };
    collector.addStore(place, replay);
  }
}

/** Hours alone: ten minutes are kept of the last days only. */
function seriesOf(
  points: Partial<Record<SeriesName, readonly SeriesPoint[]>>,
): Partial<Record<SeriesName, SeriesHistory>> {
  return Object.fromEntries(Object.entries(points).map(([name, hours]) => [name, { hours, recent: [] }]));
}

/** Lets the worker's other jobs have their turn, and looks whether to go on. */
async function inTurns(run: Running, replay: Generator<undefined, StoreReplay>): Promise<StoreReplay> {
  let turnBeganAt = performance.now();
  for (let step = replay.next(); ; step = replay.next()) {
    if (step.done) return step.value;
    if (performance.now() - turnBeganAt < TURN_MILLISECONDS) continue;
    await nextTurn();
    await checkOn(run);
    turnBeganAt = performance.now();
  }
}

async function checkOn(run: Running): Promise<void> {
  if (run.signal.aborted) throw new Ended('released');
  const now = run.now().getTime();
  if (now - run.beganAt > BACKTEST_DEADLINE_MINUTES * MINUTE_MILLISECONDS) throw new Ended('too-long');
  if (now - run.toldAt >= SIGN_OF_LIFE_MILLISECONDS) await tell(run);
}

async function tell(run: Running): Promise<void> {
  if (run.signal.aborted) throw new Ended('released');
  const now = run.now();
  run.toldAt = now.getTime();
  const progress = { hostsDone: run.hostsDone, hostsTotal: run.hosts };
  if (!(await writeBacktestProgress(run.sql, run.claimed, progress, now))) throw new Ended('lost');
  if (now.getTime() - run.beganAt > BACKTEST_DEADLINE_MINUTES * MINUTE_MILLISECONDS) throw new Ended('too-long');
}
