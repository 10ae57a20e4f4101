import { setTimeout as sleep } from 'node:timers/promises';
import { packSurvey, type Sql, type SurveyRow, storeSurveys } from '@silt/db';
import type { Inventory } from '@silt/domain';
import type { Logger } from '@silt/runtime';
import { isRowsFault } from './database-fault.ts';

/** What waits, over all connections: as text while it is compressed, and then as it is stored. */
export const MAX_WAITING_SURVEY_BYTES = 64 * 1024 * 1024;
/** Of one statement, unless one alone has more. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
const MAX_BATCH_SURVEYS = 16;
const RETRY_MINIMUM_MILLISECONDS = 100;
const RETRY_MAXIMUM_MILLISECONDS = 5_000;
const LOG_INTERVAL_MILLISECONDS = 60_000;

/** The inventory of a host, checked. */
export interface Survey extends Omit<SurveyRow, 'body'> {
  inventory: Inventory;
}

interface KeeperOptions {
  sql: Sql;
  logger: Logger;
}

/**
 * Stores the last survey of each host, a few at a time. Of one host the newest waits; what waits is bounded, and what comes
 * beyond is dropped: the next one comes with the next slow beat. While the database is away the last ones wait.
 */
export class SurveyKeeper {
  readonly #sql: Sql;
  readonly #logger: Logger;
  /** By host, in the order of their arrival. */
  readonly #waiting = new Map<number, SurveyRow>();
  /** Of those that wait, are being compressed or are being stored. */
  #bytes = 0;
  #packed: Promise<void> = Promise.resolve();
  #dropped = 0;
  #logTimer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  readonly #closing = new AbortController();

  constructor({ sql, logger }: KeeperOptions) {
    this.#sql = sql;
    this.#logger = logger;
  }

  get waitingBytes(): number {
    return this.#bytes;
  }

  keep({ inventory, ...row }: Survey): void {
    const text = Buffer.from(JSON.stringify(inventory));
    if (this.#bytes + text.length > MAX_WAITING_SURVEY_BYTES) this.#drop();
    else {
      this.#bytes += text.length;
      // One after the other: each that is being compressed takes a quarter of a megabyte beside.
      this.#packed = this.#packed.then(() => this.#pack(row, text));
    }
  }

  /** Stores what waits, unless the database is away. */
  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#logTimer !== null) clearTimeout(this.#logTimer);
    await this.#packed;
    await this.#running;
  }

  /** Never rejects. */
  async #pack(row: Omit<SurveyRow, 'body'>, text: Buffer): Promise<void> {
    try {
      this.#wait({ ...row, body: await packSurvey(text) });
    } catch (error) {
      this.#logger.error({ err: error, hostId: row.hostId }, 'a survey could not be compressed');
    } finally {
      this.#bytes -= text.length;
    }
  }

  /** A newer one takes the place of the one that waits. */
  #wait(row: SurveyRow): void {
    const before = this.#waiting.get(row.hostId);
    if (before !== undefined && before.observedAt >= row.observedAt) return;
    this.#bytes += row.body.length - (before?.body.length ?? 0);
    this.#waiting.set(row.hostId, row);
    if (this.#running === null) this.#running = this.#drain();
  }

  async #drain(): Promise<void> {
    let pause = RETRY_MINIMUM_MILLISECONDS;
    while (this.#waiting.size > 0) {
      const batch = this.#takeBatch();
      const isStored = await this.#tryToStore(batch);
      for (const { body } of batch) this.#bytes -= body.length;
      if (isStored) {
        pause = RETRY_MINIMUM_MILLISECONDS;
        continue;
      }
      if (this.#closing.signal.aborted) break;
      for (const row of batch) this.#wait(row);
      await sleep(pause, undefined, { signal: this.#closing.signal }).catch(() => {});
      pause = Math.min(2 * pause, RETRY_MAXIMUM_MILLISECONDS);
    }
    this.#running = null;
  }

  async #tryToStore(batch: readonly SurveyRow[]): Promise<boolean> {
    try {
      await this.#store(batch);
      return true;
    } catch (error) {
      this.#logger.error({ err: error, hosts: batch.length }, 'the database takes no surveys; trying again');
      return false;
    }
  }

  #takeBatch(): SurveyRow[] {
    const batch: SurveyRow[] = [];
    let bytes = 0;
    for (const [hostId, row] of this.#waiting) {
      bytes += row.body.length;
      if (batch.length >= MAX_BATCH_SURVEYS || (batch.length > 0 && bytes > MAX_BATCH_BYTES)) break;
      batch.push(row);
      this.#waiting.delete(hostId);
    }
    return batch;
  }

  /** One that the database refuses for what it holds, or whose host is gone, is left out. */
  async #store(batch: readonly SurveyRow[]): Promise<void> {
    try {
      await storeSurveys(this.#sql, batch);
    } catch (error) {
      if (!isRowsFault(error)) throw error;
      if (batch.length > 1) for (const row of batch) await this.#store([row]);
      else this.#logger.warn({ err: error, hostId: batch[0]?.hostId }, 'a survey is not storable');
    }
  }

  /** Told once a minute at the most. */
  #drop(): void {
    this.#dropped += 1;
    this.#logTimer ??= setTimeout(() => {
      this.#logTimer = null;
      this.#logger.warn({ dropped: this.#dropped }, 'surveys were dropped: too many wait for the database');
      this.#dropped = 0;
    }, LOG_INTERVAL_MILLISECONDS).unref();
  }
}
