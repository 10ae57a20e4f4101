import { readEnvironment } from '@silt/runtime';
import { z } from 'zod';

const MAX_BEAT_SECONDS = 3_600;
const seconds = z.coerce.number().int().min(1).max(MAX_BEAT_SECONDS);

const schema = z.object({
  /** As silt_ingest. */
  SILT_INGEST_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** Loopback unless told otherwise: collectors elsewhere need TLS before this. */
  SILT_GATEWAY_HOST: z.string().default('127.0.0.1'),
  /** 0 = any free one, for tests; the log and the ready message tell it. */
  SILT_GATEWAY_PORT: z.coerce.number().int().min(0).max(65_535).default(4301),
  SILT_FAST_BEAT_SECONDS: seconds.default(10),
  SILT_SLOW_BEAT_SECONDS: seconds.default(300),
});
export type GatewayEnvironment = z.infer<typeof schema>;

export const gatewayEnvironment = (): GatewayEnvironment => readEnvironment(schema, process.env);
