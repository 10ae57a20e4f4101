import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MILLISECONDS = 50;

/** Whether a process with this id is there (it may be somebody else's). */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** A mark that tells a process from a later one with the same id: its start time (Linux), else nothing. */
export function startMark(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** Sends the signal, waits, then kills. Resolves once the process is gone. */
export async function endProcess(pid, { signal = 'SIGTERM', graceMilliseconds }) {
  send(pid, signal);
  if (await isGone(pid, graceMilliseconds)) return;
  send(pid, 'SIGKILL');
  await isGone(pid, graceMilliseconds);
}

async function isGone(pid, milliseconds) {
  const end = Date.now() + milliseconds;
  while (isAlive(pid)) {
    if (Date.now() > end) return false;
    await sleep(POLL_MILLISECONDS);
  }
  return true;
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}
