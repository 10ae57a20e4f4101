import { constants, deflateRawSync } from 'node:zlib';
import { MAX_FRAME_BYTES, RAW_DEFLATE_TAG } from '@silt/wire';
import { buildFrame, OPCODE } from '../harness/frames.ts';
import type { SeededRandom } from './seeded-random.ts';

const GIBIBYTE = 1024 ** 3;
const BOMB_PART_BYTES = 16 * 1024 ** 2;
/** Close codes that no peer may send (RFC 6455 §7.4). */
const FORBIDDEN_CLOSE_CODES = [0, 999, 1004, 1005, 1006, 1015, 5_000, 65_535];

let bomb: Buffer | null = null;

/** A binary frame's payload of 1 MiB at most that inflates to 1 GiB: parts that each are a whole number of blocks. */
export function deflateBomb(): Buffer {
  if (bomb !== null) return bomb;
  const part = deflateRawSync(Buffer.alloc(BOMB_PART_BYTES, 0x20), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const parts = Array.from({ length: GIBIBYTE / BOMB_PART_BYTES }, () => part);
  bomb = Buffer.concat([Uint8Array.of(RAW_DEFLATE_TAG), ...parts, deflateRawSync('{}')]);
  if (bomb.length > MAX_FRAME_BYTES) throw new Error(`the bomb is ${bomb.length} bytes long`);
  return bomb;
}

/** Text in so many fragments as one message. */
export function inFragments(text: string | Buffer, count: number): Buffer {
  const bytes = Buffer.from(text);
  const size = Math.max(1, Math.ceil(bytes.length / count));
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const opcode = at === 0 ? OPCODE.text : OPCODE.continuation;
    frames.push(buildFrame(bytes.subarray(at, at + size), { opcode, fin: at + size >= bytes.length }));
  }
  return Buffer.concat(frames);
}

type Trick = (text: string, random: SeededRandom) => Buffer;

/** What RFC 6455 forbids, or allows and nobody does; each takes the text of a message and gives the bytes to write. */
export const FRAME_TRICKS: Readonly<Record<string, { bytes: Trick; codes: readonly (number | 'open')[] }>> = {
  fragments: { bytes: (text, random) => inFragments(text, 2 + random.whole(60)), codes: ['open', 1008] },
  manyFragments: { bytes: (text, random) => inFragments(text.padEnd(400), 100 + random.whole(200)), codes: [1008] },
  reservedBits: { bytes: (text, random) => buildFrame(text, { reserved: 1 + random.whole(7) }), codes: [1002] },
  unmasked: { bytes: (text) => buildFrame(text, { masked: false }), codes: [1002] },
  tooLong: {
    bytes: (text, random) => buildFrame(text, { length: MAX_FRAME_BYTES + 1 + random.whole(1_000_000) }),
    codes: [1009],
  },
  absurdLength: {
    bytes: (text, random) => buildFrame(text, { length: random.pick([2n ** 63n, 2n ** 53n, 2n ** 64n - 1n]) }),
    codes: [1009, 1002],
  },
  lengthShort: {
    bytes: (text, random) => buildFrame(text, { length: random.whole(text.length) }),
    codes: ['open', 1002, 1007, 1008, 1009],
  },
  lengthLong: {
    bytes: (text, random) => buildFrame(text, { length: text.length + 1 + random.whole(1_000) }),
    codes: ['open', 1007, 1008],
  },
  unknownOpcode: {
    bytes: (text, random) => buildFrame(text, { opcode: random.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) }),
    codes: [1002],
  },
  continuationFirst: { bytes: (text) => buildFrame(text, { opcode: OPCODE.continuation }), codes: [1002] },
  textInFragments: {
    bytes: (text) => Buffer.concat([buildFrame(text, { fin: false }), buildFrame(text)]),
    codes: [1002],
  },
  longControl: {
    bytes: (_text, random) => buildFrame(random.bytes(126), { opcode: random.pick([OPCODE.ping, OPCODE.pong]) }),
    codes: [1002],
  },
  fragmentedControl: { bytes: () => buildFrame('x', { opcode: OPCODE.ping, fin: false }), codes: [1002] },
  controls: {
    bytes: (text, random) =>
      Buffer.concat([
        ...Array.from({ length: random.whole(50) }, () => buildFrame('p', { opcode: OPCODE.ping })),
        buildFrame(text),
      ]),
    codes: ['open', 1008],
  },
  badClose: {
    bytes: (_text, random) => {
      const code = random.pick(FORBIDDEN_CLOSE_CODES);
      return buildFrame(Buffer.from([code >> 8, code & 0xff]), { opcode: OPCODE.close });
    },
    codes: [1002],
  },
  closeNotUtf8: {
    bytes: () => buildFrame(Buffer.from([0x03, 0xe8, 0xff, 0xfe]), { opcode: OPCODE.close }),
    codes: [1007],
  },
  binary: {
    bytes: (text, random) => buildFrame(Buffer.concat([random.bytes(1), Buffer.from(text)]), { opcode: OPCODE.binary }),
    codes: [1008],
  },
  emptyBinary: { bytes: () => buildFrame('', { opcode: OPCODE.binary }), codes: [1008] },
  compressed: {
    bytes: (text) =>
      buildFrame(Buffer.concat([Uint8Array.of(RAW_DEFLATE_TAG), deflateRawSync(text)]), { opcode: OPCODE.binary }),
    codes: ['open', 1008],
  },
  tornCompressed: {
    bytes: (text, random) => {
      const whole = deflateRawSync(text);
      const body = whole.subarray(0, random.whole(whole.length));
      return buildFrame(Buffer.concat([Uint8Array.of(RAW_DEFLATE_TAG), body]), { opcode: OPCODE.binary });
    },
    codes: [1008],
  },
  bomb: { bytes: () => buildFrame(deflateBomb(), { opcode: OPCODE.binary }), codes: [1008, 1009] },
  noise: { bytes: (_text, random) => random.bytes(2 + random.whole(2_000)), codes: ['open', 1002, 1007, 1008, 1009] },
};
