import {
  GAP_REASONS,
  ITEM_KINDS,
  isSeriesName,
  PROBE_STATUSES,
  SCOPE_STATUSES,
  type SeriesName,
  STORE_KINDS,
  THIN_POOL_STATES,
} from '@silt/domain';
import * as z from 'zod/mini';
import { REFUSAL_CODE_NAMES, SNAPSHOT_REFUSALS } from './codes.ts';
import {
  MAX_ATTRIBUTE_CHARACTERS,
  MAX_DAEMONS,
  MAX_DEVICES,
  MAX_INVENTORY_PARTS,
  MAX_ITEM_ATTRIBUTES,
  MAX_ITEM_KEY_CHARACTERS,
  MAX_MOUNT_POINTS,
  MAX_OPTIONS,
  MAX_ORIGIN_CHARACTERS,
  MAX_PART_ITEMS,
  MAX_POOL_WORDS,
  MAX_PROBES,
  MAX_READINGS,
  MAX_REASON_CHARACTERS,
  MAX_SCOPES,
  MAX_STORES,
  MAX_TOKEN_CHARACTERS,
} from './limits.ts';
import { listOf, moment, name, positive, text, textOf, whole } from './schema-parts.ts';

export const SUBPROTOCOL = 'silt.v1';
/** What a collector says in `hello` that it can do beyond the first form of the version: send inventories, and be configured. */
export const COLLECTOR_CAPABILITIES = ['inventory', 'configure'] as const;
/** What a gateway says in `welcome` that it can do beyond the first form of the version: take surveys. */
export const GATEWAY_CAPABILITIES = ['survey'] as const;
export const COLLECT_PATH = '/collect';

const version = textOf(64).check(z.minLength(1));
/** Names of what a peer can do; those that the other one does not know are left alone. */
const capabilities = listOf(z.string().check(z.maxLength(64)), 64);
const sequence = positive;
const base64url = (bytes: number) => z.string().check(z.regex(new RegExp(`^[\\w-]{${Math.ceil((bytes * 4) / 3)}}$`)));
/** Ed25519, raw. */
const publicKey = base64url(32);
const signature = base64url(64);
/** Scheme, host and port that the collector connected to, as `new URL(…).origin` writes it: `wss://silt.example`. */
const serverOrigin = z.string().check(z.minLength(1), z.maxLength(MAX_ORIGIN_CHARACTERS));

const deviceErrors = z.strictObject({ write: whole, read: whole, flush: whole, corruption: whole, generation: whole });

const thinPool = z.object({
  state: z.nullable(z.enum(THIN_POOL_STATES)),
  words: z.nullable(listOf(name, MAX_POOL_WORDS)),
  features: z.nullable(listOf(name, MAX_POOL_WORDS)),
  suspended: z.nullable(z.boolean()),
  metadataSnapshotHeld: z.nullable(z.boolean()),
  metadataDevice: z.nullable(name),
  dataDevice: z.nullable(name),
  dataBlockBytes: z.nullable(whole),
  lowWaterBlocks: z.nullable(whole),
  metadataLowWaterBlocks: z.nullable(whole),
});

const store = z.object({
  key: name,
  kind: z.enum(STORE_KINDS),
  name,
  fileSystemType: z.nullable(name),
  device: z.nullable(name),
  uuid: z.nullable(name),
  mountPoints: listOf(name, MAX_MOUNT_POINTS),
  options: listOf(text, MAX_OPTIONS),
  readOnly: z.boolean(),
  loop: z.nullable(
    z.object({ device: name, backingFile: name, deleted: z.boolean(), outerStoreKey: z.nullable(name) }),
  ),
  btrfs: z.nullable(
    z.object({
      label: text,
      profiles: z.object({ data: listOf(name, 8), metadata: listOf(name, 8), system: listOf(name, 8) }),
      devices: listOf(
        z.object({
          id: whole,
          path: z.nullable(name),
          sizeBytes: z.nullable(whole),
          missing: z.boolean(),
          errors: z.nullable(deviceErrors),
        }),
        MAX_DEVICES,
      ),
    }),
  ),
  thinPool: z._default(z.nullable(thinPool), null),
});

const daemon = z.object({
  key: name,
  kind: z.literal('docker'),
  socket: name,
  version: text,
  apiVersion: text,
  storageDriver: text,
  dataRoot: text,
  liveRestore: z.nullable(z.boolean()),
  containerId: z.optional(z.nullable(name)),
  storeKey: z.nullable(name),
});

const seriesName = z.custom<SeriesName>(
  (value) => typeof value === 'string' && isSeriesName(value),
  'is no series of this protocol version',
);

