import { uptime } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostFacts, Layout } from '@silt/domain';
import { type CollectOptions, collect, collectInventory, readHostClock } from '@silt/probes';
import { createLogger, onShutdown } from '@silt/runtime';
import { ClientSettingsError, CollectorClient, type CollectorClientOptions } from '@silt/wire/client';
import { BeatSchedule } from './beat-schedule.ts';
import { CollectorError, EXIT_REFUSED, EXIT_SETTINGS } from './collector-error.ts';
import { endWithHangingCalls } from './end-with-hanging-calls.ts';

/** Until the server has said how often. */
const FIRST_BEAT_MILLISECONDS = 30_000;
const FIRST_SLOW_BEAT_MILLISECONDS = 300_000;
/** A host whose daemons do not answer by then is connected without them. */
const FIRST_INVENTORY_DEADLINE_MILLISECONDS = 5_000;
const MILLISECONDS_A_SECOND = 1_000;
const SHUTDOWN_DEADLINE_MILLISECONDS = 2_000;

export interface RunOptions {
  url: string;
  token: string;
  version: string;
  facts: HostFacts;
  collect: CollectOptions;
  /** null = as the server says. */
  beatMilliseconds: number | null;
}

/** Beats and pushes until the process is told to end. Throws CollectorError when the server refuses for good. */
export async function run(options: RunOptions): Promise<never> {
  const log = createLogger('collector');
  const { bootId } = (await readHostClock(options.collect.roots)).value;
  const client = newClient({
    url: options.url,
    token: options.token,
    collectorVersion: options.version,
    facts: options.facts,
    clock: () => ({
      now: new Date().toISOString(),
      bootId,
      uptimeMilliseconds: Math.round(uptime() * MILLISECONDS_A_SECOND),
    }),
    log,
  });
  let layout: Layout | null = null;
  const schedule = new BeatSchedule(options.beatMilliseconds ?? FIRST_BEAT_MILLISECONDS, async () => {
    const snapshot = await collect(options.collect);
    layout = snapshot.layout;
    client.push(snapshot);
  });
  const slowSchedule = new BeatSchedule(FIRST_SLOW_BEAT_MILLISECONDS, async () => {
    layout ??= (await collect(options.collect)).layout;
    await collectInventory(options.collect, layout);
  });
  onShutdown(
    async (reason) => {
      log.info({ reason }, 'Stopping.');
      schedule.stop();
      slowSchedule.stop();
      await client.stop();
      endWithHangingCalls(options.collect.memory);
    },
    { deadlineMilliseconds: SHUTDOWN_DEADLINE_MILLISECONDS },
  );
  client.on('welcome', ({ session, beats }) => {
    if (options.beatMilliseconds === null) schedule.setInterval(beats.fastMilliseconds);
    slowSchedule.setInterval(beats.slowMilliseconds);
    void schedule.beatNow();
    log.info({ session, stream: client.stream }, 'Connected.');
  });
  const late = sleep(FIRST_INVENTORY_DEADLINE_MILLISECONDS, undefined, { ref: false });
  await Promise.race([slowSchedule.beatNow(), late]);
  schedule.start();
  client.start();
  return await new Promise<never>((_, reject) => {
    client.on('state', (state) => {
      if (state.name !== 'stopped' || state.reason === null) return;
      schedule.stop();
      reject(new CollectorError(state.reason, EXIT_REFUSED));
    });
  });
}

function newClient(options: CollectorClientOptions): CollectorClient {
  try {
    return new CollectorClient(options);
  } catch (error) {
    if (error instanceof ClientSettingsError) throw new CollectorError(error.message, EXIT_SETTINGS);
    throw error;
  }
}
