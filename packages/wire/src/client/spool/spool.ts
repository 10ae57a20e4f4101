import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientLog } from '../client-events.ts';
import { type HoleCause, type QueuedRecord, SequencedOutbox } from '../sequenced-outbox.ts';
import { payloadOf } from './record-payload.ts';
import { readSegments, type Segment } from './segment.ts';
import { SegmentReader } from './segment-reader.ts';
import { SegmentWriter, syncFolder, type WritableRecord } from './segment-writer.ts';
import { MAX_PAYLOAD_BYTES } from './spool-record.ts';
import { lockState, type StateLock } from './state-lock.ts';

export const MAX_SPOOL_BYTES = 64 * 1024 * 1024;
/** While the disk takes nothing. */
export const MAX_MEMORY_RECORDS = 2_000;
export const MAX_MEMORY_BYTES = 4 * 1024 * 1024;
/** Written records that stay in memory, so that a beat is not read back to be sent. */
const KEPT_RECORDS = 4;
/** A segment that is wholly acknowledged is replaced from this length on. */
const SMALL_SEGMENT_BYTES = 64 * 1024;
/** A disk that takes longer counts as one that takes nothing. */
const DISK_DEADLINE_MILLISECONDS = 10_000;
const OWNER_ONLY = 0o700;

export interface SpoolOptions {
  /** Holds the lock; the segments are in `spool` beneath it. */
  stateFolder: string;
  log?: ClientLog;
  /** Of all segments; one record may go over it. */
  maxBytes?: number;
}

interface Entry extends WritableRecord {
  durable: boolean;
}

export const spoolFolder = (stateFolder: string): string => join(stateFolder, 'spool');

/**
 * What is not acknowledged, on disk. A record is taken into memory, written and fsynced, and only then told to be sent;
 * while the disk takes nothing it is sent from memory. It lasts over kill -9 at any point.
 */
export class Spool extends SequencedOutbox {
  readonly #stateFolder: string;
  readonly #lock: StateLock | null;
  readonly #segments: Segment[];
  readonly #writer: SegmentWriter;
  readonly #reader = new SegmentReader(this.interner);
  /** The newest records, without a hole; the durable ones first. */
  readonly #entries: Entry[] = [];
  #entryBytes = 0;
  #doomed: Segment[] = [];
  #working: Promise<void> | null = null;
  /** Why the disk takes nothing; null = it does. */
  #trouble: string | null = null;

