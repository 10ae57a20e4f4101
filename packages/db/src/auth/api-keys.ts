import type { Prisma } from '../generated/client.ts';
import type { SignInClient } from './open-sign-in-client.ts';

export interface NewApiKeyRow {
  id: string;
  organizationId: string;
  userId: string;
  name: string;
  prefix: string;
  /** First characters of the key. */
  start: string;
  /** As the sign-in library hashes it. */
  keyHash: string;
  createdAt: Date;
  /** Null = it does not expire. */
  expiresAt: Date | null;
}

const isGood = (now: Date): Prisma.ApiKeyWhereInput => ({
  enabled: true,
  OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
});

/** `full` when the member has `maxGood` keys that are good; of two calls at once the second sees the first's key. */
export async function insertApiKey(
  client: SignInClient,
  row: NewApiKeyRow,
  maxGood: number,
): Promise<'made' | 'full' | 'no-member'> {
  const { organizationId, userId, keyHash, ...fields } = row;
  return client.$transaction(async (tx) => {
    const member = await tx.$queryRaw<unknown[]>`
      SELECT id FROM membership WHERE organisation_id = ${organizationId}::uuid AND user_id = ${userId}::uuid
      FOR NO KEY UPDATE`;
    if (member.length === 0) return 'no-member';
    const good = await tx.apiKey.count({
      where: { organizationId, referenceId: userId, ...isGood(row.createdAt) },
    });
    if (good >= maxGood) return 'full';
    await tx.apiKey.create({ data: { ...fields, organizationId, referenceId: userId, key: keyHash } });
    return 'made';
  });
}

export interface ApiKeyRecord {
  id: string;
  userId: string;
  userName: string;
  name: string;
  start: string;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastRequestAt: Date | null;
}

/** Of one member, or of the whole organisation when `userId` is null; those that are good first, then the newest. */
export async function readApiKeys(
  client: SignInClient,
  { organizationId, userId, now, limit }: { organizationId: string; userId: string | null; now: Date; limit: number },
): Promise<{ keys: ApiKeyRecord[]; total: number }> {
  const where: Prisma.ApiKeyWhereInput = { organizationId, ...(userId === null ? {} : { referenceId: userId }) };
  const page = (condition: Prisma.ApiKeyWhereInput, take: number) =>
    client.apiKey.findMany({
      where: { AND: [where, condition] },
      orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
      take,
      include: { member: { select: { user: { select: { name: true } } } } },
    });
  const good = await page(isGood(now), limit);
  const others = good.length < limit ? await page({ NOT: isGood(now) }, limit - good.length) : [];
  const keys = [...good, ...others].map((key) => ({
    ...{ id: key.id, userId: key.referenceId, userName: key.member.user.name },
    ...{ name: key.name ?? '', start: key.start ?? '', createdAt: key.createdAt, expiresAt: key.expiresAt },
    ...{ revokedAt: key.revokedAt, lastRequestAt: key.lastRequest },
  }));
  return { keys, total: await client.apiKey.count({ where }) };
}

/** Whose key it is; null when the organisation has no such key. */
export async function ownerOfApiKey(client: SignInClient, organizationId: string, id: string): Promise<string | null> {
  const key = await client.apiKey.findFirst({ where: { id, organizationId }, select: { referenceId: true } });
  return key?.referenceId ?? null;
}

/** Whether it was not revoked before. */
export async function revokeApiKey(
  client: SignInClient,
  organizationId: string,
  id: string,
  now: Date,
): Promise<boolean> {
  const { count } = await client.apiKey.updateMany({
    where: { id, organizationId, revokedAt: null },
    data: { enabled: false, revokedAt: now },
  });
  return count > 0;
}

export interface ApiKeyOfHash {
  id: string;
  enabled: boolean;
  expiresAt: Date | null;
  user: { id: string; name: string; email: string };
  organisation: { id: string; name: string };
  /** As the sign-in library keeps it: one or more, separated by commas. */
  role: string;
}

/** Null = there is no such key: it never was, or its user left the organisation. */
export async function apiKeyOfHash(client: SignInClient, keyHash: string): Promise<ApiKeyOfHash | null> {
  const key = await client.apiKey.findUnique({
    where: { key: keyHash },
    select: {
      ...{ id: true, enabled: true, expiresAt: true },
      member: {
        select: {
          role: true,
          user: { select: { id: true, name: true, email: true } },
          organization: { select: { id: true, name: true } },
        },
      },
    },
  });
  if (!key) return null;
  const { member, ...rest } = key;
  return { ...rest, user: member.user, organisation: member.organization, role: member.role };
}
