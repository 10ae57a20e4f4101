import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEnrolmentToken, hashEnrolmentToken, openDatabase } from '@silt/db';
import { createTestDatabase, startTestPostgres, type TestDatabase } from '@silt/db/testing';

import { WebSocketServer } from 'ws';
import { type BusyHostSize, buildBusyHost } from '../../lab/src/busy-host.ts';
import { Lab } from '../../lab/src/lab.ts';
import { type GatewayProcess, startGatewayProcess } from '../ingest/gateway-process.ts';
import { type Command, type Form, prepareForms } from './forms.ts';
import { forgetPeak, type Memory, readCpuSeconds, readMemory, readPeakMb } from './process-figures.ts';
import { WrittenBytes } from './written-bytes.ts';

/** Until the slow beat has run, code is compiled and the first garbage is gone. */
const WARM_UP_SECONDS = 60;
/** No part of a beat, so that samples fall on all of its parts. */
const SAMPLE_SECONDS = 3.7;
const PING_MILLISECONDS = 15_000;
const SECONDS_AN_HOUR = 3_600;
const BEAT_SECONDS = '10';

export interface CollectorBenchOptions {
  size: BusyHostSize;
  /** Measured, after the warm-up. */
  seconds: number;
  log: (line: string) => void;
}

/** What `--json` prints of each form. Memory is the median over the run, `peak…` the most; `over…` is beyond the idle client's. */
export interface CollectorFigures extends Memory {
  form: Form['name'];
  overIdleMb: number;
  overIdleAnonymousMb: number;
  peakResidentMb: number;
  cpuPercent: number;
  spoolMbPerHour: number;
  idle: Memory;
}

/** A busy host, a real gateway with its Postgres, and each form of the collector beside an idle client of its kind. */
export async function benchCollector(options: CollectorBenchOptions): Promise<CollectorFigures[]> {
  const lab = new Lab();
  try {
    const { socket } = await buildBusyHost(lab, options.size, options.log);
    const server = await startTestPostgres({ durable: true });
    lab.onClose(() => server.stop());
    const database = await createTestDatabase(server.url);
    const gateway = await startGatewayProcess(database.urls.silt_ingest);
    lab.onClose(() => gateway.stop());
    const idleServer = await startIdleServer(lab);
    const runs: Run[] = [];
    for (const form of await prepareForms(lab.folder)) {
      runs.push(await startRun(lab, { form, socket, gateway, database, idleServer }));
    }
    options.log(`${WARM_UP_SECONDS} s to warm up, then ${options.seconds} s measured`);
    await sleep(WARM_UP_SECONDS * 1_000);
    return await measureRuns(runs, options.seconds);
  } finally {
    await lab.close();
  }
}

interface Run {
  form: Form['name'];
  collectorPid: number;
  idlePid: number;
  spool: WrittenBytes;
}

interface RunRequest {
  form: Form;
  socket: string;
  gateway: GatewayProcess;
  database: TestDatabase;
  idleServer: string;
}

async function startRun(lab: Lab, { form, socket, gateway, database, idleServer }: RunRequest): Promise<Run> {
  const state = lab.path(`${form.name}-state`);
  const tokenFile = lab.path(`${form.name}-token`);
  writeFileSync(tokenFile, await addToken(database, form.name), { mode: 0o600 });
  const run = ['run', '--url', `ws://127.0.0.1:${gateway.port}/collect`, '--state', state];
  const collector = start(lab, form.collector, [
    ...[...run, '--enrolment-token-file', tokenFile, '--beat', BEAT_SECONDS, '--docker-socket', socket],
  ]);
  const idle = start(lab, form.idle, [idleServer]);
  return {
    form: form.name,
    collectorPid: collector.pid as number,
    idlePid: idle.pid as number,
    spool: new WrittenBytes(`${state}/spool`),
  };
}

/** Bound to a host of its own: both collectors run on one machine, whose id would make them one host. */
async function addToken(database: TestDatabase, name: string): Promise<string> {
  const sql = openDatabase(database.urls.silt_owner, { applicationName: 'silt-bench', max: 1 });
  const token = createEnrolmentToken();
  try {
    await sql`
      WITH organisation AS (
        INSERT INTO organisation (name, slug) VALUES (${name}, ${name}) RETURNING id
      ), host AS (
        INSERT INTO host (organisation_id, name) SELECT id, ${name} FROM organisation RETURNING id, organisation_id
      )
      INSERT INTO enrolment_token (token_hash, organisation_id, host_id, created_by, expires_at)
      SELECT ${hashEnrolmentToken(token)}, organisation_id, id, 'bench', now() + interval '1 hour' FROM host`;
  } finally {
    await sql.end();
  }
  return token;
}

function start(lab: Lab, { program, args, environment }: Command, more: string[]): ChildProcess {
  const child = spawn(program, [...args, ...more], {
    env: { PATH: process.env.PATH, LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  lab.onClose(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  });
  return child;
}

/** Address of a server that takes every client and pings it as the gateway does. */
async function startIdleServer(lab: Lab): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: ([first]) => first ?? false });
  server.on('connection', (socket) => {
    const timer = setInterval(() => socket.ping(), PING_MILLISECONDS);
    socket.on('close', () => clearInterval(timer));
  });
  await once(server, 'listening');
  lab.onClose(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

interface Sampled {
  collector: Memory[];
  idle: Memory[];
  cpuSeconds: number;
  spoolBytes: number;
}

async function measureRuns(runs: readonly Run[], seconds: number): Promise<CollectorFigures[]> {
  const began = performance.now();
  const written = ({ spool }: Run) => {
    spool.look();
    return spool.total;
  };
  const sampled = runs.map(
    (run): Sampled => ({
      ...{ collector: [], idle: [] },
      ...{ cpuSeconds: -readCpuSeconds(run.collectorPid), spoolBytes: -written(run) },
    }),
  );
  for (const { collectorPid } of runs) forgetPeak(collectorPid);
  while (performance.now() - began < seconds * 1_000) {
    await sleep(SAMPLE_SECONDS * 1_000);
    for (const [place, run] of runs.entries()) {
      sampled[place]?.collector.push(readMemory(run.collectorPid));
      sampled[place]?.idle.push(readMemory(run.idlePid));
      run.spool.look();
    }
  }
  const elapsedSeconds = (performance.now() - began) / 1_000;
  return runs.map((run, place) => {
    const { collector, idle, ...counters } = sampled[place] as Sampled;
    const [own, other] = [medianMemory(collector), medianMemory(idle)];
    return {
      form: run.form,
      ...own,
      overIdleMb: tenths(own.residentMb - other.residentMb),
      overIdleAnonymousMb: tenths(own.anonymousMb - other.anonymousMb),
      peakResidentMb: tenths(readPeakMb(run.collectorPid)),
      cpuPercent: hundredths((100 * (counters.cpuSeconds + readCpuSeconds(run.collectorPid))) / elapsedSeconds),
      spoolMbPerHour: hundredths(((counters.spoolBytes + written(run)) / 1e6 / elapsedSeconds) * SECONDS_AN_HOUR),
      idle: other,
    };
  });
}

function medianMemory(samples: readonly Memory[]): Memory {
  const median = (of: (memory: Memory) => number) => {
    const sorted = samples.map(of).sort((one, other) => one - other);
    return tenths(sorted[Math.floor(sorted.length / 2)] as number);
  };
  return { residentMb: median(({ residentMb }) => residentMb), anonymousMb: median(({ anonymousMb }) => anonymousMb) };
}

const tenths = (value: number): number => Math.round(value * 10) / 10;
const hundredths = (value: number): number => Math.round(value * 100) / 100;