export const layoutSchema = z
  .object({
    stores: listOf(store, MAX_STORES),
    daemons: listOf(daemon, MAX_DAEMONS),
    entries: listOf(z.object({ storeKey: name, series: seriesName }), MAX_READINGS),
  })
  .check(
    z.superRefine((layout, context) => {
      const keys = new Set(layout.stores.map((one) => one.key));
      if (keys.size !== layout.stores.length) context.addIssue('two stores with one key');
      const places = new Set<string>();
      for (const entry of layout.entries) {
        if (!keys.has(entry.storeKey))
          context.addIssue(`an entry names the store ${entry.storeKey}, which is not there`);
        places.add(`${entry.series} ${entry.storeKey}`);
      }
      if (places.size !== layout.entries.length) context.addIssue('two entries for one series of a store');
    }),
  );

const hostFacts = z.object({
  machineId: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  name,
  kernelRelease: name,
  distribution: z.nullable(text),
  architecture: name,
  /** Collectors of the first version do not send it. */
  vendor: z.optional(z.nullable(text)),
});

export const probeReport = z.object({
  probe: name,
  status: z.enum(PROBE_STATUSES),
  reason: z.nullable(textOf(MAX_REASON_CHARACTERS)),
  durationMilliseconds: z.number().check(z.minimum(0)),
});

/** First frame of the gateway. */
export const challengeSchema = z.object({
  type: z.literal('challenge'),
  /** 32 random bytes, base64url. */
  nonce: base64url(32),
  serverTime: moment,
  versions: z.array(z.string()).check(z.minLength(1)),
  limits: z.object({ frameBytes: whole, readings: whole, inFlight: whole }),
});

/** First frame of a collector that has no key yet; the connection is for this alone. */
export const enrolSchema = z.object({
  type: z.literal('enrol'),
  /** One-time: `silt-enrol-` and 256 bits, base64url. */
  token: z.string().check(z.minLength(1), z.maxLength(MAX_TOKEN_CHARACTERS)),
  publicKey,
  collectorVersion: version,
  host: hostFacts,
  server: serverOrigin,
  /** By the new key, of `enrolStatement`: whoever enrols a key also holds it. */
  signature,
});

/** The key is good from here on. The gateway closes; the collector connects again and says hello. */
export const enrolledSchema = z.object({
  type: z.literal('enrolled'),
  /** Public id of the host. */
  host: z.uuid(),
  key: z.uuid(),
});

/** First frame of a collector that has a key. */
export const helloSchema = z.object({
  type: z.literal('hello'),
  collectorVersion: version,
  /** Public id of the host, as `enrolled` said. */
  hostId: z.uuid(),
  key: z.uuid(),
  host: hostFacts,
  server: serverOrigin,
  /** Of the collector's spool: sequences rise by one within a stream, over all kinds of messages. */
  stream: z.uuid(),
  /** Highest sequence produced so far; 0 = none. */
  lastSequence: whole,
  capabilities,
  clock: z.object({ now: moment, bootId: name, uptimeMilliseconds: whole }),
  /** By the key, of `helloStatement`. */
  signature,
});

export const welcomeSchema = z.object({
  type: z.literal('welcome'),
  session: z.uuid(),
  beats: z.object({ fastMilliseconds: positive, slowMilliseconds: positive }),
  /** Of the stream that `hello` named; 0 = none. */
  lastCommittedSequence: whole,
  /** Gateways of the first version do not send it: they can do nothing more. */
  capabilities: z.optional(capabilities),
});

export const snapshotSchema = z.object({
  type: z.literal('snapshot'),
  sequence,
  takenAt: moment,
  bootId: name,
  uptimeMilliseconds: whole,
  /** A number of the collector's choice; `description` comes with it once a connection. */
  layout: z.object({ number: positive, description: z.optional(layoutSchema) }),
  readings: listOf(z.nullable(whole), MAX_READINGS),
  probes: listOf(probeReport, MAX_PROBES),
});

/** Of an item's key and of a scope's name. */
export const itemKeySchema = textOf(MAX_ITEM_KEY_CHARACTERS).check(z.minLength(1));
const attribute = z.nullable(z.union([textOf(MAX_ATTRIBUTE_CHARACTERS), z.number(), z.boolean()]));

export const itemSchema = z
  .object({
    key: itemKeySchema,
    kind: z.enum(ITEM_KINDS),
    name,
    scope: itemKeySchema,
    storeKey: z.nullable(name),
    parentKey: z.nullable(itemKeySchema),
    ownerKey: z.nullable(itemKeySchema),
    sizeBytes: z.nullable(whole),
    counted: z.boolean(),
    leastBytes: z.nullable(whole),
    mostBytes: z.nullable(whole),
    state: z.nullable(textOf(MAX_REASON_CHARACTERS)),
    attributes: z
      .record(textOf(64).check(z.minLength(1)), attribute)
      .check(z.refine((all) => Object.keys(all).length <= MAX_ITEM_ATTRIBUTES, 'has too many attributes')),
  })
  .check(
    z.refine(
      ({ leastBytes: least, mostBytes: most }) => (least === null ? most === null : most !== null && least <= most),
      'holds more for certain than at the most',
    ),
  );

