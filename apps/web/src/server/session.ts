import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { PATH_HEADER } from './path-header.ts';
import { webServices } from './services.ts';

/**
 * The session of this request, looked up once however many components ask; null = not signed in. Of the cookies alone: an
 * API key is for the API, not for pages.
 */
export const currentSession = cache(async () => {
  const cookie = (await headers()).get('cookie');
  return webServices().sessionOf(new Headers(cookie === null ? {} : { cookie }));
});

/** The session, or a redirect to the sign-in page that comes back here. */
export async function requireSession() {
  const session = await currentSession();
  if (session) return session;
  const path = (await headers()).get(PATH_HEADER) ?? '/';
  redirect(path === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(path)}`);
}
