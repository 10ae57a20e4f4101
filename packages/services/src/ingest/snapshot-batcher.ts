import { setTimeout as sleep } from 'node:timers/promises';
import { type Sql, type StreamPart, storeSnapshots, streamKey } from '@silt/db';
import type { Logger } from '@silt/runtime';
import { isRowsFault } from './database-fault.ts';
import type { IngestStream, Outcome, PendingSnapshot } from './ingest-stream.ts';

/** A batch is sent when it has so many snapshots … */
export const MAX_BATCH_SNAPSHOTS = 1_000;
/** … or when its first one has waited so long. */
export const BATCH_WAIT_MILLISECONDS = 10;
/** Readings that wait, over all connections; from there on a connection is read again only as its beats are settled. */
export const MAX_WAITING_READINGS = 4_000_000;
const RETRY_MINIMUM_MILLISECONDS = 100;
const RETRY_MAXIMUM_MILLISECONDS = 5_000;

/** What one stream has in a batch, in order. */
interface Share {
  stream: IngestStream;
  pending: PendingSnapshot[];
}

interface BatcherOptions {
  sql: Sql;
  logger: Logger;
  /** After COMMIT, with the collectors of whom something was stored. */
  onStored: (collectors: { organisationId: string; hostPublicId: string }[]) => void;
}

/**
 * Gathers snapshots over all connections and stores them, one batch at a time. A batch that the database refuses for
 * a row of it is tried again host by host, then row by row, so that only the culprit is refused. While the database is
 * away a batch waits; what waits grows no further than MAX_WAITING_READINGS and one beat a connection.
 */
