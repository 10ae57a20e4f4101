import { setTimeout as sleep } from 'node:timers/promises';
import { ItemLedger } from '@silt/domain';
import type { Logger } from '@silt/runtime';
import type { SimulatedHost } from '@silt/simulator';
import type { ConfigureMessage } from '@silt/wire';
import { CollectorClient } from '@silt/wire/client';
import { COLLECTOR_VERSION, demoFleet } from './fleet.ts';
import type { DemoKeys } from './keys-file.ts';

/** Hosts connect within this time, so that not all greet at once; their beats are spread over the whole beat. */
const CONNECT_SPREAD_MILLISECONDS = 2_000;

export interface PushOptions {
  url: string;
  /** sha256 of the server's certificate; undefined = it is one that this machine trusts. */
  pin: string | undefined;
  keys: DemoKeys;
  log: Logger;
}

export interface Pushing {
  stop(): Promise<void>;
  /** Settles when the server has refused every host for good, with the last reason. */
  refused: Promise<string>;
}

/** Pushes all hosts that still send, each at a moment of its own within the beat that the gateway says. */
export function push({ url, pin, keys, log }: PushOptions): Pushing {
  const hosts = demoFleet(new Date(keys.anchorAt)).flatMap((host) => {
    const credentials = keys.keys[host.facts.machineId];
    return credentials === undefined || host.silentSince !== null ? [] : [{ host, credentials }];
  });
  const stopping = new AbortController();
  let left = hosts.length;
  let tellRefused: (reason: string) => void = () => {};
  const refused = new Promise<string>((resolve) => {
    tellRefused = resolve;
  });
  const clients = hosts.map(({ host, credentials }) => {
    const client = newClient({ host, credentials, url, pin, log });
    client.on('state', (state) => {
      if (state.name !== 'stopped' || state.reason === null) return;
      left -= 1;
      log.warn({ host: host.facts.name }, state.reason);
      if (left === 0) tellRefused(state.reason);
    });
    startBeats(client, host, stopping.signal);
    return client;
  });
  clients.forEach((client, place) => {
    const wait = (place / clients.length) * CONNECT_SPREAD_MILLISECONDS;
    sleep(wait, undefined, { signal: stopping.signal }).then(
      () => client.start(),
      () => {},
    );
  });
  log.info({ hosts: clients.length }, 'Pushing the simulated hosts.');
  return {
    refused,
    async stop() {
      stopping.abort();
      await Promise.all(clients.map((client) => client.stop()));
    },
  };
}

interface PushedHost extends Pick<PushOptions, 'url' | 'pin' | 'log'> {
  host: SimulatedHost;
  credentials: { hostId: string; key: string; privateKey: string };
}

function newClient({ host, credentials, url, pin, log }: PushedHost): CollectorClient {
  return new CollectorClient({
    ...{
      url,
      pin: pin ?? null,
      credentials: () => credentials,
      collectorVersion: COLLECTOR_VERSION,
      facts: host.facts,
    },
    clock: () => host.clock(Date.now()),
    log: log.child({ host: host.facts.name }),
  });
}

type Beats = NonNullable<ConfigureMessage['beats']>;

/** One beat of each kind at each welcome, then a grid of the host's own; a beat that the host is down for is left out. */
function startBeats(client: CollectorClient, host: SimulatedHost, signal: AbortSignal): void {
  const inventories = new PushedInventories(client, host);
  const timers = new Map<string, NodeJS.Timeout>();
  const stop = () => {
    for (const timer of timers.values()) clearTimeout(timer);
  };
  const repeat = (name: string, work: () => void, milliseconds: number) => {
    clearTimeout(timers.get(name));
    const beat = () => {
      work();
      timers.set(name, setTimeout(beat, milliseconds));
    };
    timers.set(name, setTimeout(beat, Math.random() * milliseconds));
  };
  const fastBeat = () => {
    const snapshot = host.snapshot(new Date());
    if (snapshot !== null) client.push(snapshot);
  };
  const repeatAll = ({ fastMilliseconds, slowMilliseconds }: Beats) => {
    repeat('fast', fastBeat, fastMilliseconds);
    repeat('slow', () => inventories.push(), slowMilliseconds);
  };
  client.on('welcome', ({ beats }) => {
    stop();
    if (signal.aborted) return;
    fastBeat();
    inventories.push();
    repeatAll(beats);
  });
  client.on('configure', ({ beats, fullInventory }) => {
    if (signal.aborted) return;
    if (fullInventory) inventories.pushFull();
    if (beats !== null) repeatAll(beats);
  });
  signal.addEventListener('abort', stop);
}

/** As items, full at first and when the server asks, else what is another than told; and whole, as a survey. */
class PushedInventories {
  readonly #client: CollectorClient;
  readonly #host: SimulatedHost;
  readonly #ledger = new ItemLedger();

  constructor(client: CollectorClient, host: SimulatedHost) {
    this.#client = client;
    this.#host = host;
  }

  pushFull(): void {
    if (this.#client.fullInventoryWaits) return;
    this.#ledger.askFull();
    this.push();
  }

  push(): void {
    const at = Date.now();
    const run = this.#host.itemRun(new Date(at));
    const inventory = this.#host.inventory(new Date(at));
    if (run === null || inventory === null) return;
    if (this.#client.needsFullInventory) this.#ledger.askFull();
    const { now: takenAt, bootId, uptimeMilliseconds } = this.#host.clock(at);
    this.#client.pushInventory({ takenAt, bootId, uptimeMilliseconds, ...this.#ledger.next(run, at) });
    void this.#client.survey({ takenAt, bootId, uptimeMilliseconds, inventory });
  }
}
