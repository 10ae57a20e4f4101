import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, startTestPostgres } from '@silt/db/testing';
import { readMemory } from '../collector/process-figures.ts';
import { startGatewayProcess } from '../ingest/gateway-process.ts';
import { registerHosts } from '../ingest/register-hosts.ts';
import { Crowd } from './crowd.ts';

/** What a gateway costs by itself is in the memory with so many; the others are counted beyond it. */
const FIRST = 100;
const BEAT_MILLISECONDS = 10_000;
const SETTLE_MILLISECONDS = 30_000;
const SAMPLES = 10;
const POLL_MILLISECONDS = 50;
const MAX_RECONNECT_SECONDS = 300;

export interface ConnectionsBenchOptions {
  connections: number;
  log: (line: string) => void;
}

/** What `--json` prints. `kbEach`: of the gateway's resident memory, a collector beyond the first hundred. */
export interface ConnectionsFigures {
  connections: number;
  kbEach: number;
  reconnectedSeconds: number;
  /** With the first hundred, and with all. */
  residentMb: [number, number];
  /** Reasons why attempts failed after the restart, and how often; a refused connection before it listens is one. */
  failures: Record<string, number>;
}

/** Connects a crowd whose members beat every 10 s, then kills the gateway and starts it again on the same port. */
export async function benchConnections({ connections, log }: ConnectionsBenchOptions): Promise<ConnectionsFigures> {
  const server = await startTestPostgres({ durable: true });
  try {
    const database = await createTestDatabase(server.url);
    log(`registering ${connections} hosts`);
    const hosts = await registerHosts(database.urls.silt_owner, connections);
    const port = await freePort();
    const start = () => startGatewayProcess(database.urls.silt_ingest, { port });
    let gateway = await start();
    const crowd = new Crowd(port, hosts);
    try {
      const resident: [number, number] = [0, 0];
      for (const [place, count] of [FIRST, connections].entries()) {
        await crowd.connectUpTo(count);
        log(`${crowd.connected} are connected; ${SETTLE_MILLISECONDS / 1_000} s of beats`);
        resident[place] = await residentWhileBeating(crowd, gateway.pid);
      }
      crowd.takeFailures();
      log('killing the gateway');
      await gateway.kill();
      gateway = await start();
      const reconnectedSeconds = await untilAllAreBack(crowd, connections);
      const each = ((resident[1] - resident[0]) * 1_000) / (connections - FIRST);
      return {
        connections,
        kbEach: Math.round(each * 10) / 10,
        reconnectedSeconds,
        residentMb: [Math.round(resident[0]), Math.round(resident[1])],
        failures: crowd.takeFailures(),
      };
    } finally {
      crowd.end();
      await gateway.stop();
    }
  } finally {
    await server.stop();
  }
}

/** Median of the last seconds, MB. */
async function residentWhileBeating(crowd: Crowd, pid: number): Promise<number> {
  const stopping = new AbortController();
  const beating = crowd.beat(BEAT_MILLISECONDS, stopping.signal);
  await sleep(SETTLE_MILLISECONDS);
  const samples: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    await sleep(1_000);
    samples.push(readMemory(pid).residentMb);
  }
  stopping.abort();
  await beating;
  return samples.sort((one, other) => one - other)[Math.floor(SAMPLES / 2)] as number;
}

async function untilAllAreBack(crowd: Crowd, connections: number): Promise<number> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  while (crowd.connected < connections) {
    if (seconds() > MAX_RECONNECT_SECONDS) throw new Error(`${crowd.connected} of ${connections} came back`);
    await sleep(POLL_MILLISECONDS);
  }
  return Math.round(seconds() * 10) / 10;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
