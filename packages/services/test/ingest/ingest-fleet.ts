import { randomBytes } from 'node:crypto';
import { openDatabase, type Sql } from '@silt/db';
import { createTestDatabase, type TestDatabase } from '@silt/db/testing';
import type { HostFacts, Layout } from '@silt/domain';
import { createLogger } from '@silt/runtime';
import type { IncomingSnapshot, IngestStream, Outcome } from '../../src/ingest/ingest-stream.ts';
import { type Collector, type Greeting, type Ingest, openIngest } from '../../src/ingest/open-ingest.ts';
import type { RegisteredLayout } from '../../src/ingest/registered-layout.ts';

process.env.LOG_LEVEL = 'silent';
export const silentLogger = createLogger('test');

export const STREAM = '0b2f1c9e-63f4-4c56-8f0a-2f1f0a6a3d11';
export const BOOT = '5f0c2b1e-7a37-4d24-9c2e-6f8f3c3b7a10';
export const UPTIME = 86_400_000;

const FACTS: HostFacts = {
  machineId: '9f'.repeat(32),
  name: 'ci-runner-7',
  kernelRelease: '6.18.44',
  distribution: 'Debian GNU/Linux 12 (bookworm)',
  architecture: 'x64',
};

/** One ext4 with its space: 2 places. */
export const LAYOUT: Layout = {
  stores: [
    {
      ...{ key: 'mount:/', kind: 'filesystem', name: '/', fileSystemType: 'ext4', device: '/dev/sda1', uuid: null },
      ...{ mountPoints: ['/'], options: ['rw'], readOnly: false, loop: null, btrfs: null, thinPool: null },
    },
  ],
  daemons: [],
  entries: [
    { storeKey: 'mount:/', series: 'usedBytes' },
    { storeKey: 'mount:/', series: 'capacityBytes' },
  ],
};

export type TestCollector = Collector;

export interface IngestFleet extends TestDatabase {
  owner: Sql;
  ingest: Ingest;
  organisationId: string;
  addCollectors(count: number): Promise<TestCollector[]>;
}

export async function createIngestFleet(serverUrl: string): Promise<IngestFleet> {
  const database = await createTestDatabase(serverUrl);
  const owner = openDatabase(database.urls.silt_owner, { applicationName: 'test', max: 2 });
  const ingest = openIngest({ databaseUrl: database.urls.silt_ingest, logger: silentLogger });
  const [organisation] = await owner<[{ id: string }]>`
    INSERT INTO organisation (name, slug) VALUES ('Home', 'home') RETURNING id`;
  const organisationId = organisation.id;
  return {
    ...database,
    owner,
    ingest,
    organisationId,
    addCollectors: async (count) => {
      const collectors = [];
      for (let made = 0; made < count; made += 1) collectors.push(await addCollector(owner, organisationId));
      return collectors;
    },
    drop: async () => {
      await ingest.close();
      await owner.end();
      await database.drop();
    },
  };
}

async function addCollector(owner: Sql, organisationId: string): Promise<TestCollector> {
  const [host] = await owner<[{ hostId: number; hostPublicId: string; keyId: string }]>`
    WITH made AS (INSERT INTO host (organisation_id, name) VALUES (${organisationId}, 'new') RETURNING id, public_id),
      key AS (INSERT INTO collector_key (host_id, organisation_id, public_key)
        SELECT id, ${organisationId}, ${randomBytes(32)} FROM made RETURNING id)
    SELECT made.id AS "hostId", public_id AS "hostPublicId", key.id AS "keyId" FROM made, key`;
  return { ...host, organisationId };
}

/** A greeting whose clock is the server's. */
export const greeting = (change: Partial<Greeting> = {}): Greeting => ({
  stream: STREAM,
  facts: FACTS,
  collectorVersion: '0.1.0',
  clock: { now: new Date().toISOString(), bootId: BOOT, uptimeMilliseconds: UPTIME },
  receivedAt: new Date(),
  beatSeconds: 10,
  ...change,
});

/** A stream with what it was told so far. */
export interface TestStream {
  stream: IngestStream;
  layout: RegisteredLayout;
  outcomes: Outcome[];
  /** Hands over a beat; readings are 60 of 100 bytes unless set otherwise. */
  push(sequence: number, change?: Partial<IncomingSnapshot>): ReturnType<IngestStream['accept']>;
  /** Until everything up to `sequence` is settled. */
  settled(sequence: number): Promise<void>;
  refused(): Outcome['refused'];
}

/** @param openedAt what beats say of their time is a few milliseconds after it. */
export async function openTestStream(
  ingest: Ingest,
  collector: Collector,
  hello = greeting(),
  openedAt = Date.now(),
): Promise<TestStream> {
  const stream = await ingest.openStream(collector, hello);
  const layout = await ingest.registerLayout(collector, LAYOUT);
  if (layout === 'not-storable') throw new Error('the layout of the tests is storable');
  const outcomes: Outcome[] = [];
  const waiting = new Set<() => void>();
  stream.onOutcome = (outcome) => {
    outcomes.push(outcome);
    for (const look of waiting) look();
  };
  return {
    stream,
    layout,
    outcomes,
    push: (sequence, change = {}) =>
      stream.accept({
        ...{ sequence, takenAt: new Date(openedAt + sequence).toISOString(), bootId: BOOT, layout },
        ...{ uptimeMilliseconds: UPTIME + 10 * sequence, readings: [60, 100] },
        probes: [{ probe: 'filesystems', status: 'ok', reason: null, durationMilliseconds: 1.5 }],
        ...change,
      }),
    settled: (sequence) =>
      new Promise((resolve) => {
        const look = () => {
          if ((outcomes.at(-1)?.sequence ?? 0) < sequence) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    refused: () => outcomes.flatMap(({ refused }) => refused),
  };
}
