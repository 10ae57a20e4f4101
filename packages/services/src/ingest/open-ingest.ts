import {
  type BeatGrounds,
  type CollectorKey,
  type EnrolledCollector,
  type EnrolRequest,
  findCollectorKey,
  findLostKeys,
  greetCollector,
  type LostKey,
  lengthenBeats,
  openDatabase,
  readBeatGrounds,
  readInventoryState,
  readStreamPosition,
  registerLayout as registerLayoutInDatabase,
  rotateCollectorKey,
} from '@silt/db';
import type { HostClock, HostEventDetails, HostFacts, Layout } from '@silt/domain';
import type { Logger } from '@silt/runtime';
import { ensurePartitions } from '../derive/ensure-partitions.ts';
import { ChangeNotifier } from './change-notifier.ts';
import { isRowsFault } from './database-fault.ts';
import { enrol } from './enrol.ts';
import { EventReporter, type ReportedHost } from './event-reporter.ts';
import { IngestStream, type RefusedSequence } from './ingest-stream.ts';
import { type RegisteredLayout, toRegisteredLayout } from './registered-layout.ts';
import { SnapshotBatcher } from './snapshot-batcher.ts';
import { SurveyKeeper } from './survey-keeper.ts';

/** One stores, one stores surveys, one tells what changed, the others greet collectors. */
const INGEST_CONNECTIONS = 7;

/** A collector whose key and signature were good. */
export interface Collector {
  hostId: number;
  hostPublicId: string;
  organisationId: string;
  /** The key of this connection. */
  keyId: string;
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
  /**
   * Registers a key by an enrolment token, whose signature was checked.
   *
   * @param isLive whether another collector of the host is connected; the token is not counted then.
   */
  enrol(
    request: EnrolRequest,
    isLive: (hostId: number) => Promise<boolean>,
  ): Promise<EnrolledCollector | 'bad-token' | 'host-already-connected'>;
  /** The key and what it is good for; null when the host has none of this id. The signature is still to be checked. */
  findKey(hostPublicId: string, keyId: string): Promise<CollectorKey | null>;
  /** Those of the keys with which nobody may push any more. */
  findLostKeys(keyIds: readonly string[]): Promise<LostKey[]>;
  /** What the beats of a host follow from, of those hosts for which it is not what is known; null = nothing is known. */
  readBeatGrounds(known: readonly { hostId: number; hash: number | null }[]): Promise<BeatGrounds[]>;
  /** The hosts were told to beat less often: they count as silent accordingly later, from now on. */
  lengthenBeats(hosts: readonly { hostId: number; beatSeconds: number }[]): Promise<void>;
  /** A new key beside the one in use; null when that is good no more. */
  rotateKey(collector: Collector, publicKey: Buffer, address: string | null): Promise<string | null>;
  openStream(collector: Collector, greeting: Greeting): Promise<IngestStream>;
  /** `not-storable`: the database refuses what is in it. */
  registerLayout(collector: Collector, layout: Layout): Promise<RegisteredLayout | 'not-storable'>;
  /** A collector of the host was not let in. Alike ones become one event. */
  reportRefused(host: ReportedHost, code: string, address: string | null): void;
  /** A survey of the host is not what it should be. Alike ones become one event. */
  reportRefusedSurvey(host: ReportedHost, reason: string): void;
  /** Too much waits for the database: a connection should be read no further until a beat of it is settled. */
  isFull(): boolean;
  /** Ends when everything handed over is stored or the database is away; what is not stored was not acknowledged. */
  close(): Promise<void>;
}

export function openIngest({ databaseUrl, logger }: IngestOptions): Ingest {
  const sql = openDatabase(databaseUrl, { applicationName: 'silt-ingest', max: INGEST_CONNECTIONS });
  const notifier = new ChangeNotifier(sql, logger);
  const reporter = new EventReporter({ sql, logger, onStored: (hosts) => notifier.add(hosts) });
  const batcher = new SnapshotBatcher({ sql, logger, onStored: (collectors) => notifier.add(collectors) });
  const surveys = new SurveyKeeper({ sql, logger });
  const reportRefused: Ingest['reportRefused'] = (host, code, address) => {
    if (code === 'host-already-connected') reporter.report(host, 'clone-refused', { address, count: 1 });
    else reporter.report(host, 'collector-refused', { code, address, count: 1 });
  };
  return {
    async check() {
      await ensurePartitions(sql, new Date());
    },
    async enrol(request, isLive) {
      const enrolled = await enrol(sql, request, async (host) => {
        if (!(await isLive(host.hostId))) return false;
        reportRefused({ ...host, keyId: 'enrolment' }, 'host-already-connected', request.address);
        return true;
      });
      if (typeof enrolled !== 'string') notifier.add([enrolled]);
      return enrolled;
    },
    findKey: (hostPublicId, keyId) => findCollectorKey(sql, hostPublicId, keyId),
    findLostKeys: (keyIds) => findLostKeys(sql, keyIds),
    readBeatGrounds: (known) => readBeatGrounds(sql, known),
    lengthenBeats: (hosts) => lengthenBeats(sql, hosts),
    async rotateKey(collector, publicKey, address) {
      const keyId = await rotateCollectorKey(sql, collector, publicKey, address);
      if (keyId !== null) notifier.add([collector]);
      return keyId;
    },
    async openStream(collector, { stream, facts, collectorVersion, clock, receivedAt, beatSeconds }) {
      const skewMilliseconds = Date.parse(clock.now) - receivedAt.getTime();
      const request = { holder: collector, streamId: stream, facts, collectorVersion, skewMilliseconds };
      const opened = await greetCollector(sql, { ...request, at: receivedAt });
      notifier.add([collector]);
      const [inventory] = await Promise.all([
        readInventoryState(sql, collector.hostId),
        lengthenBeats(sql, [{ hostId: collector.hostId, beatSeconds }]),
      ]);
      const needsFullInventory = inventory === null || inventory.staleSince !== null;
      return new IngestStream({
        ...{ collector, ...opened, clock, receivedAt, beatSeconds, batcher, surveys, needsFullInventory },
        readPosition: () => readStreamPosition(sql, collector.hostId, opened.streamNo),
        onRefused: (refused) => reportRefusals(reporter, collector, refused),
      });
    },
    async registerLayout(collector, layout) {
      try {
        return toRegisteredLayout(await registerLayoutInDatabase(sql, collector, layout), layout);
      } catch (error) {
        if (!isRowsFault(error)) throw error;
        logger.warn({ err: error, host: collector.hostPublicId }, 'a layout is not storable');
        return 'not-storable';
      }
    },
    reportRefused,
    reportRefusedSurvey: (host, reason) => reporter.report(host, 'survey-refused', { reason, count: 1 }),
    isFull: () => batcher.isFull(),
    async close() {
      await Promise.all([batcher.close(), surveys.close()]);
      await reporter.close();
      await notifier.close();
      await sql.end({ timeout: 2 });
    },
  };
}

function reportRefusals(reporter: EventReporter, collector: Collector, refused: readonly RefusedSequence[]): void {
  for (const { sequence, code } of refused) {
    if (code === 'conflict') reporter.report(collector, 'sequence-conflict', { sequence, count: 1 });
    else {
      const range: HostEventDetails['snapshot-refused'] = {
        code,
        firstSequence: sequence,
        lastSequence: sequence,
        count: 1,
      };
      reporter.report(collector, 'snapshot-refused', range);
    }
  }
}
