import { defaultKeyHasher } from '@better-auth/api-key';
import {
  type ApiKeyOfHash,
  apiKeyOfHash,
  hasUser,
  recordAudit,
  type SignInClient,
  type Sql,
  withOrganisation,
} from '@silt/db';
import { API_KEY_PREFIX } from '@silt/domain';
import { ServiceError } from '../service-error.ts';
import type { Session } from '../web-services.ts';
import { AttemptLimit } from './attempt-limit.ts';
import type { Auth } from './create-auth.ts';
import { roleOf } from './role-of.ts';

/** Requests of one key; a request has up to ten calls. */
export const API_KEY_REQUESTS = { windowMilliseconds: 60_000, max: 600 };
/** Lines of the audit log about one key and reason. */
const REFUSALS_LOGGED = { windowMilliseconds: 3_600_000, max: 1 };
/** Ours are shorter; longer ones only cost the server time to hash. */
const MAX_API_KEY_LENGTH = 200;

const SENTENCES = {
  unknown: 'This API key is not known here: it was never made, or its user left. Make one in the settings.',
  revoked: 'This API key was revoked. Make another in the settings.',
  expired: 'This API key has expired. Make another in the settings.',
  'too-many-requests': `This API key was used more than ${API_KEY_REQUESTS.max} times within a minute. Wait a minute.`,
} as const;
type Refusal = keyof typeof SENTENCES;

const refused = (why: Refusal): ServiceError =>
  new ServiceError(why === 'too-many-requests' ? why : 'not-signed-in', SENTENCES[why]);

export interface ApiKeySessionOptions {
  auth: Auth;
  /** As silt_auth. */
  client: SignInClient;
  /** As silt_web: the audit log. */
  sql: Sql;
}

/** Sessions of API keys. Counts are in memory: of this process alone. */
export class ApiKeySessions {
  readonly #options: ApiKeySessionOptions;
  readonly #requests = new AttemptLimit(API_KEY_REQUESTS);
  readonly #refusals = new AttemptLimit(REFUSALS_LOGGED);

  constructor(options: ApiKeySessionOptions) {
    this.#options = options;
  }

  /** Errors: `not-signed-in` for a key that is unknown, revoked or expired; `too-many-requests`. */
  async sessionOf(key: string, now: Date): Promise<Session> {
    if (!key.startsWith(API_KEY_PREFIX) || key.length > MAX_API_KEY_LENGTH) throw refused('unknown');
    const { auth, client } = this.#options;
    const found = await apiKeyOfHash(client, await defaultKeyHasher(key));
    if (!found) throw refused('unknown');
    const refusal = this.#refusalOf(found, now);
    if (refusal !== null) {
      await this.#log(found, refusal, now);
      throw refused(refusal);
    }
    // Writes down the use too. It answers `invalid` when the database is away, which this tells in its own words.
    const { valid } = await auth.api.verifyApiKey({ body: { key } });
    if (!valid) {
      await hasUser(client);
      throw refused('unknown');
    }
    const { id, user, organisation, role } = found;
    return { user, organisation, role: roleOf(role), apiKeyId: id };
  }

  #refusalOf({ id, enabled, expiresAt }: ApiKeyOfHash, now: Date): Exclude<Refusal, 'unknown'> | null {
    if (!enabled) return 'revoked';
    if (expiresAt !== null && expiresAt <= now) return 'expired';
    return this.#requests.take(id, now.getTime()) ? null : 'too-many-requests';
  }

  async #log({ id, user, organisation }: ApiKeyOfHash, why: Refusal, now: Date): Promise<void> {
    if (!this.#refusals.take(`${id} ${why}`, now.getTime())) return;
    await withOrganisation(this.#options.sql, organisation.id, (tx) =>
      recordAudit(tx, {
        ...{ organisationId: organisation.id, actorKind: 'user', actor: user.id, action: 'api-key.refused' },
        ...{ subject: id, detail: { why }, address: null },
      }),
    );
  }
}
