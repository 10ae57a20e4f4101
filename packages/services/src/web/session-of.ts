import { hasUser, membershipOfUser, type SignInClient } from '@silt/db';
import type { Session } from '../web-services.ts';
import type { Auth } from './create-auth.ts';
import { roleOf } from './role-of.ts';

/** The session that the cookies name; null = none, or its user is in no organisation. */
export async function sessionOf(
  { auth, client }: { auth: Auth; client: SignInClient },
  headers: Headers,
): Promise<Session | null> {
  const found = await readSession(auth, headers).catch(async (error: unknown) => {
    // The library hides why it failed; this fails in its own words when the database is away.
    await hasUser(client);
    throw error;
  });
  if (!found) return null;
  const { id, name, email } = found.user;
  const membership = await membershipOfUser(client, id);
  return (
    membership && { user: { id, name, email }, organisation: membership.organisation, role: roleOf(membership.role) }
  );
}

/** Reading does not prolong a session: the cookie could not be prolonged with it here. */
const readSession = (auth: Auth, headers: Headers) => auth.api.getSession({ headers, query: { disableRefresh: true } });
