import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../apps/gateway/dist/gateway.mjs', import.meta.url));
const KIBIBYTES_A_MEGABYTE = 1e6 / 1024;

export interface GatewayProcess {
  port: number;
  /** Most memory that was resident so far, MB (proc_pid_status(5): VmHWM). */
  peakMegabytes(): number;
  stop(): Promise<void>;
}

/** The built gateway in a process of its own. With a profile folder it leaves a CPU profile there when it stops. */
export async function startGatewayProcess(
  databaseUrl: string,
  profileFolder: string | undefined,
): Promise<GatewayProcess> {
  const profiling = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  const child = spawn(process.execPath, [...profiling, PROGRAM], {
    env: { ...process.env, LOG_LEVEL: 'warn', SILT_INGEST_DATABASE_URL: databaseUrl, SILT_GATEWAY_PORT: '0' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const port = await readyPort(child);
  return {
    port,
    peakMegabytes: () => peakMegabytes(child),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
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
