import { hashSetupToken, hasUser, listenForChanges, openDatabase, openSignInClient, setupTokenState } from '@silt/db';
import { type Beats, BUILT_IN_BEATS } from '@silt/domain';
import type { CollectorServer } from '../collectors/collector-context.ts';
import { openCollectorServices } from '../collectors/open-collector-services.ts';
import { openTagSettingServices } from '../collectors/tag-settings.ts';
import type { WebServices } from '../web-services.ts';
import { apiKeyOf } from './api-key-of.ts';
import { openApiKeyServices } from './api-keys.ts';
import { openBacktestServices } from './backtests.ts';
import { ChangeHub } from './change-hub.ts';
import { compare } from './compare-moments.ts';
import { createAuth } from './create-auth.ts';
import { openFindingServices } from './findings/open-finding-services.ts';
import { fleetGrowers } from './fleet-growers.ts';
import { fleetPage } from './fleet-page.ts';
import { getInventory } from './get-inventory.ts';
import { handleAuth } from './handle-auth.ts';
import { listHostEvents } from './list-host-events.ts';
import { createOwner } from './owner.ts';
import { getHost, getStore, type ReadContext } from './read-host.ts';
import { storeHistory } from './read-store-history.ts';
import { sessionOf } from './session-of.ts';
import { ApiKeySessions } from './session-of-api-key.ts';
import { storeForecast } from './store-forecast.ts';
import { storeHoldings } from './store-holdings.ts';
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
  /** Of hosts without a setting, as the gateway has them; unless given BUILT_IN_BEATS. */
  beats?: Beats;
}

/** Connects at the first call, so that it may be opened while the database is away; calls are `unavailable` then. */
export function openWebServices(options: WebServicesOptions): WebServices {
  const sql = openDatabase(options.webDatabaseUrl, { applicationName: 'silt-web', max: WEB_CONNECTIONS });
  const client = openSignInClient(options.authDatabaseUrl, { max: AUTH_CONNECTIONS });
  const auth = createAuth({ client, secret: options.authSecret, publicUrl: options.publicUrl });
  const keySessions = new ApiKeySessions({ auth, client, sql });
  const hub = new ChangeHub();
  const closed = new AbortController();
  let listening = false;
  const context = (organisationId: string): ReadContext => ({ sql, organisationId, now: new Date() });

  return {
    handleAuth: (request) => handleAuth(auth, request, options.publicUrl),
    sessionOf: (headers) =>
      orUnavailable(() => {
        const key = apiKeyOf(headers);
        return key === null ? sessionOf({ auth, client }, headers) : keySessions.sessionOf(key, new Date());
      }),
    setupTokenState: (token) => orUnavailable(() => setupTokenState(client, hashSetupToken(token), new Date())),
    createOwner: (form, headers) => orUnavailable(() => createOwner({ auth, client }, form, headers)),
    hasOwner: () => orUnavailable(() => hasUser(client)),
    fleetPage: (organisationId, query) => orUnavailable(() => fleetPage(context(organisationId), query)),
    fleetGrowers: (organisationId, query) => orUnavailable(() => fleetGrowers(context(organisationId), query)),
    getHost: (organisationId, hostId, at) => orUnavailable(() => getHost(context(organisationId), hostId, at)),
    getStore: (organisationId, hostId, storeKey, at) =>
      orUnavailable(() => getStore(context(organisationId), { hostId, storeKey, at })),
    getInventory: (organisationId, query) => orUnavailable(() => getInventory(context(organisationId), query)),
    storeHistory: (organisationId, query) => orUnavailable(() => storeHistory(context(organisationId), query)),
    storeForecast: (organisationId, query) => orUnavailable(() => storeForecast(context(organisationId), query)),
    storeHoldings: (organisationId, query) => orUnavailable(() => storeHoldings(context(organisationId), query)),
    compare: (organisationId, query) => orUnavailable(() => compare(context(organisationId), query)),
    listHostEvents: (organisationId, query) => orUnavailable(() => listHostEvents(context(organisationId), query)),
    collectors: openCollectorServices(options.collector.url, (call) =>
      orUnavailable(() => call({ sql, client, now: new Date(), server: options.collector })),
    ),
    apiKeys: openApiKeyServices((call) => orUnavailable(() => call({ sql, client, now: new Date() }))),
    tagSettings: openTagSettingServices(options.beats ?? BUILT_IN_BEATS, (call) => orUnavailable(() => call({ sql }))),
    backtests: openBacktestServices((call) => orUnavailable(() => call({ sql, now: new Date() }))),
    findings: openFindingServices((call) => orUnavailable(() => call({ sql, client, now: new Date() }))),
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
