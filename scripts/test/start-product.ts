import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_DEADLINE_MILLISECONDS = 120_000;
const STOP_DEADLINE_MILLISECONDS = 30_000;

export interface Product {
  /** What `npm start` printed: with the owner's one-time token at the first start. */
  address: string;
  origin: string;
  gatewayPort: number;
  /** npm, at the head of a process group of its own. */
  child: ChildProcess;
  output: () => string;
  /** SIGTERM, then waits. Resolves with the exit code. */
  stop: () => Promise<number | null>;
}

export interface StartRequest {
  dataFolder: string;
  options?: string[];
  env?: Record<string, string>;
  /** What runs npm, `unshare …`; nothing unless set. */
  wrapper?: string[];
}

/** Starts the whole product as a user does and waits for its address. Rejects with what it printed if it ends first. */
export async function startProduct(request: StartRequest): Promise<Product> {
  const { dataFolder, options = [], env = {}, wrapper = [] } = request;
  const [port, gatewayPort] = await twoFreePorts();
  const ports = ['--port', `${port}`, '--gateway-port', `${gatewayPort}`];
  const start = ['npm', 'start', '--', '--data', dataFolder, '--prebuilt', ...ports, ...options];
  const [command = '', ...args] = [...wrapper, ...start];
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  const address = await new Promise<string>((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error(`no address in time:\n${output}`)), START_DEADLINE_MILLISECONDS);
    const read = (chunk: Buffer) => {
      output += chunk;
      const found = /Silt is up: (\S+)/.exec(output)?.[1];
      if (!found) return;
      clearTimeout(deadline);
      resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`it ended with ${code}:\n${output}`)));
  });
  return {
    address,
    origin: new URL(address).origin,
    gatewayPort,
    child,
    output: () => output,
    stop: () => stop(child),
  };
}

function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error('it did not end in time')), STOP_DEADLINE_MILLISECONDS);
    child.once('exit', (code) => {
      clearTimeout(deadline);
      resolve(code);
    });
    child.kill('SIGTERM');
  });
}

/** Two loopback ports that nobody listens on at this moment. Both are held at once, or they might be the same. */
export async function twoFreePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening');
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) await once(server.close(), 'close');
  return ports as [number, number];
}
