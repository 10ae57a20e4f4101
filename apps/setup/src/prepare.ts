import { prepareDatabase } from '@silt/services';
import { handOverToken, readCollectorIdentity } from './collector-state.ts';
import type { SetupEnvironment } from './env.ts';
import { ensureRolePasswords } from './role-passwords.ts';

/** What the programs need to start; the collector's enrolment token is in its file alone. */
export interface PrepareReport {
  databaseUrls: { web: string; auth: string; ingest: string; worker: string };
  organisationId: string;
  /** Null when somebody has an account. */
  ownerToken: string | null;
}

/** Prepares the database and this machine's collector. Safe to run at each start. */
export async function prepare(environment: SetupEnvironment, collectorState: string): Promise<PrepareReport> {
  const passwords = await ensureRolePasswords(environment.SILT_ROLE_PASSWORDS_FILE);
  const { enrolmentToken, databaseUrls, organisationId, ownerToken } = await prepareDatabase({
    adminUrl: environment.SILT_ADMIN_DATABASE_URL,
    passwords,
    migrationsFolder: environment.SILT_MIGRATIONS_DIR,
    collectorIdentity: await readCollectorIdentity(collectorState),
    ownerTokenHours: environment.SILT_OWNER_LINK_HOURS,
  });
  if (enrolmentToken !== null) await handOverToken(collectorState, enrolmentToken);
  return { databaseUrls, organisationId, ownerToken };
}
