import type { Logger } from '@silt/runtime';
import type { WorkerServices } from '@silt/services';
import { PgBoss } from 'pg-boss';
import { startBacktestJobs } from './backtest-jobs.ts';
import { scheduledJobs } from './scheduled-jobs.ts';

/** Schema of the job queue; setup makes it and gives it to silt_worker. */
const QUEUE_SCHEMA = 'pgboss';
const QUEUE_CONNECTIONS = 4;
const STOP_TIMEOUT_MILLISECONDS = 7_000;

const DERIVE_QUEUE = 'derive-host-status';
/** Cron knows whole minutes only; a new host should not wait that long for its numbers. */
const DERIVE_INTERVAL_MILLISECONDS = 20_000;
/** A worker that was killed holds its job no longer than this. */
const DERIVE_EXPIRE_SECONDS = 120;
const KEEP_DONE_JOBS_SECONDS = 3_600;

export interface Worker {
  stop(): Promise<void>;
}

interface WorkerContext {
  services: WorkerServices;
  logger: Logger;
  /** Ends a running job early. */
  signal: AbortSignal;
}

/** Makes what beats need at once, then works on its schedule until it is stopped. Several workers share the work. */
export async function startWorker(options: {
  databaseUrl: string;
  services: WorkerServices;
  logger: Logger;
}): Promise<Worker> {
  const { databaseUrl, services, logger } = options;
  const stopping = new AbortController();
  await services.check();
  logger.info({ made: await services.ensurePartitions() }, 'partitions are there');
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema: QUEUE_SCHEMA,
    createSchema: false,
    max: QUEUE_CONNECTIONS,
    application_name: 'silt-worker-queue',
  });
  boss.on('error', (error) => logger.error({ err: error }, 'the job queue failed'));
  await boss.start();
  const context = { services, logger, signal: stopping.signal };
  await startSchedule(boss, context);
  const timer = await startDeriving(boss, context);
  const backtests = startBacktestJobs({ services, logger });
  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await backtests.stop();
      await boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MILLISECONDS });
      await services.close();
    },
  };
}

async function startSchedule(boss: PgBoss, context: WorkerContext): Promise<void> {
  for (const { queue, cron, atStart, work, ...options } of scheduledJobs(context)) {
    await boss.createQueue(queue, { policy: 'exclusive', deleteAfterSeconds: KEEP_DONE_JOBS_SECONDS, ...options });
    await boss.work(queue, () => logged(context.logger, work));
    await boss.schedule(queue, cron, null, { tz: 'UTC' });
    if (atStart) await boss.send(queue);
  }
}

async function startDeriving(boss: PgBoss, { services, logger, signal }: WorkerContext): Promise<NodeJS.Timeout> {
  await boss.createQueue(DERIVE_QUEUE, {
    policy: 'exclusive',
    expireInSeconds: DERIVE_EXPIRE_SECONDS,
    retryLimit: 0,
    deleteAfterSeconds: KEEP_DONE_JOBS_SECONDS,
  });
  await boss.work(DERIVE_QUEUE, () =>
    logged(logger, async () => {
      const hosts = await services.deriveHostStatuses(signal);
      if (hosts > 0) logger.info({ hosts }, 'derived the status of hosts');
    }),
  );
  const deriveSoon = () => {
    boss.send(DERIVE_QUEUE).catch((error: unknown) => logger.error({ err: error }, 'no job could be queued'));
  };
  deriveSoon();
  return setInterval(deriveSoon, DERIVE_INTERVAL_MILLISECONDS);
}

/** The queue keeps a failed job, but tells nobody. */
async function logged(logger: Logger, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logger.error({ err: error }, 'a job failed');
    throw error;
  }
}
