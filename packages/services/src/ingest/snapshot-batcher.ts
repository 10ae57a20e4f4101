import { setTimeout as sleep } from 'node:timers/promises';
import {
  HASH_BYTES,
  type InventoryStep,
  KEPT_HASHES,
  type Sql,
  type StreamPart,
  storeInventory,
  storeSnapshots,
  streamKey,
} from '@silt/db';
import type { Logger } from '@silt/runtime';
import { isRowsFault } from './database-fault.ts';
import { HashWindow } from './hash-window.ts';
import { type IngestStream, type PendingInventory, type PendingSequence, refusedSequence } from './ingest-stream.ts';

/** A batch is sent when it has so many snapshots … */
export const MAX_BATCH_SNAPSHOTS = 1_000;
/** … or when its first one has waited so long. */
export const BATCH_WAIT_MILLISECONDS = 10;
/** Readings that wait, over all connections; from there on a connection is read again only as its beats are settled. */
export const MAX_WAITING_READINGS = 4_000_000;
/** As MAX_WAITING_READINGS, of items of inventories; some 1 kB each. */
export const MAX_WAITING_ITEMS = 100_000;
/** Inventories of a batch, each a transaction of its own: snapshots of others shall not wait for many of them. */
export const MAX_BATCH_INVENTORIES = 16;
const RETRY_MINIMUM_MILLISECONDS = 100;
const RETRY_MAXIMUM_MILLISECONDS = 5_000;

/** What one stream has in a batch, in order. */
interface Share {
  stream: IngestStream;
  pending: PendingSequence[];
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
 * away a batch waits; what waits grows no further than MAX_WAITING_READINGS and MAX_WAITING_ITEMS and one message a
 * connection. An inventory is stored alone, after the snapshots of its batch, which are of other hosts.
 */
export class SnapshotBatcher {
  readonly #options: BatcherOptions;
  #waiting = new Map<IngestStream, PendingSequence[]>();
  #count = 0;
  #readings = 0;
  #items = 0;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  readonly #closing = new AbortController();

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  add(stream: IngestStream, pending: PendingSequence): void {
    const share = this.#waiting.get(stream);
    if (share) share.push(pending);
    else this.#waiting.set(stream, [pending]);
    this.#count += 1;
    this.#readings += readingsOf(pending);
    this.#items += itemsOf(pending);
    if (this.#running !== null) return;
    if (this.#count >= MAX_BATCH_SNAPSHOTS) this.#run();
    else this.#timer ??= setTimeout(() => this.#run(), BATCH_WAIT_MILLISECONDS);
  }

  /** So many more items (or fewer, < 0) are held by a stream until their inventory is whole. */
  hold(items: number): void {
    this.#items += items;
  }

  isFull(): boolean {
    return this.#readings >= MAX_WAITING_READINGS || this.#items >= MAX_WAITING_ITEMS;
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
      for (const one of batch.flatMap(({ pending }) => pending)) {
        this.#readings -= readingsOf(one);
        this.#items -= itemsOf(one);
      }
    }
  }

  /**
   * One share a host: two streams of one host, after a restart of its collector, go into two batches. A share is either
   * one inventory, or what comes before the next one.
   */
  #takeBatch(): Share[] {
    const batch: Share[] = [];
    const hosts = new Set<number>();
    let taken = 0;
    let inventories = 0;
    for (const [stream, pending] of this.#waiting) {
      const { hostId } = stream.collector;
      if (hosts.has(hostId) || taken >= MAX_BATCH_SNAPSHOTS) continue;
      const next = pending.findIndex(({ inventory }) => inventory !== null);
      if (next === 0 && inventories >= MAX_BATCH_INVENTORIES) continue;
      hosts.add(hostId);
      if (next === 0) inventories += 1;
      const most = next === -1 ? pending.length : Math.max(next, 1);
      const part = pending.splice(0, Math.min(most, MAX_BATCH_SNAPSHOTS - taken));
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
      const refused = pending.flatMap(refusalsOf);
      const host = stream.collector.hostPublicId;
      this.#options.logger.warn({ err: error, host, sequence: refused[0]?.sequence }, 'a record is not storable');
      await this.#storeAtOnce([{ stream, pending: refused }]);
    }
  }

  /** What an earlier try has settled already is left out. */
  async #storeAtOnce(batch: Share[]): Promise<void> {
    const open = batch.map(unsettled).filter(({ pending }) => pending.length > 0);
    await this.#storeBeats(open.filter((share) => inventoryOf(share) === null));
    for (const share of open) {
      const inventory = inventoryOf(share);
      if (inventory !== null) await this.#storeInventory(share, inventory);
    }
  }

