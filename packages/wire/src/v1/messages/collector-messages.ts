import { GAP_REASONS } from '@silt/domain';
import * as z from 'zod/mini';
import { MAX_ORIGIN_CHARACTERS, MAX_TOKEN_CHARACTERS } from '../limits.ts';
import { base64url, capabilities, moment, name, positive, text, textOf, whole } from '../schema-parts.ts';
import { inventorySchema } from './inventory.ts';
import { snapshotSchema } from './snapshot.ts';

const version = textOf(64).check(z.minLength(1));
/** Ed25519, raw. */
const publicKey = base64url(32);
const signature = base64url(64);
/** Scheme, host and port that the collector connected to, as `new URL(…).origin` writes it: `wss://silt.example`. */
const serverOrigin = z.string().check(z.minLength(1), z.maxLength(MAX_ORIGIN_CHARACTERS));

const hostFacts = z.object({
  machineId: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  name,
  kernelRelease: name,
  distribution: z.nullable(text),
  architecture: name,
  /** Collectors of the first version do not send it. */
  vendor: z.optional(z.nullable(text)),
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

/** Stands in the place of the sequences `from` to `to`, which will never come. */
export const gapSchema = z
  .object({
    type: z.literal('gap'),
    from: positive,
    to: positive,
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

export const collectorMessageSchema = z.discriminatedUnion('type', [
  enrolSchema,
  helloSchema,
  snapshotSchema,
  inventorySchema,
  surveySchema,
  gapSchema,
  rotateSchema,
]);

export type CollectorMessage = z.infer<typeof collectorMessageSchema>;
export type HelloMessage = z.infer<typeof helloSchema>;
export type SurveyMessage = z.infer<typeof surveySchema>;
export type EnrolMessage = z.infer<typeof enrolSchema>;
export type GapMessage = z.infer<typeof gapSchema>;
export type RotateMessage = z.infer<typeof rotateSchema>;
