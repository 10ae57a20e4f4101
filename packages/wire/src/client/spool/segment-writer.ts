import { type FileHandle, open, unlink } from 'node:fs/promises';
import { deflateRawSync } from 'node:zlib';
import type { QueuedRecord, StreamPlace } from '../sequenced-outbox.ts';
import { countRecord, newSegment, type Segment } from './segment.ts';
import { encodeRecord } from './spool-record.ts';

export const SEGMENT_BYTES = 256 * 1024;
/** Of the bound: so much goes at once when it is reached. */
const SEGMENTS_AT_LEAST = 8;
/** A layout's description stands there so often, since all snapshots of a segment need it. */
const LAYOUT_COPIES = 2;
const OWNER_ONLY = 0o600;

/** A record with what is written of it. */
export interface WritableRecord extends QueuedRecord {
  payload: Buffer;
}

export interface WriterOptions {
  folder: string;
  /** For the segments together; one record may go over it. */
  maxBytes: number;
  segments: Segment[];
  /** A segment was deleted for want of room. */
  onDropped: (segment: Segment) => void;
}

/** Numbers within a segment, by hash. */
type Layouts = ReadonlyMap<string, number>;

/** Appends records to the newest segment, and is the one that makes and deletes segments. Calls must not overlap. */
export class SegmentWriter {
  readonly #options: WriterOptions;
  readonly #segmentBytes: number;
  #number: number;
  #current: { segment: Segment; handle: FileHandle; layouts: Layouts } | null = null;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#segmentBytes = Math.min(SEGMENT_BYTES, Math.floor(options.maxBytes / SEGMENTS_AT_LEAST));
    this.#number = options.segments.at(-1)?.number ?? 0;
  }

  /** Bytes of a batch that are worth one call of `append`. */
  get batchBytes(): number {
    return this.#segmentBytes;
  }

  /** Durable when it returns. Throws what the file system says; then none of it counts as written. */
  async append(records: readonly WritableRecord[], place: StreamPlace, acknowledged: number): Promise<void> {
    const [first] = records;
    if (first === undefined) return;
    let made = false;
    try {
      let encoded = encodeAll(records, acknowledged, this.#current?.layouts ?? new Map());
      const room = this.#segmentBytes - (this.#current?.segment.bytes ?? 0);
      if (encoded.bytes.length > room) {
        await this.retire();
        encoded = encodeAll(records, acknowledged, new Map());
      }
      await this.#makeRoom(encoded.bytes.length);
      if (this.#current === null) {
        made = true;
        await this.begin(place, first.sequence, acknowledged);
      }
      await this.#write(encoded);
      for (const { sequence, takenAt } of records) this.#count(sequence, acknowledged, takenAt);
    } catch (error) {
      await this.#abandon(made);
      throw error;
    }
  }

  /** Makes a new segment, which lasts from here on. */
  async begin(place: StreamPlace, first: number, acknowledged: number): Promise<void> {
    await this.retire();
    const { folder, segments } = this.#options;
    const segment = newSegment(folder, { ...place, number: this.#number + 1, first, acknowledged });
    const handle = await open(segment.path, 'w', OWNER_ONLY);
    this.#current = { segment, handle, layouts: new Map() };
    await syncFolder(folder);
    this.#number = segment.number;
    segments.push(segment);
  }

  /** Writes no more to the newest segment. */
  async retire(): Promise<void> {
    const handle = this.#current?.handle;
    this.#current = null;
    await handle?.close();
  }

  async delete(segment: Segment): Promise<void> {
    const place = this.#options.segments.indexOf(segment);
    if (place >= 0) this.#options.segments.splice(place, 1);
    if (this.#current?.segment === segment) await this.retire();
    await unlink(segment.path).catch(() => {});
  }

  async #makeRoom(bytes: number): Promise<void> {
    const { segments, maxBytes, onDropped } = this.#options;
    const total = () => segments.reduce((sum, segment) => sum + segment.bytes, bytes);
    while (total() > maxBytes) {
      const oldest = segments.find((segment) => segment !== this.#current?.segment);
      if (oldest === undefined) return;
      await this.delete(oldest);
      onDropped(oldest);
    }
  }

  async #write({ bytes, layouts }: { bytes: Buffer; layouts: Layouts }): Promise<void> {
    if (this.#current === null) return;
    const { handle, segment } = this.#current;
    for (let written = 0; written < bytes.length; ) {
      written += (await handle.write(bytes, written, bytes.length - written, segment.bytes + written)).bytesWritten;
    }
    await handle.sync();
    this.#current.layouts = layouts;
    segment.bytes += bytes.length;
  }

  #count(sequence: number, acknowledged: number, takenAt: number): void {
    if (this.#current !== null) countRecord(this.#current.segment, sequence, acknowledged, takenAt);
  }

  /** After a failure nothing of that write stays, if that can be had, and the next one goes to a new segment. */
  async #abandon(made: boolean): Promise<void> {
    const current = this.#current;
    this.#current = null;
    if (current === null) return;
    const { segment, handle } = current;
    await handle.truncate(segment.bytes).catch(() => {});
    await handle.close().catch(() => {});
    if (made) await this.delete(segment);
  }
}

/** The records as bytes, each layout that is not in `known` before them; and the layouts known then. */
function encodeAll(
  records: readonly WritableRecord[],
  acknowledged: number,
  known: Layouts,
): { bytes: Buffer; layouts: Layouts } {
  const layouts = new Map(known);
  const parts: Buffer[] = [];
  for (const { sequence, takenAt, content, payload } of records) {
    if (content === null) {
      parts.push(encodeRecord({ kind: 'aside', layout: 0, sequence, acknowledged, takenAt, payload }));
      continue;
    }
    if (content.kind === 'inventory') {
      parts.push(encodeRecord({ kind: 'inventory', layout: 0, sequence, acknowledged, takenAt, payload }));
      continue;
    }
    const { layout, hash } = content.layout;
    const number = layouts.get(hash) ?? layouts.size + 1;
    if (!layouts.has(hash)) {
      const description = deflateRawSync(JSON.stringify(layout));
      const record = encodeRecord({
        ...{ kind: 'layout', layout: number, sequence: 0, acknowledged, takenAt, payload: description },
      });
      for (let copy = 0; copy < LAYOUT_COPIES; copy += 1) parts.push(record);
      layouts.set(hash, number);
    }
    parts.push(encodeRecord({ kind: 'snapshot', layout: number, sequence, acknowledged, takenAt, payload }));
  }
  return { bytes: Buffer.concat(parts), layouts };
}

/** Makes the names in a folder last. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
