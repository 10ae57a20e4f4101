import type { CollectorServices } from '../web-services.ts';
import { awaitHosts } from './await-hosts.ts';
import type { CollectorContext } from './collector-context.ts';
import { createToken } from './create-token.ts';
import { removeExpiry, setExpiry } from './host-expiries.ts';
import { listCollectors, listExpiries, listOpenTokens } from './list-collectors.ts';
import { retireHost } from './retire-host.ts';
import { revokeHostKeys } from './revoke-keys.ts';
import { withdrawToken } from './withdraw-token.ts';

/** @param run each call, with the time of it; it names a database that is away. */
export function openCollectorServices(
  url: string,
  run: <Result>(call: (context: CollectorContext) => Promise<Result>) => Promise<Result>,
): CollectorServices {
  return {
    url,
    listHosts: (organisationId, query) => run((context) => listCollectors(context, organisationId, query)),
    listOpenTokens: (organisationId) => run((context) => listOpenTokens(context, organisationId)),
    awaitHosts: (organisationId, tokenId) => run((context) => awaitHosts(context, organisationId, tokenId)),
    listExpiries: (organisationId) => run((context) => listExpiries(context, organisationId)),
    createToken: (actor, token) => run((context) => createToken(context, actor, token)),
    withdrawToken: (actor, tokenId) => run((context) => withdrawToken(context, actor, tokenId)),
    revokeKeys: (actor, hostId) => run((context) => revokeHostKeys(context, actor, hostId)),
    retireHost: (actor, hostId) => run((context) => retireHost(context, actor, hostId)),
    setExpiry: (actor, expiry) => run((context) => setExpiry(context, actor, expiry)),
    removeExpiry: (actor, tag) => run((context) => removeExpiry(context, actor, tag)),
  };
}
