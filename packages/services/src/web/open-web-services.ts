import { hashSetupToken, hasUser, listenForChanges, openDatabase, openSignInClient, setupTokenState } from '@silt/db';
import type { CollectorServer } from '../collectors/collector-context.ts';
import { openCollectorServices } from '../collectors/open-collector-services.ts';
import type { WebServices } from '../web-services.ts';
import { ChangeHub } from './change-hub.ts';
import { createAuth } from './create-auth.ts';
import { handleAuth } from './handle-auth.ts';
import { listFleet } from './list-fleet.ts';
import { listHostEvents } from './list-host-events.ts';
import { createOwner } from './owner.ts';
import { getHost, getStore, type ReadContext } from './read-host.ts';
import { storeHistory } from './read-store-history.ts';
import { sessionOf } from './session-of.ts';
import { orUnavailable } from './unavailable.ts';

const WEB_CONNECTIONS = 10;
const AUTH_CONNECTIONS = 5;

export interface WebServicesOptions {
  /** As silt_web. */
  webDatabaseUrl: string;
  /** As silt_auth. */
  authDatabaseUrl: string;
  /** Signs session cookies; 32 characters or more. */
  authSecret: string;
  /** The address people type. */
  publicUrl: string;
  collector: CollectorServer;
}

/** Connects at the first call, so that it may be opened while the database is away; calls are `unavailable` then. */
export function openWebServices(options: WebServicesOptions): WebServices {
  const sql = openDatabase(options.webDatabaseUrl, { applicationName: 'silt-web', max: WEB_CONNECTIONS });
  const client = openSignInClient(options.authDatabaseUrl, { max: AUTH_CONNECTIONS });
  const auth = createAuth({ client, secret: options.authSecret, publicUrl: options.publicUrl });
  const hub = new ChangeHub();
  const closed = new AbortController();
  let listening = false;
  const context = (organisationId: string): ReadContext => ({ sql, organisationId, now: new Date() });

  return {
    handleAuth: (request) => handleAuth(auth, request, options.publicUrl),
    sessionOf: (headers) => orUnavailable(() => sessionOf({ auth, client }, headers)),
    setupTokenState: (token) => orUnavailable(() => setupTokenState(client, hashSetupToken(token), new Date())),
    createOwner: (form, headers) => orUnavailable(() => createOwner({ auth, client }, form, headers)),
    hasOwner: () => orUnavailable(() => hasUser(client)),
    listFleet: (organisationId) => orUnavailable(() => listFleet(context(organisationId))),
    getHost: (organisationId, hostId) => orUnavailable(() => getHost(context(organisationId), hostId)),
    getStore: (organisationId, hostId, storeKey) =>
      orUnavailable(() => getStore(context(organisationId), hostId, storeKey)),
    storeHistory: (organisationId, query) => orUnavailable(() => storeHistory(context(organisationId), query)),
    listHostEvents: (organisationId, hostId, limit) =>
      orUnavailable(() => listHostEvents(context(organisationId), hostId, limit)),
    collectors: openCollectorServices(options.collector.url, (call) =>
      orUnavailable(() => call({ sql, client, now: new Date(), server: options.collector })),
    ),
    changes(organisationId, signal) {
      if (!listening) {
        listening = true;
        listenForChanges(sql, (changes) => hub.publish(changes));
      }
      return hub.subscribe(organisationId, AbortSignal.any([signal, closed.signal]));
    },
    async close() {
      closed.abort();
      await Promise.all([sql.end({ timeout: 5 }), client.$disconnect()]);
    },
  };
}
