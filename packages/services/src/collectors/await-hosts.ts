import { readEnrolledHosts, readToken, type TokenRecord, withOrganisation } from '@silt/db';
import { type AwaitedHosts, connectionOf, MAX_AWAITED_HOSTS } from '@silt/domain';
import { ServiceError } from '../service-error.ts';
import { type CollectorContext, isId } from './collector-context.ts';

/** What became of a token: whether it still enrols, and which hosts did. Errors: `not-found`. */
export async function awaitHosts(
  { sql, now }: CollectorContext,
  organisationId: string,
  tokenId: string,
): Promise<AwaitedHosts> {
  return withOrganisation(sql, organisationId, async (tx) => {
    const token = isId(tokenId) ? await readToken(tx, organisationId, tokenId) : null;
    if (!token) throw new ServiceError('not-found', 'There is no such token.');
    const hosts = await readEnrolledHosts(tx, organisationId, {
      ...{ tokenId, since: token.createdAt, limit: MAX_AWAITED_HOSTS },
    });
    return {
      ...{ state: stateOf(token, now), uses: token.uses, usesAllowed: token.usesAllowed },
      hosts: hosts.map(({ publicId, name, retiredAt, lastSeenAt, beatSeconds }) => ({
        ...{ hostId: publicId, name },
        connection:
          retiredAt === null
            ? connectionOf(lastSeenAt === null || beatSeconds === null ? null : { lastSeenAt, beatSeconds }, now)
            : 'retired',
      })),
    };
  });
}

function stateOf({ uses, usesAllowed, withdrawnAt, expiresAt }: TokenRecord, now: Date): AwaitedHosts['state'] {
  if (uses >= usesAllowed) return 'used';
  if (withdrawnAt !== null) return 'withdrawn';
  return expiresAt > now ? 'open' : 'expired';
}
