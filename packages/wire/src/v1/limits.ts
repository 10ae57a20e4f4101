/** Limits of the protocol, the same on both sides. `docs/protocol.md` lists them. */
/** Of a frame as sent. */
export const MAX_FRAME_BYTES = 1024 * 1024;
/** Of a message whose frame came compressed. */
export const MAX_INFLATED_BYTES = 8 * 1024 * 1024;
/** Collectors compress what is longer than this. */
export const COMPRESS_FROM_BYTES = 4 * 1024;
export const MAX_FRAGMENTS = 64;
export const MAX_DEPTH = 32;
export const MAX_READINGS = 4_096;
export const MAX_STORES = 1_024;
export const MAX_DAEMONS = 64;
export const MAX_PROBES = 64;
export const MAX_MOUNT_POINTS = 256;
export const MAX_OPTIONS = 128;
export const MAX_DEVICES = 256;
/** Words of a thin pool's status line, and of its table. */
export const MAX_POOL_WORDS = 64;
/** Characters of a path or a name; PATH_MAX of Linux. */
export const MAX_NAME_CHARACTERS = 4_096;
export const MAX_REASON_CHARACTERS = 1_024;
/** Of an inventory, over all of its parts. */
export const MAX_INVENTORY_ITEMS = 50_000;
export const MAX_PART_ITEMS = 5_000;
export const MAX_INVENTORY_PARTS = 64;
export const MAX_SCOPES = 1_024;
/** Characters of an item's key or a scope's name. */
export const MAX_ITEM_KEY_CHARACTERS = 512;
export const MAX_ITEM_ATTRIBUTES = 32;
export const MAX_ATTRIBUTE_CHARACTERS = 1_024;
/** A survey that comes sooner than this after the one before in its connection is left alone: each costs the gateway time. */
export const MIN_SURVEY_INTERVAL_MILLISECONDS = 1_000;
/** Of the first message, an enrol or a hello: nobody is known yet. */
export const MAX_INTRODUCTION_BYTES = 64 * 1024;
export const MAX_TOKEN_CHARACTERS = 128;
export const MAX_ORIGIN_CHARACTERS = 256;
/** Unacknowledged messages a collector may have under way. */
export const MAX_IN_FLIGHT = 64;
export const HELLO_DEADLINE_MILLISECONDS = 10_000;
export const PING_INTERVAL_MILLISECONDS = 15_000;
/** Pings without an answer after which the peer counts as dead. */
export const MAX_MISSED_PONGS = 2;
export const RECONNECT_MINIMUM_MILLISECONDS = 500;
export const RECONNECT_MAXIMUM_MILLISECONDS = 60_000;
