import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MILLISECONDS = 50;

/** Whether a process with this id runs (it may be somebody else's). One that ended and waits for its parent does not. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  return statFields(pid)?.[0] !== 'Z';
}

/** A mark that tells a process from a later one with the same id: its start time (Linux), else nothing. */
export function startMark(pid) {
  return statFields(pid)?.[19] ?? '';
}

/** Fields of /proc/<pid>/stat from the state on; null where there is none. */
function statFields(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
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
