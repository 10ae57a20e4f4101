import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import type { KnownLayout, LayoutInterner } from '../layout-interner.ts';
import type { QueuedRecord } from '../sequenced-outbox.ts';
import { parsePayload } from './record-payload.ts';
import type { Segment } from './segment.ts';
import { MAX_PAYLOAD_BYTES, nextRecord, type SpoolRecord } from './spool-record.ts';

/** Reads records back in order; holds one segment at a time. */
export class SegmentReader {
  readonly #interner: LayoutInterner;
  #segment: Segment | null = null;
  #bytes = Buffer.alloc(0);
  #offset = 0;
  /** Of the record that was found last. */
  #sequence = 0;
  readonly #layouts = new Map<number, KnownLayout>();

  constructor(interner: LayoutInterner) {
    this.#interner = interner;
  }

  /** The first record from `from` on that can be read; null = none in this segment. What cannot be read is passed over. */
  find(segment: Segment, from: number): QueuedRecord | null {
    this.#load(segment, from);
    for (;;) {
      const next = nextRecord(this.#bytes, this.#offset);
      if (next === null) return null;
      this.#offset = next.end;
      const { record } = next;
      if (record.kind === 'layout') this.#learn(record);
      else if (record.sequence >= from) {
        const queued = this.#decode(record);
        if (queued === null) continue;
        this.#sequence = record.sequence;
        return queued;
      }
    }
  }

  /** Forgets what it holds. */
  release(): void {
    this.#segment = null;
    this.#bytes = Buffer.alloc(0);
    this.#layouts.clear();
  }

  #load(segment: Segment, from: number): void {
    const goesOn = this.#segment === segment && from > this.#sequence;
    if (goesOn && this.#bytes.length === segment.bytes) return;
    if (!goesOn) {
      this.#offset = 0;
      this.#sequence = 0;
      this.#layouts.clear();
    }
    this.#segment = segment;
    try {
      this.#bytes = readFileSync(segment.path).subarray(0, segment.bytes);
    } catch {
      this.#bytes = Buffer.alloc(0);
    }
  }

  #learn({ layout, payload }: SpoolRecord): void {
    if (this.#layouts.has(layout)) return;
    try {
      const text = inflateRawSync(payload, { maxOutputLength: MAX_PAYLOAD_BYTES }).toString();
      this.#layouts.set(layout, this.#interner.intern(JSON.parse(text)));
    } catch {
      // Its checksum is right, so this is another version's; snapshots that need it cannot be read.
    }
  }

  #decode({ kind, sequence, layout, takenAt, payload }: SpoolRecord): QueuedRecord | null {
    if (kind === 'aside') return { sequence, takenAt, content: null };
    const content = parsePayload(kind, payload, this.#layouts.get(layout) ?? null);
    return content === null ? null : { sequence, takenAt, content };
  }
}
