import { readFileSync, writeFileSync } from 'node:fs';

const KIBIBYTES_A_MEGABYTE = 1e6 / 1024;
/** USER_HZ of every Linux architecture that Node runs on (getconf CLK_TCK). */
const TICKS_A_SECOND = 100;
/** utime and stime, counted from the field after the program's name (proc_pid_stat(5): fields 14 and 15). */
const UTIME_AFTER_NAME = 11;

export interface Memory {
  residentMb: number;
  anonymousMb: number;
}

/** MB that are resident now: all of it, and what is no file's (proc_pid_smaps_rollup(5)). */
export function readMemory(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const megabytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]);
  return {
    residentMb: megabytes('Rss') / KIBIBYTES_A_MEGABYTE,
    anonymousMb: megabytes('Anonymous') / KIBIBYTES_A_MEGABYTE,
  };
}

/** From here on `readPeakMb` is of what comes (proc_pid_clear_refs(5)). */
export const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5');

/** MB, the most that was resident. */
export function readPeakMb(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1]) / KIBIBYTES_A_MEGABYTE;
}

/** CPU seconds so far, all threads, without the programs that it started. */
export function readCpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[UTIME_AFTER_NAME]) + Number(fields[UTIME_AFTER_NAME + 1])) / TICKS_A_SECOND;
}
