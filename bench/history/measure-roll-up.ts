import { compactedBefore } from '@silt/db';
import { benchHosts, COLLECTOR_VERSION, registerBenchHosts } from './bench-hosts.ts';
import { type HistoryStage, rollUpAll } from './history-stage.ts';
import { postgresCpuSeconds, readPostmaster } from './postgres-cpu.ts';

const DAY_MILLISECONDS = 86_400_000;
const HOURS_A_DAY = 24;
/** Days are rolled up host by host, so a sample of hosts tells what a fleet costs. */
export const ROLL_UP_HOSTS = 100;

/** What an hour of the fleet costs when its day is rolled up, seconds. */
export interface RollUpCost {
  beatSeconds: number;
  /** Of the sample of hosts and its day. */
  snapshots: number;
  wallSeconds: number;
  /** Of the worker, CPU. */
  workerSeconds: number;
  /** Of all processes of Postgres, CPU. */
  postgresSeconds: number;
}

/** A day of 100 hosts at each distance of the beats, scaled to an hour of `fleetHosts`. */
export async function measureRollUp(
  stage: HistoryStage,
  { fleetHosts, log }: { fleetHosts: number; log: (line: string) => void },
): Promise<RollUpCost[]> {
  const beats = [60, 10];
  const end = compactedBefore(new Date()).getTime();
  const simulated = benchHosts(ROLL_UP_HOSTS, { anchorAt: new Date(end), days: 90 });
  const hosts = await registerBenchHosts(stage.demo, stage.organisationId, simulated);
  const postmaster = await readPostmaster(stage.admin);
  const costs: RollUpCost[] = [];
  for (const [index, beatSeconds] of beats.entries()) {
    const from = end - (beats.length - index) * DAY_MILLISECONDS;
    const range = { from, earlyFrom: from, now: new Date(from + DAY_MILLISECONDS), stepSeconds: beatSeconds };
    await stage.demo.loadHistory({ hosts, collectorVersion: COLLECTOR_VERSION, ...range });
    await stage.admin`VACUUM ANALYZE snapshot`;
    await stage.admin`CHECKPOINT`;
    const before = { wall: performance.now(), own: process.cpuUsage(), postgres: postgresCpuSeconds(postmaster) };
    const snapshots = await rollUpAll(stage);
    const own = process.cpuUsage(before.own);
    const share = fleetHosts / ROLL_UP_HOSTS / HOURS_A_DAY;
    costs.push({
      ...{ beatSeconds, snapshots },
      wallSeconds: ((performance.now() - before.wall) / 1_000) * share,
      workerSeconds: ((own.user + own.system) / 1e6) * share,
      postgresSeconds: (postgresCpuSeconds(postmaster) - before.postgres) * share,
    });
    log(`roll-up: ${snapshots.toLocaleString('en-US')} snapshots, a beat each ${beatSeconds} s`);
  }
  return costs;
}
