import { type NextRequest, NextResponse } from 'next/server';
import { webEnvironment } from './env.ts';
import { contentSecurityPolicy } from './server/content-security-policy.ts';
import { PATH_HEADER } from './server/path-header.ts';

const YEAR_SECONDS = 365 * 86_400;

/** A nonce a page, and the security headers of every answer that is no static file. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === 'development');
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  headers.set(PATH_HEADER, request.nextUrl.pathname + request.nextUrl.search);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  response.headers.set('x-content-type-options', 'nosniff');
  response.headers.set('referrer-policy', 'same-origin');
  response.headers.set('x-frame-options', 'DENY');
  response.headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=()');
  if (webEnvironment().SILT_PUBLIC_URL.startsWith('https:'))
    response.headers.set('strict-transport-security', `max-age=${YEAR_SECONDS}`);
  return response;
}

export const config = { matcher: '/((?!_next/static|_next/image).*)' };
