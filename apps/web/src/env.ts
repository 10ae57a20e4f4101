import { readEnvironment } from '@silt/runtime';
import { z } from 'zod';

const MIN_SECRET_LENGTH = 32;

const schema = z.object({
  /** Reads fleet data, as a role that row-level security binds. */
  SILT_WEB_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** Reads and writes accounts and sessions; another role, because fleet pages have no business there. */
  SILT_AUTH_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** Signs session cookies. */
  SILT_AUTH_SECRET: z.string().min(MIN_SECRET_LENGTH),
  /** The address people type; the `Origin` of every change must be it. */
  SILT_PUBLIC_URL: z.url({ protocol: /^https?$/ }),
});
export type WebEnvironment = z.infer<typeof schema>;

let read: WebEnvironment | undefined;

/** Read when the server starts, never in a build. Ends the process with one sentence a variable that is not right. */
export function webEnvironment(): WebEnvironment {
  read ??= readEnvironment(schema, process.env);
  return read;
}
