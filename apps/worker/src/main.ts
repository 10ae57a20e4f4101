import { createLogger, failStart, onShutdown } from '@silt/runtime';
import { databaseSentence, openWorkerServices } from '@silt/services';
import { workerEnvironment } from './env.ts';
import { startWorker } from './worker.ts';

const SHUTDOWN_DEADLINE_MILLISECONDS = 10_000;

const { SILT_WORKER_DATABASE_URL: databaseUrl } = workerEnvironment();
const logger = createLogger('worker');
try {
  const worker = await startWorker({ databaseUrl, services: openWorkerServices(databaseUrl), logger });
  onShutdown(() => worker.stop(), { deadlineMilliseconds: SHUTDOWN_DEADLINE_MILLISECONDS });
  logger.info('ready');
  process.send?.({ type: 'ready' });
} catch (error) {
  const sentence = databaseSentence(error, databaseUrl);
  failStart([sentence ?? `The worker could not start: ${error instanceof Error ? error.stack : String(error)}`]);
}
