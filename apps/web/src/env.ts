import { BUILT_IN_BEATS } from '@silt/domain';
import { readEnvironment } from '@silt/runtime';
import { z } from 'zod';

const MIN_SECRET_LENGTH = 32;

const beatSeconds = z.coerce.number().int().min(1);

const schema = z.object({
  /** Reads fleet data, as a role that row-level security binds. */
  SILT_WEB_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** Reads and writes accounts and sessions; another role, because fleet pages have no business there. */
  SILT_AUTH_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** Signs session cookies. */
  SILT_AUTH_SECRET: z.string().min(MIN_SECRET_LENGTH),
  /** The address people type; the `Origin` of every change must be it. */
  SILT_PUBLIC_URL: z.url({ protocol: /^https?$/ }),
  /** The address that collectors connect to; the settings page puts it into the line to copy. */
  SILT_COLLECTOR_URL: z.url({ protocol: /^wss?$/ }),
  /** sha256 of the certificate that collectors expect, where no public authority signed it. */
  SILT_COLLECTOR_PIN: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** sha256 of its public key, base64: what curl compares. */
  SILT_COLLECTOR_KEY_PIN: z.base64().length(44).optional(),
  /** As the gateway has them: the settings page says what holds where nothing is set. */
  SILT_FAST_BEAT_SECONDS: beatSeconds.default(BUILT_IN_BEATS.fastBeatSeconds),
  SILT_SLOW_BEAT_SECONDS: beatSeconds.default(BUILT_IN_BEATS.slowBeatSeconds),
});
export type WebEnvironment = z.infer<typeof schema>;

let read: WebEnvironment | undefined;

/** Read when the server starts, never in a build. Ends the process with one sentence a variable that is not right. */
export function webEnvironment(): WebEnvironment {
  read ??= readEnvironment(schema, process.env);
  return read;
}
