import { readFileSync } from 'node:fs';

const KIBIBYTES_A_MEGABYTE = 1e6 / 1024;

/** What is resident of a process, MB, to a tenth (proc_pid_status(5): VmRSS). */
export function residentMegabytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round((Number(kibibytes) / KIBIBYTES_A_MEGABYTE) * 10) / 10;
}

/** Whether a process with this number runs (a zombie does not). */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Numbers of a process' children, at this moment. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
