import { hostname } from 'node:os';
import { prepareDatabase } from '@silt/services';
import type { SetupEnvironment } from './env.ts';
import { ensureRolePasswords } from './role-passwords.ts';
import { readSecretFile, writeSecretFile } from './secret-file.ts';

/** What the programs need to start; the collector's token is in its file alone. */
export interface PrepareReport {
  databaseUrls: { web: string; auth: string; ingest: string; worker: string };
  organisationId: string;
  localHostId: string;
  /** Null when somebody has an account. */
  ownerToken: string | null;
}

/** Prepares the database and this machine's collector. Safe to run at each start. */
export async function prepare(environment: SetupEnvironment, collectorTokenFile: string): Promise<PrepareReport> {
  const passwords = await ensureRolePasswords(environment.SILT_ROLE_PASSWORDS_FILE);
  const known = (await readSecretFile(collectorTokenFile))?.trim() ?? null;
  const { collectorToken, databaseUrls, organisationId, localHostId, ownerToken } = await prepareDatabase({
    adminUrl: environment.SILT_ADMIN_DATABASE_URL,
    passwords,
    migrationsFolder: environment.SILT_MIGRATIONS_DIR,
    collectorToken: known,
    hostName: hostname(),
    ownerTokenHours: environment.SILT_OWNER_LINK_HOURS,
  });
  if (collectorToken !== known) await writeSecretFile(collectorTokenFile, `${collectorToken}\n`);
  return { databaseUrls, organisationId, localHostId, ownerToken };
}