  private constructor(options: SpoolOptions, lock: StateLock | null) {
    super(options.log ?? null);
    this.#stateFolder = options.stateFolder;
    const folder = spoolFolder(options.stateFolder);
    this.#lock = lock;
    const { segments, torn } = readSegments(folder);
    this.#segments = segments;
    this.#writer = new SegmentWriter({
      ...{ folder, maxBytes: options.maxBytes ?? MAX_SPOOL_BYTES, segments },
      onDropped: (segment) => this.#dropped(segment),
    });
    const newest = segments.at(-1);
    if (newest === undefined) return;
    // Bytes that are no record may have been one, which may have been sent: its sequence is not given again.
    const last = Math.max(...segments.map((segment) => segment.last)) + (torn ? 1 : 0);
    const acknowledged = Math.max(newest.base, ...segments.map((segment) => segment.acknowledged));
    this.restore({ stream: newest.stream, base: newest.base }, last, Math.min(acknowledged, last));
  }

  /**
   * Opens or makes the spool. Throws StateLockedError when another collector uses the folder, and what the file system
   * says when what is there cannot be read; a disk that cannot be written is no error.
   */
  static async open(options: SpoolOptions): Promise<Spool> {
    const { stateFolder, log } = options;
    await makeFolders(stateFolder).catch(() => {});
    const lock = await lockState(stateFolder, log);
    try {
      return new Spool(options, lock);
    } catch (error) {
      await lock?.release();
      throw error;
    }
  }

  /** Bytes of all segments. */
  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /** All that was added so far is on disk, or cannot be. */
  async settle(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  async close(): Promise<void> {
    await this.settle();
    await this.#writer.retire().catch(() => {});
    await this.#lock?.release();
  }

  protected keep(record: QueuedRecord): void {
    const payload = payloadOf(record);
    const fits = payload.length <= MAX_PAYLOAD_BYTES;
    const entry = { ...record, ...(fits ? { payload } : { content: null, payload: Buffer.alloc(0) }), durable: false };
    this.#entries.push(entry);
    this.#entryBytes += entry.payload.length;
    while (this.#entries.length > MAX_MEMORY_RECORDS || this.#entryBytes > MAX_MEMORY_BYTES) {
      const oldest = this.#shift();
      if (oldest === undefined) break;
      if (!oldest.durable) this.loseRecord(oldest, 'memory-full');
    }
    this.#work();
  }

  protected firstInMemory(): number {
    return this.#entries[0]?.sequence ?? this.last + 1;
  }

  protected fromMemory(sequence: number): QueuedRecord | null {
    this.#reader.release();
    const entry = this.#entries[sequence - this.firstInMemory()];
    return entry !== undefined && (entry.durable || this.#trouble !== null) ? entry : null;
  }

  protected stored(from: number, to: number): QueuedRecord | null {
    for (const segment of this.#segments) {
      if (segment.last < from) continue;
      if (segment.first > to) break;
      const record = this.#reader.find(segment, from);
      if (record !== null) return record.sequence <= to ? record : null;
    }
    return null;
  }

  protected holeCause(from: number, to: number): HoleCause {
    const oldest = this.#segments[0]?.first ?? this.firstInMemory();
    if (from < oldest) return { reason: 'spool-full', to: Math.min(to, oldest - 1) };
    return { reason: 'corrupt', to };
  }

  protected drop(): void {
    while ((this.#entries[0]?.sequence ?? Number.POSITIVE_INFINITY) <= this.acknowledged) this.#shift();
    const newest = this.#segments.at(-1);
    this.#doomed = this.#segments.filter((segment) => segment !== newest && segment.last <= this.acknowledged);
    if (this.#doomed.length > 0) this.#work();
  }

  protected async beginStream(): Promise<void> {
    await this.settle();
    this.#working = this.#attempt(async () => {
      await makeFolders(this.#stateFolder);
      const first = this.#entries.find(({ durable }) => !durable)?.sequence ?? this.last + 1;
      await this.#writer.begin(this.place, first, this.acknowledgedOnce);
    }).then(() => {
      this.#working = null;
    });
    await this.#working;
  }

  #work(): void {
    if (this.#working !== null) return;
    this.#working = this.#write().then((written) => {
      this.#working = null;
      this.onReady();
      if (written && (this.#batch().length > 0 || this.#doomed.length > 0)) this.#work();
    });
  }

  /** False when the disk did not take it. */
  async #write(): Promise<boolean> {
    // First, since a full disk may take something then.
    for (const segment of this.#doomed.splice(0)) await this.#writer.delete(segment).catch(() => {});
    for (let batch = this.#batch(); batch.length > 0; batch = this.#batch()) {
      const newest = this.#segments.at(-1);
      const done = newest !== undefined && newest.last <= this.acknowledged && newest.bytes > SMALL_SEGMENT_BYTES;
      const written = await this.#attempt(async () => {
        if (done) await this.#writer.retire();
        if (newest === undefined) await makeFolders(this.#stateFolder);
        await this.#writer.append(batch, this.place, this.acknowledgedOnce);
      });
      if (!written) return false;
      for (const entry of batch) entry.durable = true;
      while (this.#entries.length > KEPT_RECORDS && this.#entries[0]?.durable) this.#shift();
      if (done) this.drop();
    }
    return true;
  }

  /** The oldest records that are not written yet, as many as one write is for. */
  #batch(): Entry[] {
    const batch: Entry[] = [];
    let bytes = 0;
    for (const entry of this.#entries) {
      if (entry.durable) continue;
      bytes += entry.payload.length;
      if (batch.length > 0 && bytes > this.#writer.batchBytes) break;
      batch.push(entry);
    }
    return batch;
  }

  /** Does it; false when the disk did not take it. Says so at each change, once. */
  async #attempt(act: () => Promise<void>): Promise<boolean> {
    const late = setTimeout(
      () => this.#fail(`it has not answered for ${DISK_DEADLINE_MILLISECONDS} ms`),
      DISK_DEADLINE_MILLISECONDS,
    );
    try {
      await act();
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      clearTimeout(late);
    }
    if (this.#trouble !== null) this.log?.info({}, 'The spool can be written again.');
    this.#trouble = null;
    return true;
  }

  #fail(reason: string): void {
    const first = this.#trouble === null;
    this.#trouble = reason;
    if (!first) return;
    this.log?.warn(
      { reason, maxRecords: MAX_MEMORY_RECORDS },
      'The spool cannot be written; what is not acknowledged is kept in memory, and the oldest goes when that is full.',
    );
    this.onReady();
  }

  #dropped({ first, last, firstTakenAt, lastTakenAt, records }: Segment): void {
    this.log?.warn({ records }, 'The spool is at its bound; its oldest records are deleted.');
    this.lose({ from: first, to: last, reason: 'spool-full', firstTakenAt, lastTakenAt });
  }

  #shift(): Entry | undefined {
    const entry = this.#entries.shift();
    if (entry !== undefined) this.#entryBytes -= entry.payload.length;
    return entry;
  }
}

async function makeFolders(stateFolder: string): Promise<void> {
  const made = await mkdir(spoolFolder(stateFolder), { recursive: true, mode: OWNER_ONLY });
  if (made !== undefined) await syncFolder(join(made, '..'));
}
