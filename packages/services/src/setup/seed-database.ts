import { createSetupToken, hashSetupToken, openDatabase, type TransactionSql } from '@silt/db';
import { createCollectorToken, parseCollectorToken } from './collector-token.ts';

const FIRST_ORGANISATION = { name: 'Home', slug: 'home' };

export interface SeedOptions {
  /** What the local collector has; null = nothing. It is kept as long as its key is good. */
  collectorToken: string | null;
  /** Name of this machine, until its collector says its own. */
  hostName: string;
  /** How long the owner's one-time token works. */
  ownerTokenHours: number;
}

export interface Seeded {
  organisationId: string;
  /** Public id of this machine. */
  localHostId: string;
  collectorToken: string;
  /** Null when somebody has an account. */
  ownerToken: string | null;
}

/** What must be in an empty database before the first page; all or nothing, and one caller at a time. */
export async function seedDatabase(ownerUrl: string, options: SeedOptions): Promise<Seeded> {
  const sql = openDatabase(ownerUrl, { applicationName: 'silt-setup', max: 1 });
  try {
    return await sql.begin(async (tx) => {
      await tx`SELECT pg_advisory_xact_lock(hashtext('silt.setup'))`;
      const organisationId = await ensureOrganisation(tx);
      const local =
        (await keptCollector(tx, options.collectorToken)) ?? (await addCollector(tx, organisationId, options));
      return { organisationId, ...local, ownerToken: await renewOwnerToken(tx, organisationId, options) };
    });
  } finally {
    await sql.end();
  }
}

async function ensureOrganisation(tx: TransactionSql): Promise<string> {
  const { name, slug } = FIRST_ORGANISATION;
  const [found] = await tx<{ id: string }[]>`SELECT id FROM organisation ORDER BY created_at, id LIMIT 1`;
  if (found) return found.id;
  const [made] = await tx<
    [{ id: string }]
  >`INSERT INTO organisation (name, slug) VALUES (${name}, ${slug}) RETURNING id`;
  return made.id;
}

type LocalCollector = Pick<Seeded, 'localHostId' | 'collectorToken'>;

async function keptCollector(tx: TransactionSql, collectorToken: string | null): Promise<LocalCollector | null> {
  const parsed = collectorToken === null ? null : parseCollectorToken(collectorToken);
  if (collectorToken === null || parsed === null) return null;
  const [host] = await tx<{ id: string }[]>`
    SELECT h.public_id AS id FROM collector_key k JOIN host h ON h.id = k.host_id
    WHERE k.id = ${parsed.id} AND k.secret_hash = ${parsed.secretHash} AND k.revoked_at IS NULL
      AND h.retired_at IS NULL`;
  return host ? { localHostId: host.id, collectorToken } : null;
}

/** A host that never connected is taken again; one that did may be another machine of the same name. */
async function addCollector(
  tx: TransactionSql,
  organisationId: string,
  { hostName }: SeedOptions,
): Promise<LocalCollector> {
  const [unused] = await tx<{ id: number; publicId: string }[]>`
    SELECT h.id, h.public_id AS "publicId" FROM host h
    WHERE h.organisation_id = ${organisationId} AND h.name = ${hostName} AND h.machine_id IS NULL
      AND NOT h.simulated AND h.retired_at IS NULL
    ORDER BY h.id LIMIT 1`;
  const host = unused ?? (await insertHost(tx, organisationId, hostName));
  const { id, token, secretHash } = createCollectorToken();
  await tx`
    INSERT INTO collector_key (id, host_id, organisation_id, secret_hash)
    VALUES (${id}, ${host.id}, ${organisationId}, ${secretHash})`;
  return { localHostId: host.publicId, collectorToken: token };
}

async function insertHost(
  tx: TransactionSql,
  organisationId: string,
  name: string,
): Promise<{ id: number; publicId: string }> {
  const [host] = await tx<[{ id: number; publicId: string }]>`
    INSERT INTO host (organisation_id, name) VALUES (${organisationId}, ${name})
    RETURNING id, public_id AS "publicId"`;
  return host;
}

/** A new token each time, so that the address printed last is the one that works. */
async function renewOwnerToken(
  tx: TransactionSql,
  organisationId: string,
  { ownerTokenHours }: SeedOptions,
): Promise<string | null> {
  const [user] = await tx`SELECT 1 FROM "user" LIMIT 1`;
  if (user) return null;
  await tx`UPDATE setup_token SET expires_at = now() WHERE used_at IS NULL AND expires_at > now()`;
  const token = createSetupToken();
  await tx`
    INSERT INTO setup_token (token_hash, organisation_id, expires_at)
    VALUES (${hashSetupToken(token)}, ${organisationId}, now() + make_interval(hours => ${ownerTokenHours}))`;
  return token;
}
