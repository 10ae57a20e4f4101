import type { Logger } from '@silt/runtime';
import type { WorkerServices } from '@silt/services';

/** How soon one is seen where the database's word of it got lost, or whose worker died. */
const LOOK_MILLISECONDS = 5_000;
const EXPIRE_INTERVAL_MILLISECONDS = 3_600_000;

export interface BacktestJobs {
  /** Ends after the running moment; a replay that is not done goes back to those that wait. */
  stop(): Promise<void>;
}

/** Runs the replays that people ask for, one at a time, as soon as they ask. Several workers share them. */
export function startBacktestJobs({ services, logger }: { services: WorkerServices; logger: Logger }): BacktestJobs {
  const stopping = new AbortController();
  let wake = () => {};
  let isAsked = true;
  services.listenForBacktests(() => {
    isAsked = true;
    wake();
  });
  const pause = async (): Promise<void> => {
    if (isAsked || stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LOOK_MILLISECONDS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };
  let expiredAt = 0;
  const look = async (): Promise<void> => {
    isAsked = false;
    if (Date.now() - expiredAt >= EXPIRE_INTERVAL_MILLISECONDS) {
      expiredAt = Date.now();
      await services.expireBacktests();
    }
    for (;;) {
      const run = await services.runNextBacktest(stopping.signal);
      if (run === null || stopping.signal.aborted) return;
      const { error, ...said } = run;
      if (error === undefined) logger.info(said, 'replayed the detectors over the history');
      else logger.error({ ...said, err: error }, 'a replay failed');
    }
  };
  const work = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await look().catch((error: unknown) => logger.error({ err: error }, 'replays could not be looked for'));
      await pause();
    }
  };
  const done = work();
  return {
    async stop() {
      stopping.abort();
      wake();
      await done;
    },
  };
}
