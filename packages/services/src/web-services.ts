import type { FleetRow, FleetView, HostView, LiveChange, StoreHistory, StoreView } from '@silt/domain';

export interface Session {
  user: { id: string; name: string; email: string };
  organisation: { id: string; name: string };
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
  /** Changes of the organisation's hosts, coalesced to at most one a second; ends when the signal aborts. */
  changes(organisationId: string, signal: AbortSignal): AsyncIterable<LiveChange>;
  close(): Promise<void>;
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
