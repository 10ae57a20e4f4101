import { timingSafeEqual } from 'node:crypto';
import {
  findCollectorKey,
  openDatabase,
  openStream as openStreamInDatabase,
  readLastSequence,
  registerLayout as registerLayoutInDatabase,
} from '@silt/db';
import type { HostClock, HostFacts, Layout } from '@silt/domain';
import type { Logger } from '@silt/runtime';
import { ensurePartitions } from '../derive/ensure-partitions.ts';
import { parseCollectorToken } from '../setup/collector-token.ts';
import { ChangeNotifier } from './change-notifier.ts';
import { isRowsFault } from './database-fault.ts';
import { IngestStream, type RegisteredLayout } from './ingest-stream.ts';
import { SnapshotBatcher } from './snapshot-batcher.ts';

/** One stores, one tells what changed, the others greet collectors. */
const INGEST_CONNECTIONS = 6;

/** A collector whose token was good. */
export interface Collector {
  hostId: number;
  hostPublicId: string;
  organisationId: string;
}

export interface Greeting {
  stream: string;
  facts: HostFacts;
  collectorVersion: string;
  clock: HostClock;
  /** When `clock` arrived. */
  receivedAt: Date;
  beatSeconds: number;
}

export interface IngestOptions {
  /** As silt_ingest. */
  databaseUrl: string;
  logger: Logger;
}

/** What the gateway hands a collector's messages to. */
export interface Ingest {
  /** Rejects when the database cannot be reached or refuses the role. */
  check(): Promise<void>;
  /** Null when the token is unknown, revoked or of a retired host. */
  authenticate(token: string): Promise<Collector | null>;
  openStream(collector: Collector, greeting: Greeting): Promise<IngestStream>;
  /** `not-storable`: the database refuses what is in it. */
  registerLayout(collector: Collector, layout: Layout): Promise<RegisteredLayout | 'not-storable'>;
  /** Too much waits for the database: a connection should be read no further until a beat of it is settled. */
  isFull(): boolean;
  /** Ends when everything handed over is stored or the database is away; what is not stored was not acknowledged. */
  close(): Promise<void>;
}

export function openIngest({ databaseUrl, logger }: IngestOptions): Ingest {
  const sql = openDatabase(databaseUrl, { applicationName: 'silt-ingest', max: INGEST_CONNECTIONS });
  const notifier = new ChangeNotifier(sql, logger);
  const batcher = new SnapshotBatcher({ sql, logger, onStored: (collectors) => notifier.add(collectors) });
  return {
    async check() {
      await ensurePartitions(sql, new Date());
    },
    async authenticate(token) {
      const parsed = parseCollectorToken(token);
      const key = parsed && (await findCollectorKey(sql, parsed.id));
      if (!parsed || !key || !timingSafeEqual(key.secretHash, parsed.secretHash)) return null;
      const { hostId, hostPublicId, organisationId } = key;
      return { hostId, hostPublicId, organisationId };
    },
    async openStream(collector, { stream, facts, collectorVersion, ...rest }) {
      const opened = await openStreamInDatabase(sql, { ...collector, streamId: stream, facts, collectorVersion });
      const readLast = () => readLastSequence(sql, collector.hostId, opened.streamNo);
      return new IngestStream({ collector, ...opened, ...rest, batcher, readLast });
    },
    async registerLayout(collector, layout) {
      try {
        return { layout, layoutNo: await registerLayoutInDatabase(sql, collector, layout) };
      } catch (error) {
        if (!isRowsFault(error)) throw error;
        logger.warn({ err: error, host: collector.hostPublicId }, 'a layout is not storable');
        return 'not-storable';
      }
    },
    isFull: () => batcher.isFull(),
    async close() {
      await batcher.close();
      await notifier.close();
      await sql.end({ timeout: 2 });
    },
  };
}
