import { apiKey } from '@better-auth/api-key';
import type { SignInClient } from '@silt/db';
import { API_KEY_PREFIX } from '@silt/domain';
import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { organization } from 'better-auth/plugins/organization';
import { AttemptLimit } from './attempt-limit.ts';

export const MIN_PASSWORD_LENGTH = 12;
/** Longer ones only cost the server time to hash. */
export const MAX_PASSWORD_LENGTH = 128;
const SESSION_SECONDS = 7 * 86_400;

const SIGN_IN_PATH = '/sign-in/email';
/** Of one address; it can be forged where no proxy sets the header, hence the limit by account beside it. */
const SIGN_IN_BY_ADDRESS = { window: 60, max: 10 };
const SIGN_IN_BY_ACCOUNT = { windowMilliseconds: 600_000, max: 20 };
const ANY_BY_ADDRESS = { window: 60, max: 200 };

/** Of the plugin, which knows neither organisations nor the audit log: keys are made and revoked by `api-keys.ts`. */
const API_KEY_PATHS = ['create', 'get', 'update', 'delete', 'list'].map((verb) => `/api-key/${verb}`);

export interface AuthOptions {
  client: SignInClient;
  secret: string;
  /** The address people type; the only origin that may change anything. */
  publicUrl: string;
}

/** Sign-in by e-mail and password; nobody signs up by himself. */
export function createAuth({ client, secret, publicUrl }: AuthOptions) {
  const secure = publicUrl.startsWith('https://');
  const attempts = new AttemptLimit(SIGN_IN_BY_ACCOUNT);
  return betterAuth({
    appName: 'Silt',
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret,
    database: prismaAdapter(client, { provider: 'postgresql', transaction: true }),
    telemetry: { enabled: false },
    logger: { level: 'error' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      maxPasswordLength: MAX_PASSWORD_LENGTH,
    },
    session: { expiresIn: SESSION_SECONDS },
    trustedOrigins: [new URL(publicUrl).origin],
    rateLimit: {
      enabled: true,
      storage: 'memory',
      ...ANY_BY_ADDRESS,
      customRules: { [SIGN_IN_PATH]: SIGN_IN_BY_ADDRESS },
    },
    hooks: {
      before: createAuthMiddleware(async (ctx) => {
        if (ctx.path !== SIGN_IN_PATH) return;
        if (!attempts.take(String(ctx.body?.email).toLowerCase(), Date.now())) {
          throw new APIError('TOO_MANY_REQUESTS', { message: 'Too many attempts. Try again in ten minutes.' });
        }
      }),
    },
    advanced: {
      disableOriginCheck: false,
      database: { generateId: 'uuid' },
      // The library knows the prefix __Secure- alone; a name of our own gives __Host-, which binds to this host.
      useSecureCookies: false,
      defaultCookieAttributes: { secure, httpOnly: true, sameSite: 'lax', path: '/' },
      cookies: Object.fromEntries(
        ['session_token', 'session_data', 'account_data', 'dont_remember'].map((name) => [
          name,
          { name: `${secure ? '__Host-' : ''}silt.${name}` },
        ]),
      ),
    },
    disabledPaths: API_KEY_PATHS,
    plugins: [
      organization({ allowUserToCreateOrganization: false, disableOrganizationDeletion: true }),
      // Its limit of requests begins anew only after a silent window, so a steady reader would run into it: ours is
      // in `session-of-api-key.ts`.
      apiKey({
        defaultPrefix: API_KEY_PREFIX,
        rateLimit: { enabled: false },
        schema: { apikey: { modelName: 'apiKey' } },
      }),
    ],
  });
}
export type Auth = ReturnType<typeof createAuth>;
