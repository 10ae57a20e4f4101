import { crc32 } from 'node:zlib';
import { MAX_INFLATED_BYTES } from '../../v1/limits.ts';

/** No UTF-8 text holds these bytes, so a search for the next record cannot stop within one's JSON. */
const MARKER = Buffer.of(0xff, 0x53, 0xfe, 0x4c);
const CHECKSUM_AT = 4;
const LENGTH_AT = 8;
const KIND_AT = 12;
const LAYOUT_AT = 13;
const SEQUENCE_AT = 15;
const ACKNOWLEDGED_AT = 21;
const TAKEN_AT = 27;
const PAYLOAD_AT = 35;
const SEQUENCE_BYTES = 6;
export const MAX_PAYLOAD_BYTES = MAX_INFLATED_BYTES;

/** `aside`: the protocol cannot carry it; only that it was there is kept. `inventory`: a part of one. */
const KINDS = ['layout', 'snapshot', 'aside', 'inventory'] as const;
export type SpoolRecordKind = (typeof KINDS)[number];

export interface SpoolRecord {
  kind: SpoolRecordKind;
  /** Number of the layout within its segment; 0 for `aside` and `inventory`. */
  layout: number;
  /** 0 for a layout. */
  sequence: number;
  /** Highest sequence that was acknowledged when this was written. */
  acknowledged: number;
  /** Milliseconds since 1970 by the host's clock. */
  takenAt: number;
  payload: Buffer;
}

/**
 * One record on disk, little-endian: marker (4), crc32 of all that follows it (4), length of the payload (4), kind (1),
 * layout (2), sequence (6), acknowledged (6), time taken (8), payload.
 */
export function encodeRecord({ kind, layout, sequence, acknowledged, takenAt, payload }: SpoolRecord): Buffer {
  const bytes = Buffer.alloc(PAYLOAD_AT + payload.length);
  MARKER.copy(bytes);
  bytes.writeUInt32LE(payload.length, LENGTH_AT);
  bytes.writeUInt8(KINDS.indexOf(kind), KIND_AT);
  bytes.writeUInt16LE(layout, LAYOUT_AT);
  bytes.writeUIntLE(sequence, SEQUENCE_AT, SEQUENCE_BYTES);
  bytes.writeUIntLE(acknowledged, ACKNOWLEDGED_AT, SEQUENCE_BYTES);
  bytes.writeDoubleLE(takenAt, TAKEN_AT);
  payload.copy(bytes, PAYLOAD_AT);
  bytes.writeUInt32LE(crc32(bytes.subarray(LENGTH_AT)), CHECKSUM_AT);
  return bytes;
}

/** The first whole record that begins at `offset` or later, and where it ends; null = there is none. */
export function nextRecord(bytes: Buffer, offset: number): { record: SpoolRecord; end: number } | null {
  for (let start = bytes.indexOf(MARKER, offset); start >= 0; start = bytes.indexOf(MARKER, start + 1)) {
    const end = endOf(bytes, start);
    if (end === null) continue;
    const kind = KINDS[bytes.readUInt8(start + KIND_AT)];
    if (kind === undefined) continue;
    const record = {
      kind,
      layout: bytes.readUInt16LE(start + LAYOUT_AT),
      sequence: bytes.readUIntLE(start + SEQUENCE_AT, SEQUENCE_BYTES),
      acknowledged: bytes.readUIntLE(start + ACKNOWLEDGED_AT, SEQUENCE_BYTES),
      takenAt: bytes.readDoubleLE(start + TAKEN_AT),
      payload: bytes.subarray(start + PAYLOAD_AT, end),
    };
    return { record, end };
  }
  return null;
}

/** Where the record that begins at `start` ends; null = it is cut short, or its checksum is wrong. */
function endOf(bytes: Buffer, start: number): number | null {
  if (start + PAYLOAD_AT > bytes.length) return null;
  const length = bytes.readUInt32LE(start + LENGTH_AT);
  const end = start + PAYLOAD_AT + length;
  if (length > MAX_PAYLOAD_BYTES || end > bytes.length) return null;
  return bytes.readUInt32LE(start + CHECKSUM_AT) === crc32(bytes.subarray(start + LENGTH_AT, end)) ? end : null;
}
