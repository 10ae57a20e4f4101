import {
  GAP_REASONS,
  isSeriesName,
  PROBE_STATUSES,
  type SeriesName,
  STORE_KINDS,
  THIN_POOL_STATES,
} from '@silt/domain';
import * as z from 'zod';
import { REFUSAL_CODE_NAMES, SNAPSHOT_REFUSALS } from './codes.ts';
import {
  MAX_DAEMONS,
  MAX_DEVICES,
  MAX_MOUNT_POINTS,
  MAX_NAME_CHARACTERS,
  MAX_OPTIONS,
  MAX_ORIGIN_CHARACTERS,
  MAX_POOL_WORDS,
  MAX_PROBES,
  MAX_READINGS,
  MAX_REASON_CHARACTERS,
  MAX_STORES,
  MAX_TOKEN_CHARACTERS,
} from './limits.ts';

export const SUBPROTOCOL = 'silt.v1';
export const COLLECT_PATH = '/collect';

/** Postgres text holds neither NUL nor half a surrogate pair; no name on Linux has the one, no UTF-8 the other. */
const storable = (value: string): boolean => !value.includes('\0') && value.isWellFormed();
const text = z.string().max(MAX_NAME_CHARACTERS).refine(storable, 'holds a NUL or half a surrogate pair');
const name = text.min(1);
const whole = z.int().min(0);
const moment = z.iso.datetime();
const sequence = z.int().min(1);
const base64url = (bytes: number) => z.string().regex(new RegExp(`^[\\w-]{${Math.ceil((bytes * 4) / 3)}}$`));
/** Ed25519, raw. */
const publicKey = base64url(32);
const signature = base64url(64);
/** Scheme, host and port that the collector connected to, as `new URL(…).origin` writes it: `wss://silt.example`. */
const serverOrigin = z.string().min(1).max(MAX_ORIGIN_CHARACTERS);

const deviceErrors = z.strictObject({ write: whole, read: whole, flush: whole, corruption: whole, generation: whole });

const thinPool = z.object({
  state: z.enum(THIN_POOL_STATES).nullable(),
  words: z.array(name).max(MAX_POOL_WORDS).nullable(),
  features: z.array(name).max(MAX_POOL_WORDS).nullable(),
  suspended: z.boolean().nullable(),
  metadataSnapshotHeld: z.boolean().nullable(),
  metadataDevice: name.nullable(),
  dataDevice: name.nullable(),
  dataBlockBytes: whole.nullable(),
  lowWaterBlocks: whole.nullable(),
  metadataLowWaterBlocks: whole.nullable(),
});

const store = z.object({
  key: name,
  kind: z.enum(STORE_KINDS),
  name,
  fileSystemType: name.nullable(),
  device: name.nullable(),
  uuid: name.nullable(),
  mountPoints: z.array(name).max(MAX_MOUNT_POINTS),
  options: z.array(text).max(MAX_OPTIONS),
  readOnly: z.boolean(),
  loop: z.object({ device: name, backingFile: name, deleted: z.boolean(), outerStoreKey: name.nullable() }).nullable(),
  btrfs: z
    .object({
      label: text,
      profiles: z.object({
        data: z.array(name).max(8),
        metadata: z.array(name).max(8),
        system: z.array(name).max(8),
      }),
      devices: z
        .array(
          z.object({
            id: whole,
            path: name.nullable(),
            sizeBytes: whole.nullable(),
            missing: z.boolean(),
            errors: deviceErrors.nullable(),
          }),
        )
        .max(MAX_DEVICES),
    })
    .nullable(),
  thinPool: thinPool.nullable().default(null),
});

const daemon = z.object({
  key: name,
  kind: z.literal('docker'),
  socket: name,
  version: text,
  apiVersion: text,
  storageDriver: text,
  dataRoot: text,
  liveRestore: z.boolean().nullable(),
  containerId: name.nullable().optional(),
  storeKey: name.nullable(),
});

const seriesName = z.custom<SeriesName>(
  (value) => typeof value === 'string' && isSeriesName(value),
  'is no series of this protocol version',
);

export const layoutSchema = z
  .object({
    stores: z.array(store).max(MAX_STORES),
    daemons: z.array(daemon).max(MAX_DAEMONS),
    entries: z.array(z.object({ storeKey: name, series: seriesName })).max(MAX_READINGS),
  })
  .superRefine((layout, context) => {
    const keys = new Set(layout.stores.map((one) => one.key));
    if (keys.size !== layout.stores.length) context.addIssue('two stores with one key');
    const places = new Set<string>();
    for (const entry of layout.entries) {
      if (!keys.has(entry.storeKey)) context.addIssue(`an entry names the store ${entry.storeKey}, which is not there`);
      places.add(`${entry.series} ${entry.storeKey}`);
    }
    if (places.size !== layout.entries.length) context.addIssue('two entries for one series of a store');
  });

