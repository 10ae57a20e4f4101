import { uptime } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostFacts, Layout } from '@silt/domain';
import { type CollectOptions, collect, collectItems, readHostClock } from '@silt/probes';
import { onShutdown } from '@silt/runtime';
import type { ConfigureMessage } from '@silt/wire';
import {
  ClientSettingsError,
  CollectorClient,
  type CollectorClientOptions,
  KeptSurvey,
  Spool,
  StateLockedError,
} from '@silt/wire/client';
import { BeatSchedule } from './beat-schedule.ts';
import { CollectorError, EXIT_FAILURE, EXIT_REFUSED, EXIT_SETTINGS } from './collector-error.ts';
import { endWithHangingCalls } from './end-with-hanging-calls.ts';
import { enrolUntilAnswered } from './enrolment.ts';
import { GIVE_BACK_AFTER_MILLISECONDS, giveBackFilePages } from './give-back-file-pages.ts';
import { giveBackMemory } from './give-back-memory.ts';
import { type Identity, writeIdentity } from './identity.ts';
import { ItemTeller } from './item-teller.ts';
import { createJsonLog, type JsonLog } from './json-log.ts';
import { KeyKeeper } from './key-keeper.ts';

/** Until the server has said how often. */
const FIRST_BEAT_MILLISECONDS = 30_000;
const FIRST_SLOW_BEAT_MILLISECONDS = 300_000;
/** A host whose daemons do not answer by then begins without them. */
const FIRST_INVENTORY_DEADLINE_MILLISECONDS = 5_000;
const MILLISECONDS_A_SECOND = 1_000;
const SHUTDOWN_DEADLINE_MILLISECONDS = 2_000;

export interface RunOptions {
  stateFolder: string;
  /** null = not enrolled yet: `token` is for that then. */
  identity: Identity | null;
  url: string;
  pin: string | null;
  token: string | null;
  version: string;
  facts: HostFacts;
  collect: CollectOptions;
  /** null = as the server says. */
  beatMilliseconds: number | null;
}

interface Beats {
  fast: BeatSchedule;
  slow: BeatSchedule;
  teller: ItemTeller;
  survey: KeptSurvey;
}

/**
 * Beats into the spool from the first moment on, enrols if it must, and delivers until the process is told to end. Throws
 * CollectorError when the server refuses for good.
 */
export async function run(options: RunOptions): Promise<never> {
  const log = createJsonLog('collector');
  const spool = await openSpool(options.stateFolder, log);
  const stopping = new AbortController();
  let client: CollectorClient | null = null;
  const beats = newBeats(options, spool, log);
  const end = async () => {
    stopping.abort();
    beats.fast.stop();
    beats.slow.stop();
    beats.teller.stop();
    await client?.stop();
    await spool.close();
  };
  onShutdown(
    async (reason) => {
      log.info({ reason }, 'Stopping.');
      await end();
      endWithHangingCalls(options.collect.memory);
    },
    { deadlineMilliseconds: SHUTDOWN_DEADLINE_MILLISECONDS },
  );
  try {
    void firstBeats(beats);
    let identity = options.identity ?? (await enrolFirst(options, log, stopping.signal));
    if (identity.renewStream) {
      await spool.renew();
      identity = { ...identity, renewStream: false };
      await writeIdentity(options.stateFolder, identity);
    }
    client = await newClient(options, identity, { log, spool, beats });
    client.start();
    throw new CollectorError(await untilRefused(client), EXIT_REFUSED);
  } catch (error) {
    // What ends the process by a signal says so itself.
    if (stopping.signal.aborted) return await new Promise<never>(() => {});
    await end();
    throw error;
  }
}

async function openSpool(stateFolder: string, log: JsonLog): Promise<Spool> {
  try {
    return await Spool.open({ stateFolder, log });
  } catch (error) {
    if (error instanceof StateLockedError) throw new CollectorError(error.message, EXIT_SETTINGS);
    const why = error instanceof Error ? error.message : String(error);
    throw new CollectorError(`The spool in ${stateFolder} cannot be read: ${why}.`, EXIT_FAILURE);
  }
}