export const scopeSchema = z.object({
  name: itemKeySchema,
  status: z.enum(SCOPE_STATUSES),
  reason: z.nullable(textOf(MAX_REASON_CHARACTERS)),
});

/**
 * One part of what a slow beat tells. The parts of one inventory have sequences one after the other, and it is applied
 * when the last one is there.
 */
export const inventorySchema = z
  .object({
    type: z.literal('inventory'),
    sequence,
    takenAt: moment,
    bootId: name,
    uptimeMilliseconds: whole,
    /** Sequence of the last part of the inventory produced before, which this one changes; null = this is a full one. */
    baseSequence: z.nullable(sequence),
    /** From 1. */
    part: positive,
    parts: positive.check(z.maximum(MAX_INVENTORY_PARTS)),
    /** All of them, in the first part; empty in the others. */
    scopes: listOf(scopeSchema, MAX_SCOPES),
    /** Of a full one all items, of another one those that are new or changed. */
    items: listOf(itemSchema, MAX_PART_ITEMS),
    /** Keys; empty in a full one, which does not name what is gone. */
    removed: listOf(itemKeySchema, MAX_PART_ITEMS),
  })
  .check(z.refine(({ part, parts }) => part <= parts, 'is a part beyond the last one'));

/**
 * What a slow beat read, whole, to a gateway that takes surveys. Outside of the stream: it has no sequence and is not
 * acknowledged, and only the last one counts.
 */
export const surveySchema = z.object({
  type: z.literal('survey'),
  takenAt: moment,
  bootId: name,
  uptimeMilliseconds: whole,
  /** An `Inventory`, which the gateway checks apart (`@silt/wire/survey`): a collector need not hold a schema that large. */
  inventory: z.unknown(),
});

/** To a collector, at any moment of a session. */
export const configureSchema = z.object({
  type: z.literal('configure'),
  /** From now on; null = as before. */
  beats: z.nullable(z.object({ fastMilliseconds: positive, slowMilliseconds: positive })),
  /** The next inventory is to be a full one, and soon: what the server has is not what the next one would change. */
  fullInventory: z.boolean(),
});

/** Stands in the place of the sequences `from` to `to`, which will never come. */
export const gapSchema = z
  .object({
    type: z.literal('gap'),
    from: sequence,
    to: sequence,
    reason: z.enum(GAP_REASONS),
    /** Of the first and the last one by the host's clock; null = not known. */
    firstTakenAt: z.nullable(moment),
    lastTakenAt: z.nullable(moment),
  })
  .check(z.refine(({ from, to }) => from <= to, 'ends before it begins'));

/** A new key for this host, while the session goes on. The old one is good until the new one has said hello. */
export const rotateSchema = z.object({
  type: z.literal('rotate'),
  publicKey,
  /** By the key of this session, of `rotateStatement`. */
  signature,
});

export const rotatedSchema = z.object({ type: z.literal('rotated'), key: z.uuid() });

export const ackSchema = z.object({
  type: z.literal('ack'),
  /** Everything up to and with this sequence is committed or refused. */
  sequence,
  refused: z.array(z.object({ sequence, code: z.enum(SNAPSHOT_REFUSALS) })),
});

/** Last frame of the gateway before it closes. */
export const refusedSchema = z.object({
  type: z.literal('refused'),
  code: z.enum(REFUSAL_CODE_NAMES),
  message: z.string(),
  retryable: z.boolean(),
  retryAfterMilliseconds: z.nullable(whole),
});

export const collectorMessageSchema = z.discriminatedUnion('type', [
  enrolSchema,
  helloSchema,
  snapshotSchema,
  inventorySchema,
  surveySchema,
  gapSchema,
  rotateSchema,
]);
export const gatewayMessageSchema = z.discriminatedUnion('type', [
  challengeSchema,
  enrolledSchema,
  welcomeSchema,
  ackSchema,
  rotatedSchema,
  configureSchema,
  refusedSchema,
]);

export type CollectorMessage = z.infer<typeof collectorMessageSchema>;
export type GatewayMessage = z.infer<typeof gatewayMessageSchema>;
export type HelloMessage = z.infer<typeof helloSchema>;
export type SnapshotMessage = z.infer<typeof snapshotSchema>;
export type InventoryMessage = z.infer<typeof inventorySchema>;
export type SurveyMessage = z.infer<typeof surveySchema>;
export type ConfigureMessage = z.infer<typeof configureSchema>;
export type EnrolMessage = z.infer<typeof enrolSchema>;
export type GapMessage = z.infer<typeof gapSchema>;
export type RotateMessage = z.infer<typeof rotateSchema>;