const hostFacts = z.object({
  machineId: z.string().regex(/^[0-9a-f]{64}$/),
  name,
  kernelRelease: name,
  distribution: text.nullable(),
  architecture: name,
  /** Collectors of the first version do not send it. */
  vendor: text.nullable().optional(),
});

const probeReport = z.object({
  probe: name,
  status: z.enum(PROBE_STATUSES),
  reason: z.string().max(MAX_REASON_CHARACTERS).refine(storable, 'holds a NUL or half a surrogate pair').nullable(),
  durationMilliseconds: z.number().min(0),
});

/** First frame of the gateway. */
export const challengeSchema = z.object({
  type: z.literal('challenge'),
  /** 32 random bytes, base64url. */
  nonce: z.string().min(43).max(43),
  serverTime: moment,
  versions: z.array(z.string()).min(1),
  limits: z.object({ frameBytes: whole, readings: whole, inFlight: whole }),
});

/** First frame of a collector that has no key yet; the connection is for this alone. */
export const enrolSchema = z.object({
  type: z.literal('enrol'),
  /** One-time: `silt-enrol-` and 256 bits, base64url. */
  token: z.string().min(1).max(MAX_TOKEN_CHARACTERS),
  publicKey,
  collectorVersion: name.max(64),
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
  collectorVersion: name.max(64),
  /** Public id of the host, as `enrolled` said. */
  hostId: z.uuid(),
  key: z.uuid(),
  host: hostFacts,
  server: serverOrigin,
  /** Of the collector's spool: sequences rise by one within a stream, over all kinds of messages. */
  stream: z.uuid(),
  /** Highest sequence produced so far; 0 = none. */
  lastSequence: whole,
  capabilities: z.array(z.string().max(64)).max(64),
  clock: z.object({ now: moment, bootId: name, uptimeMilliseconds: whole }),
  /** By the key, of `helloStatement`. */
  signature,
});

export const welcomeSchema = z.object({
  type: z.literal('welcome'),
  session: z.uuid(),
  beats: z.object({ fastMilliseconds: z.int().min(1), slowMilliseconds: z.int().min(1) }),
  /** Of the stream that `hello` named; 0 = none. */
  lastCommittedSequence: whole,
});

export const snapshotSchema = z.object({
  type: z.literal('snapshot'),
  sequence,
  takenAt: moment,
  bootId: name,
  uptimeMilliseconds: whole,
  /** A number of the collector's choice; `description` comes with it once a connection. */
  layout: z.object({ number: z.int().min(1), description: layoutSchema.optional() }),
  readings: z.array(whole.nullable()).max(MAX_READINGS),
  probes: z.array(probeReport).max(MAX_PROBES),
});

/** Stands in the place of the sequences `from` to `to`, which will never come. */
export const gapSchema = z
  .object({
    type: z.literal('gap'),
    from: sequence,
    to: sequence,
    reason: z.enum(GAP_REASONS),
    /** Of the first and the last one by the host's clock; null = not known. */
    firstTakenAt: moment.nullable(),
    lastTakenAt: moment.nullable(),
  })
  .refine(({ from, to }) => from <= to, 'ends before it begins');

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
  retryAfterMilliseconds: whole.nullable(),
});

export const collectorMessageSchema = z.discriminatedUnion('type', [
  enrolSchema,
  helloSchema,
  snapshotSchema,
  gapSchema,
  rotateSchema,
]);
export const gatewayMessageSchema = z.discriminatedUnion('type', [
  challengeSchema,
  enrolledSchema,
  welcomeSchema,
  ackSchema,
  rotatedSchema,
  refusedSchema,
]);

export type CollectorMessage = z.infer<typeof collectorMessageSchema>;
export type GatewayMessage = z.infer<typeof gatewayMessageSchema>;
export type HelloMessage = z.infer<typeof helloSchema>;
export type SnapshotMessage = z.infer<typeof snapshotSchema>;
export type EnrolMessage = z.infer<typeof enrolSchema>;
export type GapMessage = z.infer<typeof gapSchema>;
export type RotateMessage = z.infer<typeof rotateSchema>;
