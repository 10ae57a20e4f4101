import type { Logger } from '@silt/runtime';
import type { WorkerServices } from '@silt/services';
import { PgBoss } from 'pg-boss';

/** Schema of the job queue; setup makes it and gives it to silt_worker. */
const QUEUE_SCHEMA = 'pgboss';
const QUEUE_CONNECTIONS = 4;
const STOP_TIMEOUT_MILLISECONDS = 7_000;

const PARTITIONS_QUEUE = 'ensure-partitions';
/** Just after midnight UTC: the day that came into reach gets its partition. */
const PARTITIONS_CRON = '5 0 * * *';

const RETIRE_QUEUE = 'retire-silent-hosts';
/** Rules count in hours; a minute is soon enough. */
const RETIRE_CRON = '* * * * *';

const ROLL_UP_QUEUE = 'roll-up-history';
/** A day is closed once a day; what comes late for one is seen within the hour. */
const ROLL_UP_CRON = '20 * * * *';

const EXPIRE_QUEUE = 'expire-history';
const EXPIRE_CRON = '40 3 * * *';

/** The first days after a long outage are many; a job that is given out twice meanwhile harms nothing. */
const HISTORY_EXPIRE_SECONDS = 4 * 3_600;

const DERIVE_QUEUE = 'derive-host-status';
/** Cron knows whole minutes only; a new host should not wait that long for its numbers. */
const DERIVE_INTERVAL_MILLISECONDS = 20_000;
/** A worker that was killed holds its job no longer than this. */
const DERIVE_EXPIRE_SECONDS = 120;
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
  /** The queue keeps a failed job, but tells nobody. */
  const logged = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      logger.error({ err: error }, 'a job failed');
      throw error;
    }
  };
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

  const schedule = async (
    queue: string,
    cron: string,
    work: () => Promise<void>,
    options: { expireInSeconds?: number } = {},
  ): Promise<void> => {
    await boss.createQueue(queue, { policy: 'exclusive', deleteAfterSeconds: KEEP_DONE_JOBS_SECONDS, ...options });
    await boss.work(queue, () => logged(work));
    await boss.schedule(queue, cron, null, { tz: 'UTC' });
  };
  await schedule(PARTITIONS_QUEUE, PARTITIONS_CRON, async () => {
    logger.info({ made: await services.ensurePartitions() }, 'partitions are there');
  });
  await schedule(RETIRE_QUEUE, RETIRE_CRON, async () => {
    const hosts = await services.retireSilentHosts();
    if (hosts > 0) logger.info({ hosts }, 'retired hosts that were silent for too long');
  });
  await boss.send(RETIRE_QUEUE);
  const rollUp = async () => {
    const { samples, days, failures } = await services.rollUpHistory(stopping.signal);
    if (samples > 0 || days > 0) logger.info({ samples, days }, 'rolled up the history of closed days');
    for (const { hostId, day, error } of failures) {
      logger.error({ err: error, hostId, day }, 'a day of a host could not be rolled up; its samples stay as they are');
    }
  };
  await schedule(ROLL_UP_QUEUE, ROLL_UP_CRON, rollUp, { expireInSeconds: HISTORY_EXPIRE_SECONDS });
  await boss.send(ROLL_UP_QUEUE);
  const expire = async () => {
    const { partitions, itemVersions } = await services.expireHistory(stopping.signal);
    if (partitions.length > 0 || itemVersions > 0) logger.info({ partitions, itemVersions }, 'dropped old history');
  };
  await schedule(EXPIRE_QUEUE, EXPIRE_CRON, expire, { expireInSeconds: HISTORY_EXPIRE_SECONDS });

  await boss.createQueue(DERIVE_QUEUE, {
    policy: 'exclusive',
    expireInSeconds: DERIVE_EXPIRE_SECONDS,
    retryLimit: 0,
    deleteAfterSeconds: KEEP_DONE_JOBS_SECONDS,
  });
  await boss.work(DERIVE_QUEUE, () =>
    logged(async () => {
      const hosts = await services.deriveHostStatuses(stopping.signal);
      if (hosts > 0) logger.info({ hosts }, 'derived the status of hosts');
    }),
  );
  const deriveSoon = () => {
    boss.send(DERIVE_QUEUE).catch((error: unknown) => logger.error({ err: error }, 'no job could be queued'));
  };
  deriveSoon();
  const timer = setInterval(deriveSoon, DERIVE_INTERVAL_MILLISECONDS);

  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MILLISECONDS });
      await services.close();
    },
  };
}
