import * as z from 'zod/mini';
import { REFUSAL_CODE_NAMES, SNAPSHOT_REFUSALS } from '../codes.ts';
import { base64url, capabilities, moment, positive, whole } from '../schema-parts.ts';

/** First frame of the gateway. */
export const challengeSchema = z.object({
  type: z.literal('challenge'),
  /** 32 random bytes, base64url. */
  nonce: base64url(32),
  serverTime: moment,
  versions: z.array(z.string()).check(z.minLength(1)),
  limits: z.object({ frameBytes: whole, readings: whole, inFlight: whole }),
});

/** The key is good from here on. The gateway closes; the collector connects again and says hello. */
export const enrolledSchema = z.object({
  type: z.literal('enrolled'),
  /** Public id of the host. */
  host: z.uuid(),
  key: z.uuid(),
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

export const ackSchema = z.object({
  type: z.literal('ack'),
  /** Everything up to and with this sequence is committed or refused. */
  sequence: positive,
  refused: z.array(z.object({ sequence: positive, code: z.enum(SNAPSHOT_REFUSALS) })),
});

/** To a collector, at any moment of a session. */
export const configureSchema = z.object({
  type: z.literal('configure'),
  /** From now on; null = as before. */
  beats: z.nullable(z.object({ fastMilliseconds: positive, slowMilliseconds: positive })),
  /** The next inventory is to be a full one, and soon: what the server has is not what the next one would change. */
  fullInventory: z.boolean(),
});

export const rotatedSchema = z.object({ type: z.literal('rotated'), key: z.uuid() });

/** Last frame of the gateway before it closes. */
export const refusedSchema = z.object({
  type: z.literal('refused'),
  code: z.enum(REFUSAL_CODE_NAMES),
  message: z.string(),
  retryable: z.boolean(),
  retryAfterMilliseconds: z.nullable(whole),
});

export const gatewayMessageSchema = z.discriminatedUnion('type', [
  challengeSchema,
  enrolledSchema,
  welcomeSchema,
  ackSchema,
  rotatedSchema,
  configureSchema,
  refusedSchema,
]);

export type GatewayMessage = z.infer<typeof gatewayMessageSchema>;
export type ConfigureMessage = z.infer<typeof configureSchema>;
