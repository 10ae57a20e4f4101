import { readEnvironment } from '@silt/runtime';
import { z } from 'zod';

const MAX_OWNER_LINK_HOURS = 720;

const schema = z.object({
  /** A user with CREATEROLE who owns the database, or a superuser. The database must be named: roles share it. */
  SILT_ADMIN_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .refine((url) => new URL(url).pathname.length > 1, 'it names no database, as in postgresql://user@host:5432/silt'),
  /** Passwords of Silt's own roles, as JSON; made when missing. */
  SILT_ROLE_PASSWORDS_FILE: z.string(),
  SILT_MIGRATIONS_DIR: z.string(),
  /** How long the address that makes the owner's account works. */
  SILT_OWNER_LINK_HOURS: z.coerce.number().int().min(1).max(MAX_OWNER_LINK_HOURS).default(24),
});
export type SetupEnvironment = z.infer<typeof schema>;

export const setupEnvironment = (): SetupEnvironment => readEnvironment(schema, process.env);
