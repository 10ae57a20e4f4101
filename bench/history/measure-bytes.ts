import { compactedBefore } from '@silt/db';
import type { RegisteredHost } from '@silt/services';
import { type BenchHost, benchHosts, COLLECTOR_VERSION, registerBenchHosts, restless } from './bench-hosts.ts';
import { type HistoryStage, rollUpAll } from './history-stage.ts';
import { measurePrometheus, type PrometheusBytes } from './prometheus-bytes.ts';

const DAY_MILLISECONDS = 86_400_000;
const DAYS_A_YEAR = 365;
const HOSTS = 100;
const DAYS = 90;
const RESTLESS_DAYS = 10;
const STEP_SECONDS = 60;
/** So many stand in `snapshot` at once before they are rolled up. */
const CHUNK_DAYS = 10;
const TABLES = ['series_block', 'series_hour', 'series_day'] as const;

/** A sample is one resource of one host at one moment. */
export interface SeriesBytes {
  hosts: number;
  days: number;
  samples: number;
  /** Of blocks, their index and the rest of the table, ÷ samples. */
  bytesPerSample: number;
  /** Bytes of data in blocks, without what Postgres adds to a row. */
  encodedBytesPerSample: number;
  hoursBytesPerSample: number;
  daysBytesPerSample: number;
  /** Of hours and days, a host and year. */
  rolledMegabytesAHostYear: number;
  /** null = promtool is not there. */
  prometheus: PrometheusBytes | null;
  seconds: number;
}

/** 100 hosts × 16 resources × 90 days at a sample a minute. */
export const measureSimulated = (stage: HistoryStage, log: (line: string) => void): Promise<SeriesBytes> =>
  measureSeries(stage, { days: DAYS, hostOf: (host) => host, log });

/** The same restless, for fewer days. */
export const measureRestless = (stage: HistoryStage, log: (line: string) => void): Promise<SeriesBytes> =>
  measureSeries(stage, { days: RESTLESS_DAYS, hostOf: restless, log });

/** Closed days, loaded, rolled up and vacuumed by the product's functions. */
async function measureSeries(
  stage: HistoryStage,
  { days, hostOf, log }: { days: number; hostOf: (host: BenchHost) => BenchHost; log: (line: string) => void },
): Promise<SeriesBytes> {
  const startedAt = performance.now();
  const end = compactedBefore(new Date()).getTime();
  const begin = end - days * DAY_MILLISECONDS;
  const simulated = (): BenchHost[] => benchHosts(HOSTS, { anchorAt: new Date(end), days: DAYS }).map(hostOf);
  const hosts = await registerBenchHosts(stage.demo, stage.organisationId, simulated());
  for (let from = begin; from < end; from += CHUNK_DAYS * DAY_MILLISECONDS) {
    await loadRange(stage, hosts, { from, to: Math.min(end, from + CHUNK_DAYS * DAY_MILLISECONDS) });
    const samples = await rollUpAll(stage);
    log(`bytes: ${samples.toLocaleString('en-US')} snapshots rolled up, from ${new Date(from).toISOString()} on`);
  }
  await stage.admin`VACUUM ANALYZE`;
  const sizes = await readSizes(stage);
  const [row] = await stage.admin<[{ samples: number; encoded: number }]>`
    SELECT sum(samples) FILTER (WHERE resource_no > 0)::bigint AS samples, sum(length(data))::bigint AS encoded
    FROM series_block`;
  log('bytes: the same series in Prometheus …');
  const hostYears = HOSTS * (days / DAYS_A_YEAR);
  return {
    ...{ hosts: HOSTS, days, samples: row.samples },
    bytesPerSample: sizes.series_block / row.samples,
    encodedBytesPerSample: row.encoded / row.samples,
    hoursBytesPerSample: sizes.series_hour / row.samples,
    daysBytesPerSample: sizes.series_day / row.samples,
    rolledMegabytesAHostYear: (sizes.series_hour + sizes.series_day) / hostYears / 1e6,
    // Hosts are asked in the order of time, so these are others of the same.
    prometheus: await measurePrometheus(simulated(), begin),
    seconds: (performance.now() - startedAt) / 1_000,
  };
}

async function loadRange(
  { demo }: HistoryStage,
  hosts: readonly RegisteredHost[],
  { from, to }: { from: number; to: number },
): Promise<void> {
  const range = { from, earlyFrom: from, now: new Date(to), stepSeconds: STEP_SECONDS };
  await demo.loadHistory({ hosts, collectorVersion: COLLECTOR_VERSION, ...range });
}

/** With indexes and TOAST, all partitions. */
async function readSizes({ admin }: HistoryStage): Promise<Record<(typeof TABLES)[number], number>> {
  const rows = await admin<{ name: string; bytes: number }[]>`
    SELECT name, (SELECT sum(pg_total_relation_size(relid))::bigint FROM pg_partition_tree(name::regclass)) AS bytes
    FROM unnest(${TABLES as unknown as string[]}::text[]) AS name`;
  return Object.fromEntries(rows.map(({ name, bytes }) => [name, bytes])) as Record<(typeof TABLES)[number], number>;
}
