import type {
  AwaitedHosts,
  CollectorList,
  FleetRow,
  FleetView,
  HostEventList,
  HostExpiry,
  HostView,
  LiveChange,
  MadeToken,
  NewToken,
  OpenToken,
  Role,
  StoreHistory,
  StoreView,
} from '@silt/domain';

export interface Session {
  user: { id: string; name: string; email: string };
  organisation: { id: string; name: string };
  role: Role;
}

/** Who changes something, and in which organisation. */
export interface Actor {
  organisationId: string;
  userId: string;
  role: Role;
}

export interface CollectorQuery {
  retired: boolean;
  /** Part of a name or a tag; empty = all. */
  text: string;
  /** ≤ MAX_LISTED_COLLECTORS. */
  limit: number;
}

export interface OwnerForm {
  /** The one-time token of the address that the first start printed. */
  token: string;
  name: string;
  email: string;
  password: string;
}

/** All that the web process may do. Every fleet call is bound to one organisation; a foreign id is `not-found`. */
export interface WebServices {
  /** better-auth's request handler for `/api/auth/*`. */
  handleAuth(request: Request): Promise<Response>;
  sessionOf(headers: Headers): Promise<Session | null>;
  setupTokenState(token: string): Promise<'valid' | 'used' | 'expired' | 'unknown'>;
  /** Makes the owner's account and signs in. The response carries the session cookies. Errors: `setup-token-invalid`, `bad-input`. */
  createOwner(form: OwnerForm, headers: Headers): Promise<Response>;
  /** True when an account exists, so that the sign-in page can say where to begin otherwise. */
  hasOwner(): Promise<boolean>;
  listFleet(organisationId: string): Promise<FleetView>;
  getHost(organisationId: string, hostId: string): Promise<HostView>;
  getStore(organisationId: string, hostId: string, storeKey: string): Promise<HostStoreView>;
  storeHistory(organisationId: string, query: HistoryQuery): Promise<StoreHistory>;
  /** What happened to a host, the newest first; `limit` ≤ MAX_LISTED_EVENTS. */
  listHostEvents(organisationId: string, hostId: string, limit: number): Promise<HostEventList>;
  collectors: CollectorServices;
  /** Changes of the organisation's hosts, coalesced to at most one a second; ends when the signal aborts. */
  changes(organisationId: string, signal: AbortSignal): AsyncIterable<LiveChange>;
  close(): Promise<void>;
}

/** Who changes needs to be owner or admin, else `forbidden`. Every change is in the audit log. */
export interface CollectorServices {
  /** The address that collectors connect to, `wss://…/collect`. */
  url: string;
  listHosts(organisationId: string, query: CollectorQuery): Promise<CollectorList>;
  listOpenTokens(organisationId: string): Promise<OpenToken[]>;
  /** Errors: `not-found`. */
  awaitHosts(organisationId: string, tokenId: string): Promise<AwaitedHosts>;
  listExpiries(organisationId: string): Promise<HostExpiry[]>;
  /** Errors: `bad-input`, `not-found` for the host, `conflict` for too many open tokens or a simulated host. */
  createToken(actor: Actor, token: NewToken): Promise<MadeToken>;
  /** One that is not open any more stays as it is. Errors: `not-found`. */
  withdrawToken(actor: Actor, tokenId: string): Promise<void>;
  /** All keys of the host that are good; the gateway closes its connection. Errors: `not-found`. */
  revokeKeys(actor: Actor, hostId: string): Promise<void>;
  /** History is kept, the collector is refused. One that is retired stays as it is. Errors: `not-found`. */
  retireHost(actor: Actor, hostId: string): Promise<void>;
  /** Errors: `bad-input`, `conflict` for too many rules. */
  setExpiry(actor: Actor, expiry: HostExpiry): Promise<void>;
  /** Errors: `not-found`. */
  removeExpiry(actor: Actor, tag: string): Promise<void>;
}

export interface HostStoreView {
  host: FleetRow;
  view: StoreView;
  observedAt: string | null;
}

export interface HistoryQuery {
  hostId: string;
  storeKey: string;
  /** Seconds of history up to now. */
  rangeSeconds: number;
  /** At most so many buckets, ≤ MAX_HISTORY_POINTS. */
  points: number;
}
export const MAX_HISTORY_POINTS = 2_000;
