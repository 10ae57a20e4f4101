import { createLogger } from '@silt/runtime';
import type { WorkerServices } from '@silt/services';
import { expect, test, vi } from 'vitest';
import { startBacktestJobs } from '../src/backtest-jobs.ts';

type BacktestRun = NonNullable<Awaited<ReturnType<WorkerServices['runNextBacktest']>>>;

const DONE: BacktestRun = { backtestId: 'a', outcome: 'done', hosts: 1, forecasts: 1 };

/** Services of which only replays are there: each call of `run` answers the next of what waits. */
function stubServices(waiting: (BacktestRun | Error)[]) {
  let ask = (): void => {};
  const run = vi.fn(async (_: AbortSignal): Promise<BacktestRun | null> => {
    const next = waiting.shift() ?? null;
    if (next instanceof Error) throw next;
    return next;
  });
  const services: Partial<WorkerServices> = {
    runNextBacktest: run,
    expireBacktests: async () => 0,
    listenForBacktests: (onAsked) => {
      ask = onAsked;
    },
  };
  return { services: services as WorkerServices, run, ask: () => ask() };
}

const logger = Object.assign(createLogger('test'), { level: 'silent' });

test('all that wait are run one after the other at the start, and what is asked for later at once', async () => {
  const waiting: BacktestRun[] = [DONE, DONE];
  const { services, run, ask } = stubServices(waiting);
  const jobs = startBacktestJobs({ services, logger });
  await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(3));
  waiting.push(DONE);
  ask();
  await vi.waitFor(() => expect(waiting).toEqual([]));
  await jobs.stop();
});

test('a database that is away, or a replay that fails, does not end the looking', async () => {
  const waiting = [new Error('away'), { ...DONE, outcome: 'internal' as const, error: new Error('bug') }, DONE];
  const { services, ask } = stubServices(waiting);
  const jobs = startBacktestJobs({ services, logger });
  await vi.waitFor(() => expect(waiting).toHaveLength(2));
  ask();
  await vi.waitFor(() => expect(waiting).toEqual([]));
  await jobs.stop();
});

test('a stop reaches the running replay, waits for it, and begins no other', async () => {
  const { services, run } = stubServices([]);
  let ended = false;
  run.mockImplementation(async (signal) => {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    ended = true;
    return { ...DONE, outcome: 'released' };
  });
  const jobs = startBacktestJobs({ services, logger });
  await vi.waitFor(() => expect(run).toHaveBeenCalled());
  await jobs.stop();
  expect(ended).toBe(true);
  expect(run).toHaveBeenCalledTimes(1);
});
