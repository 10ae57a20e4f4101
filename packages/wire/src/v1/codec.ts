import { promisify } from 'node:util';
import { constants, deflateRaw, deflateRawSync, inflateRawSync } from 'node:zlib';
import type * as z from 'zod/mini';
import { issueReason, MAX_DECODE_REASON_CHARACTERS, pathOf, printable } from './issue-reason.ts';
import { COMPRESS_FROM_BYTES, MAX_DEPTH, MAX_FRAME_BYTES, MAX_INFLATED_BYTES } from './limits.ts';
import {
  type CollectorMessage,
  collectorMessageSchema,
  type GatewayMessage,
  gatewayMessageSchema,
} from './messages.ts';

export type Decoded<Message> = { ok: true; message: Message } | Refused;

interface Refused {
  ok: false;
  /** For people. */
  reason: string;
  /** Set when all that is wrong is a type of message that this version does not know: its first characters. */
  unknownType?: string;
}

/** Of a type that is not known; it goes into logs. */
const MAX_TYPE_CHARACTERS = 64;

/** One message as the text of one frame. */
export function encode(message: CollectorMessage | GatewayMessage): string {
  return JSON.stringify(message);
}

/** First byte of a binary frame: what the rest is. */
export const RAW_DEFLATE_TAG = 1;

/** One frame of a collector: text, or for what is longer than COMPRESS_FROM_BYTES a tag byte and raw deflate, binary. */
export function encodeFrame(message: CollectorMessage): string | Buffer {
  return toFrame(encode(message));
}

/** The frame of a message that is text already. */
export function toFrame(text: string): string | Buffer {
  if (Buffer.byteLength(text) <= COMPRESS_FROM_BYTES) return text;
  return Buffer.concat([Uint8Array.of(RAW_DEFLATE_TAG), deflateRawSync(text)]);
}

const deflateInBackground = promisify<string, Buffer>(deflateRaw);

/** The same, always compressed, without holding up what else goes on: for what is long and can wait. */
export async function toFrameInBackground(text: string): Promise<Buffer> {
  return Buffer.concat([Uint8Array.of(RAW_DEFLATE_TAG), await deflateInBackground(text)]);
}

/** Bytes that `joinFrame` adds to `body`, at the most. */
export const MAX_FRAME_HEAD_BYTES = 4 * 1024;

/** A part of a message's text, raw deflate, as `joinFrame` takes it. */
export const toFrameBody = (text: string): Buffer => deflateRawSync(text);

/**
 * The compressed frame of `head` followed by what `body` holds, without another pass over the body: a flush ends the
 * blocks of the head at a whole byte, and none of them is the last (RFC 1951, 3.2.3).
 */
export function joinFrame(head: string, body: Buffer): Buffer {
  const start = deflateRawSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  return Buffer.concat([Uint8Array.of(RAW_DEFLATE_TAG), start, body]);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * What a collector sent in one frame, as the socket gave it. Never throws.
 *
 * @param limitBytes of the text that it holds.
 */
export function decodeCollectorFrame(
  data: Buffer,
  isBinary: boolean,
  limitBytes = MAX_INFLATED_BYTES,
): Decoded<CollectorMessage> {
  const most = Math.min(MAX_FRAME_BYTES, limitBytes);
  if (data.length > most) return refuse(`the frame is longer than ${most} bytes`);
  const bytes = isBinary ? inflate(data, limitBytes) : data;
  if (typeof bytes === 'string') return refuse(bytes);
  try {
    return decode(utf8.decode(bytes), collectorMessageSchema, limitBytes);
  } catch {
    return refuse('the frame is not UTF-8');
  }
}

/** What a compressed frame holds; a text is the reason why it cannot be had. */
function inflate(frame: Buffer, limitBytes: number): Buffer | string {
  if (frame.length === 0) return 'the binary frame is empty';
  if (frame[0] !== RAW_DEFLATE_TAG) return `the binary frame has the tag ${frame[0]}, which this version does not know`;
  try {
    return inflateRawSync(frame.subarray(1), { maxOutputLength: limitBytes });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') return `the frame inflates to more than ${limitBytes} bytes`;
    return 'the frame is no whole raw deflate';
  }
}

/** What a collector sent. Fields that this version does not know are dropped: v1 may gain optional ones. */
export function decodeCollectorMessage(text: string): Decoded<CollectorMessage> {
  return decode(text, collectorMessageSchema, MAX_FRAME_BYTES);
}

/** What a gateway sent; as `decodeCollectorMessage`. */
export function decodeGatewayMessage(text: string): Decoded<GatewayMessage> {
  return decode(text, gatewayMessageSchema, MAX_FRAME_BYTES);
}

function decode<Message>(text: string, schema: z.ZodMiniType<Message>, limitBytes: number): Decoded<Message> {
  const bytes = text.length > limitBytes ? text.length : Buffer.byteLength(text);
  if (bytes > limitBytes) return refuse(`the frame is longer than ${limitBytes} bytes`);
  if (isDeeperThan(text, MAX_DEPTH)) return refuse(`the frame is nested deeper than ${MAX_DEPTH} levels`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('the frame is not JSON');
  }
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, message: result.data };
  const issue = result.error.issues[0];
  if (issue === undefined) return refuse('the message is not valid');
  const refused = refuse(issueReason(issue));
  const type = pathOf(issue.path) === 'type' ? (value as { type: unknown }).type : null;
  return typeof type === 'string' ? { ...refused, unknownType: printable(type, MAX_TYPE_CHARACTERS) } : refused;
}

const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/** Counts brackets outside strings, so that no deep tree is ever built. Wrong JSON is left to the parser. */
function isDeeperThan(text: string, limit: number): boolean {
  // A beat has too few brackets for that, and counting them costs a tenth of the loop.
  if (countUpTo(text, '{', limit + 1) + countUpTo(text, '[', limit + 1) <= limit) return false;
  let depth = 0;
  let inString = false;
  for (let place = 0; place < text.length; place += 1) {
    const unit = text.charCodeAt(place);
    if (inString) {
      if (unit === BACKSLASH) place += 1;
      else if (unit === QUOTE) inString = false;
    } else if (unit === QUOTE) inString = true;
    else if (unit === 0x7b || unit === 0x5b) {
      depth += 1;
      if (depth > limit) return true;
    } else if (unit === 0x7d || unit === 0x5d) depth -= 1;
  }
  return false;
}

/** How often `character` occurs, counted no further than `most`. */
function countUpTo(text: string, character: string, most: number): number {
  let count = 0;
  for (let place = text.indexOf(character); place >= 0 && count < most; place = text.indexOf(character, place + 1)) {
    count += 1;
  }
  return count;
}

const refuse = (reason: string): Refused => ({ ok: false, reason: printable(reason, MAX_DECODE_REASON_CHARACTERS) });
