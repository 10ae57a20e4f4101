import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter } from 'node:path';
import type { Gateway } from '../src/gateway-server.ts';
import { HandOut } from '../src/hand-out.ts';
import { KEY_PIN, logger, PIN, ROOT, startListening, TLS } from './listening-gateway.ts';

/** Takes the place of the built collector: writes what it was told into its identity. */
const STAND_IN = `
import { readFileSync, writeFileSync } from 'node:fs';
const [command, ...args] = process.argv.slice(2);
const value = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : null);
if (command === 'enrol') {
  const token = readFileSync(value('--token-file'), 'utf8').trim();
  if (token === 'silt-enrol-refused') {
    console.error('silt-collector: The token is unknown.');
    process.exit(3);
  }
  const identity = { token, url: value('--url'), pin: value('--pin') };
  writeFileSync(value('--state') + '/identity.json', JSON.stringify(identity), { mode: 0o600 });
}
if (command === 'run') console.log('runs with', args.join(' '));
`;
/** Of coreutils, and nothing else: what the smallest host has. */
const TOOLS = 'cat chmod env id ln mkdir mv readlink rm sh sha256sum uname'.split(' ');

export interface InstallServer {
  gateway: Gateway;
  collectorUrl: string;
  /** Of the built collector. */
  collectorFile: string;
  stop(): Promise<void>;
}

export interface Ran {
  code: number | null;
  said: string;
}

export const findProgram = (name: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .concat('/usr/sbin', '/sbin')
    .map((folder) => `${folder}/${name}`)
    .find((path) => existsSync(path));

/** A gateway with its own TLS and a hand-out, whose collector is a stand-in. */
export async function startInstallServer(host: string, { tls = true } = {}): Promise<InstallServer> {
  const root = mkdtempSync(`${tmpdir()}/silt-server-`);
  mkdirSync(`${root}/apps/collector/dist`, { recursive: true });
  mkdirSync(`${root}/deploy`);
  symlinkSync(`${ROOT}/deploy/collector`, `${root}/deploy/collector`);
  const collectorFile = `${root}/apps/collector/dist/silt-collector.mjs`;
  writeFileSync(collectorFile, STAND_IN);
  const first = await startListening({ host });
  const { port } = first;
  await first.stop();
  const collectorUrl = `${tls ? 'wss' : 'ws'}://${host}:${port}/collect`;
  const pins = tls ? { pin: PIN, keyPin: KEY_PIN } : { pin: null, keyPin: null };
  const handOut = new HandOut({ root, collectorUrl, ...pins, logger });
  const gateway = await startListening({ ...{ host, port, collectorUrl, handOut }, tls: tls ? TLS : undefined });
  const stop = async () => {
    await gateway.stop();
    rmSync(root, { recursive: true, force: true });
  };
  return { gateway, collectorUrl, collectorFile, stop };
}

/** A host with just the named programs, and a folder that stands for its `/`. */
export class InstallingHost {
  readonly folder = mkdtempSync(`${tmpdir()}/silt-host-`);
  readonly root = `${this.folder}/root`;
  readonly #wrapper: string[];

  /** @param wrapper what runs each command, `ip netns exec …`. */
  constructor(programs: string[], wrapper: string[] = []) {
    this.#wrapper = wrapper;
    mkdirSync(`${this.folder}/bin`);
    mkdirSync(this.root);
    for (const name of [...TOOLS, ...programs]) symlinkSync(findProgram(name) ?? name, `${this.folder}/bin/${name}`);
    this.putProgram('sudo', `exec "$@"`);
    if (process.getuid?.() !== 0) this.putProgram('id', 'echo 0');
  }

  /** A program in place of the real one. */
  putProgram(name: string, script: string): void {
    const path = `${this.folder}/bin/${name}`;
    rmSync(path, { force: true });
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }

  /** Runs a line of shell here, while this process goes on serving. */
  run(line: string, environment: Record<string, string> = {}): Promise<Ran> {
    const env = { PATH: `${this.folder}/bin`, SILT_ROOT: this.root, ...environment };
    const [command = '', ...args] = [...this.#wrapper, findProgram('sh') ?? '/bin/sh', '-c', line];
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said += chunk;
      });
    }
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, said }));
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const isRoot = process.getuid?.() === 0;
export const succeeds = (command: string, args: string[]): boolean => spawnSync(command, args).status === 0;
