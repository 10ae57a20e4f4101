import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import NODE_FLAGS from '../../apps/gateway/node-flags.json' with { type: 'json' };

const PROGRAM = fileURLToPath(new URL('../../apps/gateway/dist/gateway.mjs', import.meta.url));
const KIBIBYTES_A_MEGABYTE = 1e6 / 1024;

export interface GatewayProcess {
  pid: number;
  port: number;
  /** Most memory that was resident so far, MB (proc_pid_status(5): VmHWM). */
  peakMegabytes(): number;
  stop(): Promise<void>;
  /** Without a word, as by `kill -9`. */
  kill(): Promise<void>;
}

export interface GatewayProcessOptions {
  /** 0 = any free one. */
  port?: number;
  /** It leaves a CPU profile there when it stops. */
  profileFolder?: string | undefined;
}

/** The built gateway in a process of its own. */
export async function startGatewayProcess(
  databaseUrl: string,
  { port: wantedPort = 0, profileFolder }: GatewayProcessOptions = {},
): Promise<GatewayProcess> {
  const profiling = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  const child = spawn(process.execPath, [...NODE_FLAGS, ...profiling, PROGRAM], {
    env: {
      ...{ ...process.env, LOG_LEVEL: 'warn' },
      ...{ SILT_INGEST_DATABASE_URL: databaseUrl, SILT_GATEWAY_PORT: String(wantedPort) },
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const port = await readyPort(child);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  return {
    pid: child.pid as number,
    port,
    peakMegabytes: () => peakMegabytes(child),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

function readyPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`the gateway ended at its start (${code ?? signal})`)));
    child.once('message', (message: { type: 'ready'; port: number }) => resolve(message.port));
  });
}

function peakMegabytes(child: ChildProcess): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
  if (kibibytes === undefined) throw new Error('the gateway ended during the run');
  return Number(kibibytes) / KIBIBYTES_A_MEGABYTE;
}
