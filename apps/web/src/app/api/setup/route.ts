import { isServiceError } from '@silt/api';
import { z } from 'zod';
import { webEnvironment } from '../../../env.ts';
import { MIN_PASSWORD_LENGTH } from '../../../features/session/limits.ts';
import { readLimitedText } from '../../../server/read-limited-text.ts';
import { reportError } from '../../../server/report-error.ts';
import { webServices } from '../../../server/services.ts';

const MAX_BODY_BYTES = 8_192;
const MAX_NAME_LENGTH = 120;
const MAX_EMAIL_LENGTH = 254;
/** Longer ones only cost the server time to hash. */
const MAX_PASSWORD_LENGTH = 128;
const MAX_TOKEN_LENGTH = 256;

const ownerForm = z.strictObject({
  token: z.string().min(1).max(MAX_TOKEN_LENGTH),
  name: z.string().trim().min(1).max(MAX_NAME_LENGTH),
  email: z.email().max(MAX_EMAIL_LENGTH),
  password: z.string().min(MIN_PASSWORD_LENGTH).max(MAX_PASSWORD_LENGTH),
});

const STATUS = { 'bad-input': 400, 'setup-token-invalid': 403, unavailable: 503 } as const;
const refuse = (status: number, code: string): Response => Response.json({ code }, { status });

/** Makes the owner's account from the form of the welcome page, and signs in. */
export async function POST(request: Request): Promise<Response> {
  try {
    if (request.headers.get('origin') !== new URL(webEnvironment().SILT_PUBLIC_URL).origin)
      return refuse(403, 'wrong-origin');
    const text = await readLimitedText(request, MAX_BODY_BYTES);
    const form = ownerForm.safeParse(text === null ? null : parseJson(text));
    if (!form.success) return refuse(400, 'bad-input');
    return await webServices().createOwner(form.data, request.headers);
  } catch (error) {
    if (isServiceError(error) && error.code in STATUS) {
      const code = error.code as keyof typeof STATUS;
      return refuse(STATUS[code], code);
    }
    reportError('setup', error);
    return refuse(500, 'internal');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
