import { startTestPostgres } from '@silt/db/testing';
import { withStage } from './history-stage.ts';
import { measureRestless, measureSimulated, type SeriesBytes } from './measure-bytes.ts';
import { measureQueries, type QueriesResult } from './measure-queries.ts';
import { measureRollUp, type RollUpCost } from './measure-roll-up.ts';
import { growingQueries, type QueryName } from './query-times.ts';

export const PARTS = ['bytes', 'rollup', 'queries'] as const;
export type Part = (typeof PARTS)[number];

export interface HistoryBenchOptions {
  /** Of the fleet, one size or several. */
  sizes: readonly number[];
  parts: readonly Part[];
  log: (line: string) => void;
}

/** null = the part was left out. */
export interface HistoryBenchResult {
  /** Of the largest fleet. */
  hosts: number;
  bytes: { simulated: SeriesBytes; restless: SeriesBytes } | null;
  rollUp: RollUpCost[] | null;
  queries: QueriesResult | null;
  growing: QueryName[];
}

/** There must be room on the disk (`shortOfRoom`). */
export async function benchHistory({ sizes, parts, log }: HistoryBenchOptions): Promise<HistoryBenchResult> {
  const hosts = Math.max(...sizes);
  const server = await startTestPostgres({ durable: true });
  try {
    const { url } = server;
    // Each in a database of its own.
    const bytes = parts.includes('bytes')
      ? {
          simulated: await withStage(url, (stage) => measureSimulated(stage, log)),
          restless: await withStage(url, (stage) => measureRestless(stage, log)),
        }
      : null;
    const rollUp = parts.includes('rollup')
      ? await withStage(url, (stage) => measureRollUp(stage, { fleetHosts: hosts, log }))
      : null;
    const queries = parts.includes('queries')
      ? await withStage(url, (stage) => measureQueries(stage, { sizes, log }))
      : null;
    return { hosts, bytes, rollUp, queries, growing: growingQueries(queries?.scales ?? []) };
  } finally {
    await server.stop();
  }
}

/** What `--json` prints; null = not measured. Times are p95 of 50 calls on the largest fleet. */
export interface HistoryFigures {
  hosts: number;
  bytesPerSample: number | null;
  prometheusBytesPerSample: number | null;
  /** Of levels that are another at each beat. */
  restlessBytesPerSample: number | null;
  restlessPrometheusBytesPerSample: number | null;
  rolledMegabytesAHostYear: number | null;
  fleetP95Ms: number | null;
  yearP95Ms: number | null;
  asOfP95Ms: number | null;
  compareP95Ms: number | null;
  growersP95Ms: number | null;
  /** CPU of worker and Postgres for an hour of the fleet: of a sample a minute, and of a beat each 10 s. */
  rollupSeconds: number | null;
  rollupSecondsAt10sBeats: number | null;
  fillSeconds: number | null;
  databaseGb: number | null;
  /** Queries that cost more on the largest fleet than on the smallest; empty where there is one size. */
  growing: QueryName[];
}

export function historyFigures({ hosts, bytes, rollUp, queries, growing }: HistoryBenchResult): HistoryFigures {
  const scale = queries?.scales.at(-1);
  const p95 = (name: QueryName): number | null => rounded(scale?.times[name].p95, 1);
  const fillSeconds = queries?.scales.reduce((sum, one) => sum + one.fillSeconds, 0);
  return {
    hosts,
    bytesPerSample: rounded(bytes?.simulated.bytesPerSample, 2),
    prometheusBytesPerSample: rounded(bytes?.simulated.prometheus?.bytesPerSample, 2),
    restlessBytesPerSample: rounded(bytes?.restless.bytesPerSample, 2),
    restlessPrometheusBytesPerSample: rounded(bytes?.restless.prometheus?.bytesPerSample, 2),
    rolledMegabytesAHostYear: rounded(bytes?.simulated.rolledMegabytesAHostYear, 1),
    fleetP95Ms: p95('fleet'),
    yearP95Ms: p95('year'),
    asOfP95Ms: p95('asOf'),
    compareP95Ms: p95('compare'),
    growersP95Ms: p95('growers'),
    rollupSeconds: rounded(cpuSeconds(rollUp?.find(({ beatSeconds }) => beatSeconds === 60)), 1),
    rollupSecondsAt10sBeats: rounded(cpuSeconds(rollUp?.find(({ beatSeconds }) => beatSeconds === 10)), 1),
    fillSeconds: rounded(fillSeconds, 0),
    databaseGb: rounded(scale && scale.databaseBytes / 1e9, 1),
    growing,
  };
}

export const cpuSeconds = (cost: RollUpCost | undefined): number | undefined =>
  cost && cost.workerSeconds + cost.postgresSeconds;

const rounded = (value: number | undefined, digits: number): number | null =>
  value === undefined ? null : Math.round(value * 10 ** digits) / 10 ** digits;
