import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadCollector } from './load-collector.ts';

const WARM_UP_SECONDS = 2;
const DRAIN_POLL_MILLISECONDS = 5;
const DRAIN_SECONDS = 30;
const TICK_MILLISECONDS = 1;

export interface PhaseResult {
  /** Acknowledged in the measured time, a second. */
  snapshotsPerSecond: number;
  /** From due to acknowledged, milliseconds, sorted. */
  acknowledgedAfter: Float64Array;
}

/** Every collector keeps as many snapshots under way as the protocol allows. The first 2 s are not counted. */
export async function runSaturated(collectors: readonly LoadCollector[], seconds: number): Promise<PhaseResult> {
  let sending = true;
  for (const collector of collectors) {
    collector.onRoom = () => {
      if (sending && collector.room > 0) collector.send(collector.room, performance.now());
    };
    collector.onRoom();
  }
  await sleep(WARM_UP_SECONDS * 1_000);
  const result = await measure(collectors, () => sleep(seconds * 1_000));
  sending = false;
  await drain(collectors);
  return result;
}

/**
 * One snapshot at a time at even distances, from one collector after the other. Its time runs from when it was due, so
 * that a queue before the socket counts too.
 */
export async function runAtRate(
  collectors: readonly LoadCollector[],
  snapshotsPerSecond: number,
  seconds: number,
): Promise<PhaseResult> {
  for (const collector of collectors) collector.onRoom = () => {};
  const distance = 1_000 / snapshotsPerSecond;
  let dueAt = performance.now();
  let turn = 0;
  const pace = async (paceSeconds: number): Promise<void> => {
    const end = performance.now() + paceSeconds * 1_000;
    for (let now = performance.now(); now < end; now = performance.now()) {
      for (; dueAt <= now; dueAt += distance) {
        const free = nextWithRoom(collectors, turn);
        if (free === -1) break;
        (collectors[free] as LoadCollector).send(1, dueAt);
        turn = free + 1;
      }
      await sleep(TICK_MILLISECONDS);
    }
  };
  await pace(WARM_UP_SECONDS);
  const result = await measure(collectors, () => pace(seconds));
  await drain(collectors);
  return result;
}

/** -1 when all wait for acknowledgements. */
function nextWithRoom(collectors: readonly LoadCollector[], from: number): number {
  for (let step = 0; step < collectors.length; step += 1) {
    const place = (from + step) % collectors.length;
    if ((collectors[place] as LoadCollector).room > 0) return place;
  }
  return -1;
}

async function measure(collectors: readonly LoadCollector[], work: () => Promise<void>): Promise<PhaseResult> {
  const times: number[] = [];
  for (const collector of collectors) collector.onAcknowledged = (milliseconds) => times.push(milliseconds);
  const startedAt = performance.now();
  await work();
  const elapsedSeconds = (performance.now() - startedAt) / 1_000;
  for (const collector of collectors) collector.onAcknowledged = () => {};
  return { snapshotsPerSecond: times.length / elapsedSeconds, acknowledgedAfter: Float64Array.from(times).sort() };
}

async function drain(collectors: readonly LoadCollector[]): Promise<void> {
  const deadline = performance.now() + DRAIN_SECONDS * 1_000;
  while (collectors.some(({ sent, acknowledged }) => acknowledged < sent)) {
    if (performance.now() > deadline) throw new Error(`snapshots were not acknowledged within ${DRAIN_SECONDS} s`);
    await sleep(DRAIN_POLL_MILLISECONDS);
  }
}

/** The smallest value that `share` of the sorted values do not exceed (nearest rank). */
export function percentile(sorted: Float64Array, share: number): number {
  const value = sorted[Math.ceil(share * sorted.length) - 1];
  if (value === undefined) throw new Error('nothing was acknowledged in the measured time');
  return value;
}
