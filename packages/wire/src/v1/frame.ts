import { promisify } from 'node:util';
import { constants, deflateRaw, deflateRawSync } from 'node:zlib';
import { COMPRESS_FROM_BYTES } from './limits.ts';
import type { CollectorMessage, GatewayMessage } from './messages/index.ts';

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
