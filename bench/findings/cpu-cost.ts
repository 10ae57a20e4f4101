import { postgresCpuSeconds } from '../history/postgres-cpu.ts';

/** CPU milliseconds of this process and of all of Postgres, and what passed meanwhile. */
export interface CpuCost {
  worker: number;
  postgres: number;
  elapsed: number;
}

export const NO_COST: CpuCost = { worker: 0, postgres: 0, elapsed: 0 };

/** @param postmaster of `readPostmaster`. */
export async function costOf(postmaster: number, work: () => Promise<unknown>): Promise<CpuCost> {
  const before = { at: performance.now(), own: process.cpuUsage(), postgres: postgresCpuSeconds(postmaster) };
  await work();
  const own = process.cpuUsage(before.own);
  return {
    worker: (own.user + own.system) / 1_000,
    postgres: (postgresCpuSeconds(postmaster) - before.postgres) * 1_000,
    elapsed: performance.now() - before.at,
  };
}

export const addCosts = (one: CpuCost, other: CpuCost): CpuCost => ({
  worker: one.worker + other.worker,
  postgres: one.postgres + other.postgres,
  elapsed: one.elapsed + other.elapsed,
});

export const dividedBy = ({ worker, postgres, elapsed }: CpuCost, count: number): CpuCost => ({
  worker: worker / count,
  postgres: postgres / count,
  elapsed: elapsed / count,
});

/** CPU of both together, milliseconds. */
export const cpuOf = ({ worker, postgres }: CpuCost): number => worker + postgres;

/** Share of one core of a cost that comes `times` in each `seconds`. */
export const coreShare = (cost: CpuCost, { times, seconds }: { times: number; seconds: number }): number =>
  (cpuOf(cost) * times) / (seconds * 1_000);
