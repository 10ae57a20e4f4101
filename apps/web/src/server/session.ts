import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { PATH_HEADER } from './path-header.ts';
import { webServices } from './services.ts';

/** The session of this request, looked up once however many components ask; null = not signed in. */
export const currentSession = cache(async () => {
  const head = await headers();
  return webServices().sessionOf(head);
});

/** The session, or a redirect to the sign-in page that comes back here. */
export async function requireSession() {
  const session = await currentSession();
  if (session) return session;
  const path = (await headers()).get(PATH_HEADER) ?? '/';
  redirect(path === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(path)}`);
}
