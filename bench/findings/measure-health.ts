import type { HistoryStage } from '../history/history-stage.ts';
import { readPostmaster } from '../history/postgres-cpu.ts';
import { type CpuCost, costOf, dividedBy } from './cpu-cost.ts';

const RUNS = 5;
const IDLE_ASKS = 10;
const SERVER_VERSION = '0.1.0';

/** Of a fleet of which nobody is due. */
export interface HealthResult {
  /** Of one run of the rules of Silt's own health over all hosts, once warm. */
  run: CpuCost;
  /** Hosts of which something of it stands. */
  found: number;
  /** Of asking once which hosts are due. */
  idleAsk: CpuCost;
}

/** On a fleet that `fillFindings` filled. */
export async function measureHealth(
  { admin, worker }: HistoryStage,
  log: (line: string) => void,
): Promise<HealthResult> {
  const { signal } = new AbortController();
  const postmaster = await readPostmaster(admin);
  const judge = async (): Promise<void> => {
    const { faults, failures } = await worker.judgeHealth(SERVER_VERSION, signal);
    if (faults.length + failures.length > 0)
      throw new Error('the health of the fleet could not be judged', { cause: { faults, failures } });
  };
  // What begins is written; from then on it stands.
  await judge();
  await judge();
  const run = await costOf(postmaster, () => repeat(RUNS, judge));
  const [{ found }] = await admin<[{ found: number }]>`
    SELECT count(DISTINCT host_id) AS found FROM finding WHERE rule = 'collector-silent' AND resolved_at IS NULL`;
  const ask = async (): Promise<void> => {
    const { hosts } = await worker.judgeHosts(signal);
    if (hosts > 0) throw new Error(`${hosts} hosts were due`);
  };
  await ask();
  const idleAsk = await costOf(postmaster, () => repeat(IDLE_ASKS, ask));
  log(`health: ${found} hosts are silent`);
  return { run: dividedBy(run, RUNS), found, idleAsk: dividedBy(idleAsk, IDLE_ASKS) };
}

async function repeat(times: number, work: () => Promise<void>): Promise<void> {
  for (let time = 0; time < times; time += 1) await work();
}