function newBeats({ collect: collecting, beatMilliseconds }: RunOptions, spool: Spool, log: JsonLog): Beats {
  const teller = new ItemTeller(spool);
  const survey = new KeptSurvey();
  let layout: Layout | null = null;
  const fast = new BeatSchedule(beatMilliseconds ?? FIRST_BEAT_MILLISECONDS, async () => {
    const snapshot = await collect(collecting);
    layout = snapshot.layout;
    spool.add(snapshot);
    soonAfter(giveBackFilePages);
  });
  const slow = new BeatSchedule(FIRST_SLOW_BEAT_MILLISECONDS, async () => {
    try {
      layout ??= (await collect(collecting)).layout;
      const collected = await collectItems(collecting, layout);
      teller.tell(collected);
      const { takenAt, bootId, uptimeMilliseconds } = collected.snapshot;
      await survey.keep({ takenAt, bootId, uptimeMilliseconds, inventory: collected.inventory });
    } catch (error) {
      // The fast beats must go on whatever a host's inventory holds.
      log.error({ error }, 'The inventory could not be made into items or a survey; it is left out.');
    }
    soonAfter(giveBackMemory);
  });
  return { fast, slow, teller, survey };
}

const soonAfter = (giveBack: () => void) => void setTimeout(giveBack, GIVE_BACK_AFTER_MILLISECONDS).unref();

async function firstBeats({ fast, slow }: Beats): Promise<void> {
  const late = sleep(FIRST_INVENTORY_DEADLINE_MILLISECONDS, undefined, { ref: false });
  await Promise.race([slow.beatNow(), late]);
  await fast.beatNow();
}

function enrolFirst(options: RunOptions, log: JsonLog, signal: AbortSignal): Promise<Identity> {
  const { token } = options;
  if (token === null) throw new CollectorError('This host is not enrolled, and there is no token.', EXIT_SETTINGS);
  return enrolUntilAnswered({ ...options, token }, log, signal);
}

async function newClient(
  { url, pin, version, facts, collect: collecting, stateFolder, beatMilliseconds }: RunOptions,
  identity: Identity,
  { log, spool, beats }: { log: JsonLog; spool: Spool; beats: Beats },
): Promise<CollectorClient> {
  const { bootId } = (await readHostClock(collecting.roots)).value;
  const keeper = new KeyKeeper(stateFolder, identity, log);
  const client = checkedClient({
    ...{ url, pin, facts, log, outbox: spool, survey: beats.survey, collectorVersion: version },
    credentials: () => keeper.credentials,
    clock: () => ({
      now: new Date().toISOString(),
      bootId,
      uptimeMilliseconds: Math.round(uptime() * MILLISECONDS_A_SECOND),
    }),
  });
  keeper.watch(client);
  const setBeats = ({ fastMilliseconds, slowMilliseconds }: ConfigureMessage['beats'] & object) => {
    if (beatMilliseconds === null) beats.fast.setInterval(fastMilliseconds);
    beats.slow.setInterval(slowMilliseconds);
  };
  client.on('ping', () => soonAfter(giveBackFilePages));
  client.on('welcome', ({ session, beats: asked }) => {
    setBeats(asked);
    log.info({ session, stream: client.stream }, 'Connected.');
  });
  client.on('configure', ({ beats: asked, fullInventory }) => {
    log.info({ beats: asked, fullInventory }, 'The server configures this collector.');
    if (asked !== null) setBeats(asked);
    if (fullInventory) beats.teller.askFull(() => void beats.slow.beatNow());
  });
  return client;
}

function checkedClient(options: CollectorClientOptions): CollectorClient {
  try {
    return new CollectorClient(options);
  } catch (error) {
    if (error instanceof ClientSettingsError) throw new CollectorError(error.message, EXIT_SETTINGS);
    throw error;
  }
}

/** Settles with the reason; never for a client that is stopped. */
function untilRefused(client: CollectorClient): Promise<string> {
  return new Promise((resolve) => {
    client.on('state', (state) => {
      if (state.name === 'stopped' && state.reason !== null) resolve(state.reason);
    });
  });
}