export class SnapshotBatcher {
  readonly #options: BatcherOptions;
  #waiting = new Map<IngestStream, PendingSnapshot[]>();
  #count = 0;
  #readings = 0;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  readonly #closing = new AbortController();

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  add(stream: IngestStream, pending: PendingSnapshot): void {
    const share = this.#waiting.get(stream);
    if (share) share.push(pending);
    else this.#waiting.set(stream, [pending]);
    this.#count += 1;
    this.#readings += readingsOf(pending);
    if (this.#running !== null) return;
    if (this.#count >= MAX_BATCH_SNAPSHOTS) this.#run();
    else this.#timer ??= setTimeout(() => this.#run(), BATCH_WAIT_MILLISECONDS);
  }

  isFull(): boolean {
    return this.#readings >= MAX_WAITING_READINGS;
  }

  /** Stores what waits, unless the database is away. */
  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#running === null) this.#run();
    await this.#running;
  }

  #run(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#running = this.#drain().finally(() => {
      this.#running = null;
    });
  }

  async #drain(): Promise<void> {
    while (this.#count > 0) {
      const batch = this.#takeBatch();
      if (!(await this.#storeUntilDone(batch))) return;
      for (const { pending } of batch) for (const one of pending) this.#readings -= readingsOf(one);
    }
  }

  /** One share a host: two streams of one host, after a restart of its collector, go into two batches. */
  #takeBatch(): Share[] {
    const batch: Share[] = [];
    const hosts = new Set<number>();
    let taken = 0;
    for (const [stream, pending] of this.#waiting) {
      const { hostId } = stream.collector;
      if (hosts.has(hostId) || taken >= MAX_BATCH_SNAPSHOTS) continue;
      hosts.add(hostId);
      const part = pending.splice(0, MAX_BATCH_SNAPSHOTS - taken);
      if (pending.length === 0) this.#waiting.delete(stream);
      taken += part.length;
      batch.push({ stream, pending: part });
    }
    this.#count -= taken;
    return batch;
  }

  /** False when it gave up, because the database is away and the gateway stops. */
  async #storeUntilDone(batch: Share[]): Promise<boolean> {
    for (let pause = RETRY_MINIMUM_MILLISECONDS; ; pause = Math.min(2 * pause, RETRY_MAXIMUM_MILLISECONDS)) {
      try {
        await this.#store(batch);
        return true;
      } catch (error) {
        this.#options.logger.error({ err: error, hosts: batch.length }, 'the database takes nothing; trying again');
        if (this.#closing.signal.aborted) return false;
        await sleep(pause, undefined, { signal: this.#closing.signal }).catch(() => {});
      }
    }
  }

  async #store(batch: Share[]): Promise<void> {
    try {
      await this.#storeAtOnce(batch);
    } catch (error) {
      if (!isRowsFault(error)) throw error;
      this.#options.logger.warn({ err: error, hosts: batch.length }, 'a batch was refused; trying host by host');
      for (const share of batch) await this.#storeShare(share);
    }
  }

  async #storeShare({ stream, pending }: Share): Promise<void> {
    try {
      await this.#storeAtOnce([{ stream, pending }]);
    } catch (error) {
      if (!isRowsFault(error)) throw error;
      if (pending.length > 1) {
        for (const one of pending) await this.#storeShare({ stream, pending: [one] });
        return;
      }
      const refused = pending.map(({ sequence }) => toRefused(sequence));
      const host = stream.collector.hostPublicId;
      this.#options.logger.warn({ err: error, host, sequence: refused[0]?.sequence }, 'a snapshot is not storable');
      await this.#storeAtOnce([{ stream, pending: refused }]);
    }
  }

  /** What an earlier try has settled already is left out. */
  async #storeAtOnce(batch: Share[]): Promise<void> {
    const open = batch.map(unsettled).filter(({ pending }) => pending.length > 0);
    if (open.length === 0) return;
    const stored = await storeSnapshots(this.#options.sql, open.map(toPart));
    this.#options.onStored(open.map(({ stream }) => stream.collector));
    for (const share of open) {
      const { stream } = share;
      const key = streamKey({ hostId: stream.collector.hostId, streamNo: stream.streamNo });
      if (stored.has(key)) settle(share);
      else await this.#settleUnmoved(share);
    }
  }

  /**
   * The stream did not stand where it should. It is further: an earlier try was committed unseen, or the connection
   * before this one had sent the same; what is stored is settled, and the rest goes on from there. It is behind: the
   * database was set back, and the stream cannot go on.
   */
  async #settleUnmoved({ stream, pending }: Share): Promise<void> {
    const stored = await stream.readLast();
    if (stored < stream.committed) {
      stream.lost = true;
      stream.onConflict();
      return;
    }
    const isStored = ({ sequence }: PendingSnapshot) => sequence <= stored;
    if (pending.some(isStored)) settle({ stream, pending: pending.filter(isStored) });
    await this.#storeAtOnce([{ stream, pending }]);
  }
}

function unsettled({ stream, pending }: Share): Share {
  return { stream, pending: stream.lost ? [] : pending.filter(({ sequence }) => sequence > stream.committed) };
}

const readingsOf = ({ row }: PendingSnapshot): number => row?.readings.length ?? 0;

const toRefused = (sequence: number): PendingSnapshot => ({
  sequence,
  row: null,
  status: null,
  refusal: 'not-storable',
});

function toPart({ stream, pending }: Share): StreamPart {
  const { hostId, organisationId } = stream.collector;
  return {
    hostId,
    organisationId,
    streamNo: stream.streamNo,
    afterSequence: stream.committed,
    lastSequence: pending.at(-1)?.sequence ?? stream.committed,
    rows: pending.flatMap(({ row }) => row ?? []),
    status: pending.findLast(({ status }) => status !== null)?.status?.() ?? null,
  };
}

function settle({ stream, pending }: Share): void {
  const sequence = pending.at(-1)?.sequence ?? stream.committed;
  stream.committed = sequence;
  const refused = pending.flatMap(({ refusal, sequence: at }) => (refusal ? [{ sequence: at, code: refusal }] : []));
  const outcome: Outcome = { sequence, count: pending.length, refused };
  stream.onOutcome(outcome);
}
