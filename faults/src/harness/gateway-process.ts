import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import NODE_FLAGS from '../../../apps/gateway/node-flags.json' with { type: 'json' };
import { residentMegabytes } from './process-memory.ts';
import { ensure } from './wait.ts';

const PROGRAM = fileURLToPath(new URL('../../../apps/gateway/dist/gateway.mjs', import.meta.url));
const KEPT_LOG_CHARACTERS = 2_000_000;
const FAST_BEAT_SECONDS = 10;

export interface GatewayOptions {
  databaseUrl: string;
  /** 0 = any free one. */
  port: number;
}

export interface GatewayExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The built gateway in a process of its own. */
export class GatewayProcess {
  readonly port: number;
  readonly pid: number;
  readonly exited: Promise<GatewayExit>;
  readonly #child: ChildProcess;
  #log = '';

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
    this.pid = child.pid as number;
    this.exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  }

  static async start({ databaseUrl, port }: GatewayOptions): Promise<GatewayProcess> {
    ensure(existsSync(PROGRAM), 'the gateway is not built; `npm test` and `npm run test:faults` do that');
    const child = spawn(process.execPath, [...NODE_FLAGS, PROGRAM], {
      env: {
        ...process.env,
        ...{ LOG_LEVEL: 'info', SILT_INGEST_DATABASE_URL: databaseUrl, SILT_GATEWAY_PORT: `${port}` },
        SILT_FAST_BEAT_SECONDS: `${FAST_BEAT_SECONDS}`,
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let log = '';
    const early = (chunk: Buffer) => {
      log += chunk;
    };
    child.stderr?.on('data', early);
    const ready = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) =>
        reject(new Error(`the gateway ended at its start (${code ?? signal}): ${log}`)),
      );
      child.once('message', (message: { port: number }) => resolve(message.port));
    });
    const gateway = new GatewayProcess(child, ready);
    gateway.#log = log;
    child.stderr?.off('data', early);
    child.stderr?.on('data', (chunk: Buffer) => {
      gateway.#log = (gateway.#log + chunk).slice(-KEPT_LOG_CHARACTERS);
    });
    return gateway;
  }

  /** Lines of its log so far, JSON each. */
  get log(): string {
    return this.#log;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** MB. */
  get resident(): number {
    return residentMegabytes(this.pid);
  }

  async health(): Promise<{ status: string; collectors: number }> {
    const response = await fetch(`http://127.0.0.1:${this.port}/health`);
    return (await response.json()) as { status: string; collectors: number };
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async stop(): Promise<void> {
    if (!this.isAlive) return;
    this.#child.kill('SIGTERM');
    await this.exited;
  }
}
