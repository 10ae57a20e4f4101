import { randomUUID } from 'node:crypto';
import { Prisma } from '../generated/client.ts';
import type { SignInClient } from './open-sign-in-client.ts';

/** `provider_id` of an account with a password, as better-auth names it. */
const CREDENTIAL_PROVIDER = 'credential';
const UNIQUE_VIOLATION = 'P2002';

export interface NewOwner {
  tokenHash: Uint8Array<ArrayBuffer>;
  name: string;
  /** Lower case, as sign-in looks it up. */
  email: string;
  passwordHash: string;
  now: Date;
}

export type OwnerOutcome = 'made' | 'token-invalid' | 'email-taken';

class TokenInvalid extends Error {}

/**
 * Uses up the token and makes user, password account and membership as owner, all or nothing. Of two calls with one
 * token a single one is `made`.
 */
export async function createOwnerAccount(client: SignInClient, owner: NewOwner): Promise<OwnerOutcome> {
  try {
    await client.$transaction((tx) => claimToken(tx, owner));
    return 'made';
  } catch (error) {
    if (error instanceof TokenInvalid) return 'token-invalid';
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === UNIQUE_VIOLATION) return 'email-taken';
    throw error;
  }
}

async function claimToken(tx: Prisma.TransactionClient, owner: NewOwner): Promise<void> {
  const { tokenHash, now, name, email, passwordHash } = owner;
  const claimed = await tx.setupToken.updateManyAndReturn({
    where: { tokenHash, usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
    select: { organizationId: true },
  });
  const organizationId = claimed[0]?.organizationId;
  if (organizationId === undefined) throw new TokenInvalid();
  const userId = randomUUID();
  await tx.user.create({ data: { id: userId, name, email } });
  await tx.account.create({
    data: { userId, accountId: userId, providerId: CREDENTIAL_PROVIDER, password: passwordHash },
  });
  await tx.member.create({ data: { userId, organizationId, role: 'owner' } });
}

export type SetupTokenState = 'valid' | 'used' | 'expired' | 'unknown';

export async function setupTokenState(
  client: SignInClient,
  tokenHash: Uint8Array<ArrayBuffer>,
  now: Date,
): Promise<SetupTokenState> {
  const token = await client.setupToken.findUnique({ where: { tokenHash } });
  if (!token) return 'unknown';
  if (token.usedAt) return 'used';
  return token.expiresAt > now ? 'valid' : 'expired';
}

export async function hasUser(client: SignInClient): Promise<boolean> {
  return (await client.user.findFirst({ select: { id: true } })) !== null;
}

export interface Membership {
  organisation: { id: string; name: string };
  /** As the sign-in library keeps it: one or more, separated by commas. */
  role: string;
}

/** In the organisation that the user joined first; null = member of none. */
export async function membershipOfUser(client: SignInClient, userId: string): Promise<Membership | null> {
  const member = await client.member.findFirst({
    where: { userId },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { role: true, organization: { select: { id: true, name: true } } },
  });
  return member && { organisation: member.organization, role: member.role };
}

/** Names by id, of those that are members of the organisation. */
export async function memberNames(
  client: SignInClient,
  organizationId: string,
  userIds: readonly string[],
): Promise<Map<string, string>> {
  if (userIds.length === 0) return new Map();
  const members = await client.member.findMany({
    where: { organizationId, userId: { in: [...userIds] } },
    select: { userId: true, user: { select: { name: true } } },
  });
  return new Map(members.map(({ userId, user }) => [userId, user.name]));
}
