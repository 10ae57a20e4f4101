import type { CollectOptions } from './collect.ts';
import { readDaemons } from './docker/read.ts';
import { reportOf, runProbe } from './run-probe.ts';

/** Nobody waits for the slow beat, and a daemon under load may take its time. */
const DEADLINE_MILLISECONDS = 60_000;

/** The slow beat. Never throws; what was not read is told in the reports of `memory.slow`. */
export async function collectInventory({ roots, dockerSockets, memory }: CollectOptions): Promise<void> {
  const docker = await runProbe('docker', DEADLINE_MILLISECONDS, readDaemons(roots, dockerSockets));
  memory.slow = { daemons: docker.value ?? [], reports: [reportOf('docker', docker)] };
}
