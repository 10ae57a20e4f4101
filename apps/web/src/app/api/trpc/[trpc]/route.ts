import { handleApiRequest } from '@silt/api';
import { webEnvironment } from '../../../../env.ts';
import { readLimitedText } from '../../../../server/read-limited-text.ts';
import { reportError } from '../../../../server/report-error.ts';
import { webServices } from '../../../../server/services.ts';

/** Of a change; the longest is a token's tags. */
const MAX_BODY_BYTES = 65_536;

const answer = (request: Request): Promise<Response> =>
  handleApiRequest(request, {
    endpoint: '/api/trpc',
    services: webServices(),
    origin: new URL(webEnvironment().SILT_PUBLIC_URL).origin,
    reportError: (error, path) => reportError(`api ${path ?? 'request'}`, error.cause ?? error),
  });

export { answer as GET };

export async function POST(request: Request): Promise<Response> {
  const body = await readLimitedText(request, MAX_BODY_BYTES);
  if (body === null) return new Response(null, { status: 413 });
  const { url, headers, signal } = request;
  return answer(new Request(url, { method: 'POST', headers, body, signal }));
}
