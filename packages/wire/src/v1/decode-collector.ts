import { inflateRawSync } from 'node:zlib';
import { type Decoded, decode, refuse } from './decode.ts';
import { RAW_DEFLATE_TAG } from './frame.ts';
import { MAX_FRAME_BYTES, MAX_INFLATED_BYTES } from './limits.ts';
import { type CollectorMessage, collectorMessageSchema } from './messages/collector-messages.ts';

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
