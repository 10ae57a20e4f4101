import type {
  ApiKeyList,
  AwaitedHosts,
  BacktestRequest,
  BacktestView,
  CollectorList,
  Comparison,
  FindingGrouping,
  FindingGroups,
  FindingList,
  FindingListName,
  FindingView,
  FleetPage,
  FleetRow,
  FleetSort,
  Grower,
  HostBlindness,
  HostEventList,
  HostExpiry,
  HostView,
  InventoryView,
  LiveChange,
  MadeApiKey,
  MadeToken,
  NewApiKey,
  NewToken,
  OpenToken,
  Role,
  ScopeView,
  State,
  StoreForecastView,
  StoreHistory,
  StoreHoldings,
  StoreView,
  TagSetting,
  TagSettingList,
} from '@silt/domain';
import type { Language, Severity } from '@silt/domain/findings';

export interface Session {
  user: { id: string; name: string; email: string };
  organisation: { id: string; name: string };
  role: Role;
  /** The API key that stands for the user, which may only read; undefined = he signed in himself. */
  apiKeyId?: string;
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
  /**
   * An API key comes before the cookies. Errors: `not-signed-in` for a key that is no good, `too-many-requests` of one.
   */
  sessionOf(headers: Headers): Promise<Session | null>;
  setupTokenState(token: string): Promise<'valid' | 'used' | 'expired' | 'unknown'>;
  /** Makes the owner's account and signs in. The response carries the session cookies. Errors: `setup-token-invalid`, `bad-input`. */
  createOwner(form: OwnerForm, headers: Headers): Promise<Response>;
  /** True when an account exists, so that the sign-in page can say where to begin otherwise. */
  hasOwner(): Promise<boolean>;
  /** Errors: `bad-input`. */
  fleetPage(organisationId: string, query: FleetPageQuery): Promise<FleetPage>;
  /** Stores that grew most, the first first. Errors: `bad-input`, `unavailable` when it takes too long. */
  fleetGrowers(organisationId: string, query: GrowersQuery): Promise<Grower[]>;
  /** As of `at`, or now. Errors: `not-found`, `bad-input` for a moment to come. */
  getHost(organisationId: string, hostId: string, at?: Date): Promise<HostMoment>;
  /** As of `at`, or now. Errors: `not-found`, also for a store that the host did not have then, `bad-input`. */
  getStore(organisationId: string, hostId: string, storeKey: string, at?: Date): Promise<HostStoreView>;
  /** Errors: `not-found`, `bad-input`, `unavailable` when it takes too long. */
  getInventory(organisationId: string, query: InventoryQuery): Promise<InventoryView>;
  storeHistory(organisationId: string, query: HistoryQuery): Promise<StoreHistory>;
  /** What is forecast of a store, as of `at` or now, and how its past forecasts did. Errors: `not-found`, `bad-input`. */
  storeForecast(organisationId: string, query: StoreForecastQuery): Promise<StoreForecastView>;
  /** Errors: `not-found`, `bad-input`, `unavailable` when the range takes too long to read. */
  storeHoldings(organisationId: string, query: HistoryQuery): Promise<StoreHoldings>;
  /** Errors: `not-found`, `bad-input` where a is not before b, `unavailable` when it takes too long. */
  compare(organisationId: string, query: CompareQuery): Promise<Comparison>;
  /** What happened to a host, the newest first; `limit` ≤ MAX_LISTED_EVENTS. */
  listHostEvents(organisationId: string, query: EventsQuery): Promise<HostEventList>;
  collectors: CollectorServices;
  apiKeys: ApiKeyServices;
  tagSettings: TagSettingServices;
  backtests: BacktestServices;
  findings: FindingServices;
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

/** Every member makes keys for himself; what is made and revoked is in the audit log. */
export interface ApiKeyServices {
  /** One's own; owners and admins see all of the organisation. */
  list(actor: Actor): Promise<ApiKeyList>;
  /** Errors: `bad-input`, `conflict` for too many, `forbidden` for who is no member any more. */
  create(actor: Actor, key: NewApiKey): Promise<MadeApiKey>;
  /** One's own; owners and admins revoke any. One already revoked stays so. Errors: `not-found`. */
  revoke(actor: Actor, keyId: string): Promise<void>;
}

/** What alarms look ahead and how often collectors read, by tag. Who changes needs to be owner or admin, else `forbidden`. */
export interface TagSettingServices {
  list(organisationId: string): Promise<TagSettingList>;
  /** Adds the setting of a tag or changes the whole of it. Errors: `bad-input`, `conflict` for too many. */
  set(actor: Actor, setting: TagSetting): Promise<void>;
  /** Errors: `not-found`. */
  remove(actor: Actor, tag: string): Promise<void>;
}

/** Detectors replayed over the history; any member may ask. The worker does it. */
export interface BacktestServices {
  /** Errors: `bad-input`, `not-found` for host or store, `too-many-requests` while many of the organisation are unfinished. */
  start(actor: Actor, request: BacktestRequest): Promise<{ backtestId: string }>;
  /** Errors: `not-found`. */
  get(organisationId: string, backtestId: string): Promise<BacktestView>;
}

/** What rules found. Texts come in the language that is asked for. Hosts that are retired have none. */
export interface FindingServices {
  /** By rule or by host, those with the worst first. Errors: `bad-input`. */
  groups(organisationId: string, query: FindingGroupsQuery): Promise<FindingGroups>;
  /** Errors: `bad-input`. */
  list(organisationId: string, query: FindingsQuery): Promise<FindingList>;
  /** Errors: `not-found`. */
  get(actor: Actor, query: FindingQuery): Promise<FindingView>;
  /** Of those that stand, over all hosts. */
  counts(organisationId: string): Promise<Record<Severity, number>>;
  /** What the rules could not tell of a host. Errors: `not-found`. */
  blindness(organisationId: string, query: { hostId: string; language: Language }): Promise<HostBlindness>;
  /**
   * Who mutes needs to be owner or admin, else `forbidden`. What is muted already is muted anew. Errors: `bad-input`, `not-found`,
   * `conflict` for one that is resolved.
   */
  mute(actor: Actor, mute: NewMute): Promise<void>;
  /** One that is not muted stays as it is. Errors: `forbidden`, `not-found`. */
  unmute(actor: Actor, finding: FindingAddress): Promise<void>;
}

export interface FindingFilter {
  list: FindingListName;
  language: Language;
  severities?: readonly Severity[] | undefined;
  /** Words, all of which are in the host's name or tags, the rule, the subject or the store; empty = all. */
  text?: string | undefined;
  rule?: string | undefined;
  /** Public id. */
  hostId?: string | undefined;
  storeKey?: string | undefined;
}

export interface FindingsQuery extends FindingFilter {
  /** ≤ MAX_FINDINGS_OFFSET. */
  offset: number;
  /** ≤ MAX_LISTED_FINDINGS. */
  limit: number;
}

export interface FindingGroupsQuery extends FindingFilter {
  by: FindingGrouping;
  offset: number;
  /** ≤ MAX_FINDING_GROUPS. */
  limit: number;
}

export interface FindingAddress {
  /** Public id. */
  hostId: string;
  findingNo: number;
}

export interface FindingQuery extends FindingAddress {
  language: Language;
}

export interface NewMute extends FindingAddress {
  /** 1 to MAX_MUTE_REASON_CHARACTERS, without the white space around it. */
  reason: string;
  /** In MAX_MUTE_DAYS at the latest; null = until somebody ends it. */
  until: Date | null;
}

export interface HostStoreView {
  host: FleetRow;
  view: StoreView;
  observedAt: string | null;
}

export interface HistoryQuery {
  hostId: string;
  storeKey: string;
  /** Seconds of history up to `at`. */
  rangeSeconds: number;
  /** At most so many buckets, ≤ MAX_HISTORY_POINTS. */
  points: number;
  /** End of the range; absent = now. */
  at?: Date | undefined;
}
export const MAX_HISTORY_POINTS = 2_000;

/**
 * A host as of a moment. Of a moment that is past, the row has the state of then; tags, facts and collector version are
 * those of now, since nobody kept them; boot, clock and the reports of the probes are not known, `scopes` is.
 */
export interface HostMoment extends HostView {
  /** The moment asked for; null = now. */
  at: string | null;
  /** How the parts of the inventory were read last, not after the moment; empty = there is no inventory. */
  scopes: ScopeView[];
}

export interface StoreForecastQuery {
  hostId: string;
  storeKey: string;
  /** Absent = now. */
  at?: Date | undefined;
}

export interface EventsQuery {
  hostId: string;
  /** ≤ MAX_LISTED_EVENTS. */
  limit: number;
  /** The last one is not after it; absent = now. */
  at?: Date | undefined;
}

export interface InventoryQuery {
  hostId: string;
  /** Absent = now. */
  at?: Date | undefined;
  /** Only what lies in this store or bears it; absent = all. */
  storeKey?: string | undefined;
  /** Items that hold bytes, at most; ≤ MAX_INVENTORY_ITEMS. */
  limit: number;
}
export const MAX_INVENTORY_ITEMS = 5_000;

export interface CompareQuery {
  hostId: string;
  /** null = all stores of the host. */
  storeKey: string | null;
  /** The earlier moment. */
  a: Date;
  b: Date;
}

export interface FleetPageQuery {
  sort: FleetSort;
  descending: boolean;
  /** Words, all of which are in a host's name, tags, back ends or the name of its fullest store. */
  text?: string | undefined;
  /** Hosts in one of these; none = in any. */
  states?: readonly State[] | undefined;
  tag?: string | undefined;
  /** Hosts that have no tag; never with `tag`. */
  untagged?: boolean | undefined;
  groupByTag?: boolean | undefined;
  /** ≤ MAX_FLEET_OFFSET. */
  offset: number;
  /** ≤ MAX_FLEET_PAGE. */
  limit: number;
}

export interface GrowersQuery {
  /** Up to today (UTC). */
  rangeDays: number;
  /** ≤ MAX_GROWERS. */
  limit: number;
}
