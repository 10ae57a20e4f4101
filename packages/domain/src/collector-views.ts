/** What the settings of collectors show and take: plain data, times ISO 8601 UTC. */
import type { HostEvent } from './host-event.ts';
import type { Connection } from './views.ts';

export const ROLES = ['owner', 'admin', 'member'] as const;
/** In an organisation. Owners and admins change; members look. */
export type Role = (typeof ROLES)[number];

export const COLLECTOR_FORMS = ['host', 'container', 'kubernetes'] as const;
/** How a collector is run: installed on the host, as a container, as a DaemonSet. */
export type CollectorForm = (typeof COLLECTOR_FORMS)[number];

/** Hosts that one token enrols at most: the nodes of a cluster. */
export const MAX_TOKEN_USES = 500;
export const TOKEN_LIFE_MILLISECONDS = 3_600_000;
/** Tokens of an organisation that are good at one time. */
export const MAX_OPEN_TOKENS = 50;
export const MAX_TAGS = 10;
export const MAX_TAG_CHARACTERS = 40;
/** Rules of expiry an organisation. */
export const MAX_EXPIRIES = 50;
/** Ten years. */
export const MAX_SILENT_HOURS = 87_600;
/** Hosts in one answer. */
export const MAX_LISTED_COLLECTORS = 500;
/** Hosts named as enrolled with one token. */
export const MAX_AWAITED_HOSTS = 100;
export const MAX_LISTED_EVENTS = 200;

const TAG = /^[\p{L}\p{N}][\p{L}\p{N}._:=/-]*$/u;

/** Letters, digits and `. _ : = / -`, beginning with a letter or a digit. */
export const isTag = (text: string): boolean => [...text].length <= MAX_TAG_CHARACTERS && TAG.test(text);

export interface CollectorRow {
  /** Public id of the host. */
  hostId: string;
  name: string;
  tags: string[];
  simulated: boolean;
  connection: Connection;
  lastSeenAt: string | null;
  retiredAt: string | null;
  /** Null = it never said. */
  collectorVersion: string | null;
  /** The newest good key, and how many there are: two while one takes over from the other; null = none is good. */
  key: { createdAt: string; count: number } | null;
  /** When the last key was revoked; null = a key is good, or there never was one. */
  keyRevokedAt: string | null;
}

export interface CollectorList {
  /** By name. */
  hosts: CollectorRow[];
  /** All that match, listed or not. */
  total: number;
}

export interface OpenToken {
  tokenId: string;
  /** Name of the user; null = Silt itself, or an account that is gone. */
  madeBy: string | null;
  createdAt: string;
  expiresAt: string;
  uses: number;
  usesAllowed: number;
  tags: string[];
  /** The host it is for; null = for any machine. */
  host: { hostId: string; name: string } | null;
}

export interface NewToken {
  form: CollectorForm;
  tags: string[];
  /** Hosts that it enrols, 1 to MAX_TOKEN_USES. */
  uses: number;
  /** Public id of the host that enrols again; null = any machine. */
  hostId: string | null;
}

/** Shown once: only the token's hash is kept. */
export interface MadeToken {
  tokenId: string;
  /** One line, which holds the token. */
  command: string;
  expiresAt: string;
  uses: number;
}

export const TOKEN_STATES = ['open', 'used', 'expired', 'withdrawn'] as const;

/** What became of a token. */
export interface AwaitedHosts {
  state: (typeof TOKEN_STATES)[number];
  uses: number;
  usesAllowed: number;
  /** Enrolled with it, the newest first; at most MAX_AWAITED_HOSTS. */
  hosts: { hostId: string; name: string; connection: Connection }[];
}

/** Hosts with the tag retire after so many hours of silence. */
export interface HostExpiry {
  tag: string;
  silentHours: number;
}

export interface HostEventList {
  /** Newest first. */
  events: HostEvent[];
  /** Whether there are older ones. */
  more: boolean;
}
