import { BUILT_IN_BEATS } from '@silt/domain';
import { readEnvironment } from '@silt/runtime';
import { COLLECT_PATH } from '@silt/wire';
import { z } from 'zod';

const MAX_BEAT_SECONDS = 3_600;
const seconds = z.coerce.number().int().min(1).max(MAX_BEAT_SECONDS);

const schema = z.object({
  /** As silt_ingest. */
  SILT_INGEST_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** Loopback unless told otherwise. */
  SILT_GATEWAY_HOST: z.string().default('127.0.0.1'),
  /** 0 = any free one, for tests; the log and the ready message tell it. */
  SILT_GATEWAY_PORT: z.coerce.number().int().min(0).max(65_535).default(4301),
  /** What hosts are told to connect to; the `server` that they sign must be it. */
  SILT_COLLECTOR_URL: z
    .url({ protocol: /^wss?$/ })
    .refine((url) => new URL(url).pathname.endsWith(COLLECT_PATH), `its path must end in ${COLLECT_PATH}`)
    .optional(),
  /** Of the certificate and of its key, where no public authority signed it: the handed out recipes pin them. */
  SILT_COLLECTOR_PIN: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  SILT_COLLECTOR_KEY_PIN: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=$/)
    .optional(),
  /** Addresses or networks with commas between, whose X-Forwarded-… headers are believed. */
  SILT_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter((part) => part !== '')),
  SILT_TLS_CERT_FILE: z.string().optional(),
  SILT_TLS_KEY_FILE: z.string().optional(),
  /** The root of a built Silt: hosts install the collector from it. */
  SILT_COLLECTOR_FILES: z.string().optional(),
  SILT_FAST_BEAT_SECONDS: seconds.default(BUILT_IN_BEATS.fastBeatSeconds),
  SILT_SLOW_BEAT_SECONDS: seconds.default(BUILT_IN_BEATS.slowBeatSeconds),
});
export type GatewayEnvironment = z.infer<typeof schema>;

export const gatewayEnvironment = (): GatewayEnvironment => readEnvironment(schema, process.env);
