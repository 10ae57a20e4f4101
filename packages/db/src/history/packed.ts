import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { ByteReader, ByteWriter, CodecError } from './bytes.ts';

/** First byte of all that is packed: the version, and above it whether the rest is deflated (RFC 1951). */
const VERSION = 1;
const DEFLATED = 0x80;
/** Pieces are small: a small window and small tables cost far less to set up, and lose nothing. */
const DEFLATE = { level: 6, windowBits: 11, memLevel: 4 };
/** Less than this is not worth a try. */
const LEAST_DEFLATED_BYTES = 24;
/** No piece is longer; what claims to be is broken. */
const MAX_PACKED_BYTES = 1 << 20;

/** What `write` writes, deflated where that is shorter. */
export function pack(write: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter();
  write(writer);
  const plain = writer.end();
  const deflated = plain.length < LEAST_DEFLATED_BYTES ? plain : deflateRawSync(plain, DEFLATE);
  const isShorter = deflated.length < plain.length;
  return Buffer.concat([Buffer.of(isShorter ? VERSION | DEFLATED : VERSION), isShorter ? deflated : plain]);
}

/** Errors: `CodecError` when the bytes are not what `pack` gave. */
export function unpack<Value>(packed: Uint8Array, read: (reader: ByteReader) => Value): Value {
  const reader = openPacked(packed);
  const value = read(reader);
  reader.end();
  return value;
}

/** For who wants the beginning alone: what follows need not be read. Errors as those of `unpack`. */
export function openPacked(packed: Uint8Array): ByteReader {
  const head = packed[0];
  if (head === undefined) throw new CodecError('empty');
  if ((head & ~DEFLATED) !== VERSION) throw new CodecError(`version ${head & ~DEFLATED} is not known`);
  return new ByteReader(head & DEFLATED ? inflate(packed.subarray(1)) : packed.subarray(1));
}

function inflate(deflated: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(deflated, { maxOutputLength: MAX_PACKED_BYTES });
  } catch (error) {
    throw new CodecError(`not deflated: ${error instanceof Error ? error.message : String(error)}`);
  }
}
