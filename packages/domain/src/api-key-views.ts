/** What the settings of API keys show and take: plain data, times ISO 8601 UTC. */

/** Each key begins with it, so that people and scanners for secrets know it. */
export const API_KEY_PREFIX = 'silt_key_';
export const DEFAULT_API_KEY_DAYS = 90;
export const MAX_API_KEY_DAYS = 730;
export const MAX_API_KEY_NAME_CHARACTERS = 60;
/** Keys of one member that are good at one time. */
export const MAX_GOOD_API_KEYS = 25;
/** Keys in one answer: the good ones first. */
export const MAX_LISTED_API_KEYS = 200;

export const API_KEY_STATES = ['good', 'expired', 'revoked'] as const;
export type ApiKeyState = (typeof API_KEY_STATES)[number];

export interface ApiKeyRow {
  keyId: string;
  name: string;
  /** First characters of the key, with its prefix. */
  start: string;
  /** Whose it is: he reads with it what he may read. */
  user: { name: string; isSelf: boolean };
  state: ApiKeyState;
  createdAt: string;
  /** Null = it does not expire. */
  expiresAt: string | null;
  /** Null = never. */
  lastUsedAt: string | null;
}

export interface ApiKeyList {
  /** The good ones first, then the newest. */
  keys: ApiKeyRow[];
  /** All there are, listed or not. */
  total: number;
}

export interface NewApiKey {
  name: string;
  /** 1 to MAX_API_KEY_DAYS; null = it does not expire. */
  days: number | null;
}

/** Shown once: only the key's hash is kept. */
export interface MadeApiKey {
  keyId: string;
  key: string;
  expiresAt: string | null;
}