  async #storeBeats(shares: Share[]): Promise<void> {
    if (shares.length === 0) return;
    const stored = await storeSnapshots(this.#options.sql, shares.map(toPart));
    this.#options.onStored(shares.map(({ stream }) => stream.collector));
    for (const share of shares) {
      const { stream } = share;
      const key = streamKey({ hostId: stream.collector.hostId, streamNo: stream.streamNo });
      if (stored.has(key)) settle(share);
      else await this.#settleUnmoved(share);
    }
  }

  async #storeInventory(share: Share, inventory: PendingInventory): Promise<void> {
    const { stream } = share;
    const outcome = await storeInventory(this.#options.sql, toStep(share, inventory));
    if (outcome === 'unmoved') return this.#settleUnmoved(share);
    this.#options.onStored([stream.collector]);
    stream.needsFullInventory = outcome === 'base-missing';
    settle(share);
  }

  /**
   * The stream did not stand where it should. It is further: an earlier try was committed unseen, or the connection
   * before this one had sent the same; what is stored is settled, and the rest goes on from there. It is behind or gone:
   * the database was set back, and the collector must connect again to hear where its stream stands.
   */
  async #settleUnmoved({ stream, pending }: Share): Promise<void> {
    const stored = await stream.readPosition();
    if (stored === null || stored.lastSequence < stream.committed) {
      stream.lost = true;
      stream.onLost();
      return;
    }
    const done = pending.filter(({ sequence }) => sequence <= stored.lastSequence);
    const window = new HashWindow(stored.lastSequence, stored.hashes);
    if (done.length > 0) {
      const refused = done.flatMap(({ sequence, hash, refusal }) => {
        if (refusal) return { sequence, code: refusal };
        return window.contradicts(sequence, hash) ? { sequence, code: 'conflict' as const } : [];
      });
      stream.settle(done, refused);
    }
    const rest = pending.filter(({ sequence }) => sequence > stored.lastSequence);
    if (rest.length === 0) return;
    // A gap or an inventory of which another connection stored the beginning goes on behind that.
    stream.committed = Math.max(stream.committed, stored.lastSequence);
    await this.#storeAtOnce([{ stream, pending: rest }]);
  }
}

function unsettled({ stream, pending }: Share): Share {
  return { stream, pending: stream.lost ? [] : pending.filter(({ sequence }) => sequence > stream.committed) };
}

/** A share that has an inventory has nothing else. */
const inventoryOf = ({ pending }: Share): PendingInventory | null => pending[0]?.inventory ?? null;

const itemsOf = ({ inventory }: PendingSequence): number =>
  inventory === null ? 0 : inventory.items.length + inventory.removed.length;

/** Of a message that the database does not take, at each of its places. */
function refusalsOf({ sequence, inventory }: PendingSequence): PendingSequence[] {
  const sequences = inventory?.sequences.map((part) => part.sequence) ?? [sequence];
  return sequences.map((one) => refusedSequence(one, 'not-storable'));
}

const readingsOf = ({ row }: PendingSequence): number => row?.readings.length ?? 0;

function positionOf({ stream, pending }: Share): Omit<StreamPart, 'rows' | 'gaps' | 'status'> {
  const { hostId, organisationId } = stream.collector;
  const afterSequence = stream.committed;
  const lastSequence = pending.at(-1)?.sequence ?? afterSequence;
  const hashes = hashesOf(pending, afterSequence);
  return { hostId, organisationId, streamNo: stream.streamNo, afterSequence, lastSequence, hashes };
}

function toStep(share: Share, { sequences: _, ...inventory }: PendingInventory): InventoryStep {
  return { ...positionOf(share), ...inventory };
}

function toPart(share: Share): StreamPart {
  const { pending } = share;
  return {
    ...positionOf(share),
    rows: pending.flatMap(({ row }) => row ?? []),
    gaps: gapsOf(pending, share.stream.committed),
    status: pending.findLast(({ status }) => status !== null)?.status?.() ?? null,
  };
}

/** A hash for each sequence, as far as they are kept. */
function hashesOf(pending: readonly PendingSequence[], afterSequence: number): string {
  let hashes = '';
  let before = afterSequence;
  const each = pending.flatMap((one) => one.inventory?.sequences ?? one);
  for (const { sequence, hash } of each) {
    if (sequence <= before) continue;
    hashes += sequence === before + 1 ? hash : hash.repeat(Math.min(sequence - before, KEPT_HASHES));
    before = sequence;
  }
  return hashes.slice(-2 * HASH_BYTES * KEPT_HASHES);
}

/** Each begins after what is dealt with already. */
function gapsOf(pending: readonly PendingSequence[], afterSequence: number): StreamPart['gaps'] {
  let before = afterSequence;
  return pending.flatMap(({ sequence, gap }) => {
    const from = before + 1;
    before = sequence;
    return gap ? { at: gap.at, detail: { ...gap.detail, from } } : [];
  });
}

function settle({ stream, pending }: Share): void {
  stream.settle(
    pending,
    pending.flatMap(({ refusal, sequence }) => (refusal ? { sequence, code: refusal } : [])),
  );
}
