import {
  createEnrolmentToken,
  createSetupToken,
  hashEnrolmentToken,
  hashSetupToken,
  insertEnrolmentToken,
  openDatabase,
  type TransactionSql,
} from '@silt/db';
import { TOKEN_LIFE_MILLISECONDS } from '@silt/domain';

const FIRST_ORGANISATION = { name: 'Home', slug: 'home' };

/** Whom a collector takes itself for. */
export interface CollectorIdentity {
  /** Public id of the host. */
  hostId: string;
  key: string;
}

export interface SeedOptions {
  /** Of the local collector; null = it has none. */
  collectorIdentity: CollectorIdentity | null;
  /** How long the owner's one-time token works. */
  ownerTokenHours: number;
}

export interface Seeded {
  organisationId: string;
  /** For the local collector; null when its key is known here, also one that a person revoked: that stays so. */
  enrolmentToken: string | null;
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
      const isKnown = await isKnownKey(tx, options.collectorIdentity);
      const enrolmentToken = isKnown ? null : await addEnrolmentToken(tx, organisationId);
      return { organisationId, enrolmentToken, ownerToken: await renewOwnerToken(tx, organisationId, options) };
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

async function isKnownKey(tx: TransactionSql, identity: CollectorIdentity | null): Promise<boolean> {
  if (identity === null) return false;
  const rows = await tx`
    SELECT 1 FROM collector_key k JOIN host h ON h.id = k.host_id
    WHERE k.id = ${identity.key} AND h.public_id = ${identity.hostId}`;
  return rows.length > 0;
}

async function addEnrolmentToken(tx: TransactionSql, organisationId: string): Promise<string> {
  const token = createEnrolmentToken();
  const createdAt = new Date();
  await insertEnrolmentToken(tx, {
    ...{ organisationId, hash: hashEnrolmentToken(token), hostId: null, tags: [], usesAllowed: 1 },
    ...{ createdBy: 'setup', createdAt, expiresAt: new Date(createdAt.getTime() + TOKEN_LIFE_MILLISECONDS) },
  });
  return token;
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
