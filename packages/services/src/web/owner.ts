import { createOwnerAccount, hashSetupToken, type SignInClient, setupTokenState } from '@silt/db';
import { z } from 'zod';
import { ServiceError } from '../service-error.ts';
import type { OwnerForm } from '../web-services.ts';
import { type Auth, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from './create-auth.ts';

const MAX_NAME_LENGTH = 120;
const MAX_EMAIL_LENGTH = 254;

const form = z.object({
  token: z.string(),
  name: z
    .string()
    .trim()
    .min(1, 'Enter a name.')
    .max(MAX_NAME_LENGTH, `A name has ${MAX_NAME_LENGTH} letters at most.`),
  email: z
    .email('Enter an e-mail address, such as ada@example.org.')
    .max(MAX_EMAIL_LENGTH, `An e-mail address has ${MAX_EMAIL_LENGTH} letters at most.`)
    .transform((email) => email.toLowerCase()),
  password: z
    .string()
    .min(MIN_PASSWORD_LENGTH, `A password needs ${MIN_PASSWORD_LENGTH} letters or more.`)
    .max(MAX_PASSWORD_LENGTH, `A password has ${MAX_PASSWORD_LENGTH} letters at most.`),
});

const tokenInvalid = (): ServiceError =>
  new ServiceError(
    'setup-token-invalid',
    'This address was used already or is too old. Start Silt again and open the address that it prints.',
  );

/** Makes the owner's account with the one-time token and signs in; the response carries the session's cookies. */
export async function createOwner(
  { auth, client }: { auth: Auth; client: SignInClient },
  input: OwnerForm,
  headers: Headers,
): Promise<Response> {
  const parsed = form.safeParse(input);
  if (!parsed.success) throw new ServiceError('bad-input', parsed.error.issues[0]?.message ?? 'Fill in the form.');
  const { token, name, email, password } = parsed.data;
  const tokenHash = hashSetupToken(token);
  // Looked up first, so that a made-up token does not cost the server a password hash.
  if ((await setupTokenState(client, tokenHash, new Date())) !== 'valid') throw tokenInvalid();
  const passwordHash = await (await auth.$context).password.hash(password);
  const outcome = await createOwnerAccount(client, { tokenHash, name, email, passwordHash, now: new Date() });
  if (outcome === 'token-invalid') throw tokenInvalid();
  if (outcome === 'email-taken') {
    throw new ServiceError(
      'bad-input',
      'An account with this e-mail address exists. Sign in with it, or take another.',
    );
  }
  return auth.api.signInEmail({ body: { email, password }, headers, asResponse: true });
}
