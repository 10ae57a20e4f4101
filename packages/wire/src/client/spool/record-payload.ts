import type { KnownLayout } from '../layout-interner.ts';
import type { InventoryContent, QueuedRecord } from '../sequenced-outbox.ts';
import type { SpoolRecordKind } from './spool-record.ts';

/** Of the length of an inventory's head, little-endian; the head as JSON and the body follow. */
const HEAD_LENGTH_BYTES = 4;

/** What is written of a record: of a snapshot all but its layout, of an inventory its head and its body as it is sent. */
export function payloadOf({ content }: QueuedRecord): Buffer {
  if (content === null) return Buffer.alloc(0);
  if (content.kind === 'inventory') {
    const head = Buffer.from(JSON.stringify({ base: content.base, head: content.head }));
    const length = Buffer.alloc(HEAD_LENGTH_BYTES);
    length.writeUInt32LE(head.length);
    return Buffer.concat([length, head, content.body]);
  }
  const { takenAt, bootId, uptimeMilliseconds, readings, probes } = content.snapshot;
  return Buffer.from(JSON.stringify({ takenAt, bootId, uptimeMilliseconds, readings, probes }));
}

/** The content again; null = another version wrote it, or a snapshot's layout is not known. */
export function parsePayload(
  kind: Exclude<SpoolRecordKind, 'aside'>,
  payload: Buffer,
  layout: KnownLayout | null,
): QueuedRecord['content'] {
  try {
    if (kind === 'inventory') return parseInventory(payload);
    if (layout === null) return null;
    return { kind: 'snapshot', snapshot: { ...JSON.parse(payload.toString()), layout: layout.layout }, layout };
  } catch {
    return null;
  }
}

function parseInventory(payload: Buffer): InventoryContent {
  const bodyAt = HEAD_LENGTH_BYTES + payload.readUInt32LE();
  const { base, head } = JSON.parse(payload.toString('utf8', HEAD_LENGTH_BYTES, bodyAt));
  return { kind: 'inventory', base, head, body: payload.subarray(bodyAt) };
}
