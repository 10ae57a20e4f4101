import { readFileSync } from 'node:fs';

const WARM_UPS = 3;
const MICROSECONDS_A_MILLISECOND = 1_000;
/** proc_pid_stat(5): of children that ended, in ticks of sysconf(_SC_CLK_TCK), which is 100 on every Linux of today. */
const TICK_MILLISECONDS = 10;
/** The first field after the name. */
const FIRST_FIELD = 3;
const [CHILD_USER_FIELD, CHILD_SYSTEM_FIELD] = [16, 17];

/** Milliseconds of one call; CPU times are means over the rounds. */
export interface Cost {
  wallMedianMs: number;
  /** Of this process, all its threads. */
  cpuMs: number;
  /** Of the programs it started. */
  childrenCpuMs: number;
}

/** `warmUps`: calls that are not counted, before the others. */
export async function measure(rounds: number, call: () => Promise<unknown>, warmUps = WARM_UPS): Promise<Cost> {
  for (let round = 0; round < warmUps; round += 1) await call();
  const walls: number[] = [];
  const cpu = process.cpuUsage();
  const children = childrenCpuMilliseconds();
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    await call();
    walls.push(performance.now() - began);
  }
  const { user, system } = process.cpuUsage(cpu);
  return {
    wallMedianMs: walls.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0,
    cpuMs: (user + system) / MICROSECONDS_A_MILLISECOND / rounds,
    childrenCpuMs: (childrenCpuMilliseconds() - children) / rounds,
  };
}

function childrenCpuMilliseconds(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = (field: number): number => Number(fields[field - FIRST_FIELD]);
  return (ticks(CHILD_USER_FIELD) + ticks(CHILD_SYSTEM_FIELD)) * TICK_MILLISECONDS;
}
