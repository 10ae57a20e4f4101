import type { Auth } from './create-auth.ts';

const READING_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whatever changes something must come from the public address exactly, with or without cookies. */
export async function handleAuth(auth: Auth, request: Request, publicUrl: string): Promise<Response> {
  const isChange = !READING_METHODS.has(request.method);
  if (isChange && request.headers.get('origin') !== new URL(publicUrl).origin) {
    return Response.json(
      { code: 'INVALID_ORIGIN', message: `Open Silt at ${new URL(publicUrl).origin} and try again.` },
      { status: 403 },
    );
  }
  return auth.handler(request);
}
