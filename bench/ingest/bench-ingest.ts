import { openDatabase } from '@silt/db';
import { createTestDatabase, startTestPostgres, type TestDatabase } from '@silt/db/testing';
import { type Baselines, measureBaselines } from './baselines.ts';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts';
import { LoadCollector } from './load-collector.ts';
import { type PhaseResult, percentile, runAtRate, runSaturated } from './load-phases.ts';
import { READINGS_PER_SNAPSHOT } from './load-snapshot.ts';
import { type LoadHost, registerHosts } from './register-hosts.ts';

const BASELINE_SECONDS = 4;

export interface IngestBenchOptions {
  hosts: number;
  /** Of each measured phase. */
  seconds: number;
  profileFolder: string | undefined;
  /** Superuser; undefined = an embedded, durable server of the run's own. */
  serverUrl: string | undefined;
  log: (line: string) => void;
}

/** What `--json` prints; times in milliseconds at half of `snapshotsPerSecond`. */
export interface IngestFigures {
  snapshotsPerSecond: number;
  readingsPerSecond: number;
  ratioToInsert: number;
  ratioToCopy: number;
  ratioToCopySnapshots: number;
  ackP50Ms: number;
  ackP99Ms: number;
  gatewayMb: number;
}

export interface IngestBenchResult {
  figures: IngestFigures;
  baselines: Baselines;
  saturated: { ackP50Ms: number; ackP99Ms: number };
  halfLoadPerSecond: number;
  storedSnapshots: number;
  /** `fsync`, `synchronous_commit` and the version, as the server says. */
  server: { version: string; fsync: string; synchronousCommit: string };
}

/** Rejects when the gateway refuses, loses or doubles anything. */
export async function benchIngest(options: IngestBenchOptions): Promise<IngestBenchResult> {
  const server = options.serverUrl === undefined ? await startTestPostgres({ durable: true }) : null;
  try {
    const database = await createTestDatabase(server?.url ?? (options.serverUrl as string));
    try {
      return await benchOn(database, options);
    } finally {
      await database.drop();
    }
  } finally {
    await server?.stop();
  }
}

async function benchOn(database: TestDatabase, options: IngestBenchOptions): Promise<IngestBenchResult> {
  const { hosts, seconds, log } = options;
  const registered = await registerHosts(database.urls.silt_owner, hosts);
  const gateway = await startGatewayProcess(database.urls.silt_ingest, { profileFolder: options.profileFolder });
  const load = await runLoad(gateway, registered, options).finally(() => gateway.stop());
  const storedSnapshots = await checkStored(database.adminUrl, load.acknowledged);
  log(`Writing straight into Postgres, 3 × ${BASELINE_SECONDS} s …`);
  const baselines = await measureBaselines(database.adminUrl, hosts, BASELINE_SECONDS);
  const { saturated, half } = load;
  const { snapshotsPerSecond } = saturated;
  const readingsPerSecond = snapshotsPerSecond * READINGS_PER_SNAPSHOT;
  log(`Measured ${seconds} s saturated and ${seconds} s at half load.`);
  return {
    figures: {
      snapshotsPerSecond: Math.round(snapshotsPerSecond),
      readingsPerSecond: Math.round(readingsPerSecond),
      ratioToInsert: hundredths(snapshotsPerSecond / baselines.insertedRowsPerSecond),
      ratioToCopy: hundredths(readingsPerSecond / baselines.copiedRowsPerSecond),
      ratioToCopySnapshots: hundredths(snapshotsPerSecond / baselines.copiedSnapshotsPerSecond),
      ...ackTimes(half),
      gatewayMb: Math.round(load.gatewayMegabytes),
    },
    baselines,
    saturated: ackTimes(saturated),
    halfLoadPerSecond: half.snapshotsPerSecond,
    storedSnapshots,
    server: await readServer(database.adminUrl),
  };
}

interface Load {
  saturated: PhaseResult;
  half: PhaseResult;
  /** Over the whole run, warm-ups too. */
  acknowledged: number;
  gatewayMegabytes: number;
}

async function runLoad(
  gateway: GatewayProcess,
  hosts: readonly LoadHost[],
  { seconds, log }: IngestBenchOptions,
): Promise<Load> {
  const failed = Promise.withResolvers<never>();
  const collectors: LoadCollector[] = [];
  const run = async (): Promise<Load> => {
    for (const host of hosts) collectors.push(await LoadCollector.open(gateway.port, host, failed.reject));
    log(`${hosts.length} collectors are connected; ${seconds} s saturated …`);
    const saturated = await runSaturated(collectors, seconds);
    const halfRate = saturated.snapshotsPerSecond / 2;
    log(`${Math.round(saturated.snapshotsPerSecond)} snapshots/s; ${seconds} s at half of it …`);
    const half = await runAtRate(collectors, halfRate, seconds);
    const acknowledged = collectors.reduce((sum, collector) => sum + collector.acknowledged, 0);
    return { saturated, half, acknowledged, gatewayMegabytes: gateway.peakMegabytes() };
  };
  try {
    return await Promise.race([run(), failed.promise]);
  } finally {
    for (const collector of collectors) collector.end();
  }
}

/** Each acknowledged snapshot is stored once, and nothing else. */
async function checkStored(adminUrl: string, acknowledged: number): Promise<number> {
  const sql = openDatabase(adminUrl, { applicationName: 'silt-bench', max: 1 });
  try {
    const [row] = await sql<[{ stored: number; different: number }]>`
      SELECT count(*) AS stored, count(DISTINCT (host_id, stream_no, sequence)) AS different FROM snapshot`;
    if (row.stored !== acknowledged || row.different !== acknowledged) {
      throw new Error(
        `${acknowledged} snapshots were acknowledged, ${row.stored} rows are stored, ${row.different} of them different`,
      );
    }
    return row.stored;
  } finally {
    await sql.end();
  }
}

async function readServer(adminUrl: string): Promise<IngestBenchResult['server']> {
  const sql = openDatabase(adminUrl, { applicationName: 'silt-bench', max: 1 });
  try {
    const [row] = await sql<[IngestBenchResult['server']]>`
      SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
        current_setting('synchronous_commit') AS "synchronousCommit"`;
    return row;
  } finally {
    await sql.end();
  }
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;

function ackTimes({ acknowledgedAfter }: PhaseResult): { ackP50Ms: number; ackP99Ms: number } {
  return {
    ackP50Ms: hundredths(percentile(acknowledgedAfter, 0.5)),
    ackP99Ms: hundredths(percentile(acknowledgedAfter, 0.99)),
  };
}
