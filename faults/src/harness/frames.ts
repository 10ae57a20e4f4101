/** RFC 6455 §5.2. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const TWO_BYTE_LENGTH = 126;
const EIGHT_BYTE_LENGTH = 127;
const MASK_BYTES = 4;

export interface FrameShape {
  opcode?: number;
  fin?: boolean;
  /** The three reserved bits, 0 … 7. */
  reserved?: number;
  masked?: boolean;
  /** Announced instead of the payload's own. */
  length?: number | bigint;
}

/** One frame as bytes, also one that no client should send. The masking key is not zero, so that masking counts. */
export function buildFrame(payload: Buffer | string, shape: FrameShape = {}): Buffer {
  const { opcode = OPCODE.text, fin = true, reserved = 0, masked = true } = shape;
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const length = BigInt(shape.length ?? body.length);
  const bit = masked ? 0x80 : 0;
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  let head: Buffer;
  if (length < TWO_BYTE_LENGTH) head = Buffer.from([first, bit | Number(length)]);
  else if (length <= 0xffff) {
    head = Buffer.from([first, bit | TWO_BYTE_LENGTH, 0, 0]);
    head.writeUInt16BE(Number(length), 2);
  } else {
    head = Buffer.from([first, bit | EIGHT_BYTE_LENGTH, 0, 0, 0, 0, 0, 0, 0, 0]);
    head.writeBigUInt64BE(BigInt.asUintN(64, length), 2);
  }
  if (!masked) return Buffer.concat([head, body]);
  const key = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
  const hidden = Buffer.from(body);
  for (let place = 0; place < hidden.length; place += 1) {
    hidden[place] = (hidden[place] as number) ^ (key[place % MASK_BYTES] as number);
  }
  return Buffer.concat([head, key, hidden]);
}

export interface ReceivedFrame {
  opcode: number;
  payload: Buffer;
  /** Bytes of the whole frame. */
  size: number;
}

/** The first frame of a server's bytes; null while it is not there in full. */
export function firstFrame(bytes: Buffer): ReceivedFrame | null {
  if (bytes.length < 2) return null;
  const short = (bytes[1] as number) & 0x7f;
  const start = short === TWO_BYTE_LENGTH ? 4 : short === EIGHT_BYTE_LENGTH ? 10 : 2;
  if (bytes.length < start) return null;
  const length =
    short === TWO_BYTE_LENGTH
      ? bytes.readUInt16BE(2)
      : short === EIGHT_BYTE_LENGTH
        ? Number(bytes.readBigUInt64BE(2))
        : short;
  if (bytes.length < start + length) return null;
  return {
    opcode: (bytes[0] as number) & 0x0f,
    payload: bytes.subarray(start, start + length),
    size: start + length,
  };
}
