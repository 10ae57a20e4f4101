import type { Logger } from '@silt/runtime';
import type { WorkerServices } from '@silt/services';
import { PgBoss } from 'pg-boss';
import { startBacktestJobs } from './backtest-jobs.ts';
import { type JobContext, scheduledJobs } from './scheduled-jobs.ts';
import { timedJobs } from './timed-jobs.ts';

/** Schema of the job queue; setup makes it and gives it to silt_worker. */
const QUEUE_SCHEMA = 'pgboss';
const QUEUE_CONNECTIONS = 4;
const STOP_TIMEOUT_MILLISECONDS = 7_000;

const KEEP_DONE_JOBS_SECONDS = 3_600;

export interface Worker {
  stop(): Promise<void>;
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
  const timers = await startTimers(boss, context);
  const backtests = startBacktestJobs({ services, logger });
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer);
      stopping.abort();
      await backtests.stop();
      await boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MILLISECONDS });
      await services.close();
    },
  };
}

async function startSchedule(boss: PgBoss, context: JobContext): Promise<void> {
  for (const { queue, cron, atStart, work, ...options } of scheduledJobs(context)) {
    await boss.createQueue(queue, { policy: 'exclusive', deleteAfterSeconds: KEEP_DONE_JOBS_SECONDS, ...options });
    await boss.work(queue, () => logged(context.logger, work));
    await boss.schedule(queue, cron, null, { tz: 'UTC' });
    if (atStart) await boss.send(queue);
  }
}

async function startTimers(boss: PgBoss, context: JobContext): Promise<NodeJS.Timeout[]> {
  const { logger } = context;
  const timers: NodeJS.Timeout[] = [];
  for (const { queue, intervalMilliseconds, work, ...options } of timedJobs(context)) {
    await boss.createQueue(queue, {
      ...{ policy: 'exclusive', retryLimit: 0, deleteAfterSeconds: KEEP_DONE_JOBS_SECONDS },
      ...options,
    });
    await boss.work(queue, () => logged(logger, work));
    const workSoon = () => {
      boss.send(queue).catch((error: unknown) => logger.error({ err: error }, 'no job could be queued'));
    };
    workSoon();
    timers.push(setInterval(workSoon, intervalMilliseconds));
  }
  return timers;
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
