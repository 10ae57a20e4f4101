import { readEnvironment } from '@silt/runtime';
import { z } from 'zod';

const schema = z.object({
  /** As silt_worker, who also owns the schema of the job queue. */
  SILT_WORKER_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
});
export type WorkerEnvironment = z.infer<typeof schema>;

export const workerEnvironment = (): WorkerEnvironment => readEnvironment(schema, process.env);
