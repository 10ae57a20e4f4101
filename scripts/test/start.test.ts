import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, TLS } from '../../apps/gateway/test/listening-gateway.ts';
import { type Product, startProduct, twoFreePorts } from './start-product.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PRODUCT_TIMEOUT_MILLISECONDS = 120_000;
const SENTENCE_TIMEOUT_MILLISECONDS = 20_000;
const ORPHAN_DEADLINE_MILLISECONDS = 15_000;
const ENROLMENT_DEADLINE_MILLISECONDS = 15_000;

let folder = '';
let running: Product[] = [];

beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/silt-start-`);
  running = [];
});

afterEach(async () => {
  for (const product of running) await product.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function startHere(request: Partial<Parameters<typeof startProduct>[0]> = {}): Promise<Product> {
  const product = await startProduct({ dataFolder: `${folder}/data`, options: ['--beat', '1'], ...request });
  running.push(product);
  return product;
}

/** Runs the start script to its end on free ports, as a user who gets it wrong. */
async function startWrongly(args: string[], env: Record<string, string> = {}, nodeArgs: string[] = []) {
  const [port, gatewayPort] = await twoFreePorts();
  const ports = ['--gateway-port', `${gatewayPort}`, ...(args.includes('--port') ? [] : ['--port', `${port}`])];
  const command = [...nodeArgs, 'scripts/start.mjs', ...args, ...ports];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: '', ...env },
    encoding: 'utf8',
    timeout: SENTENCE_TIMEOUT_MILLISECONDS,
  });
  return { status, said: `${stdout}${stderr}`.trim() };
}

/** The process and all below it. */
function familyOf(ancestor: number): number[] {
  const parents = new Map<number, number>();
  for (const pid of readdirSync('/proc').map(Number).filter(Boolean)) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      parents.set(pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const family = [ancestor];
  for (const member of family) {
    for (const [pid, parent] of parents) if (parent === member) family.push(pid);
  }
  return family;
}

function alive(pids: number[]): number[] {
  return pids.filter(
    (pid) => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')),
  );
}

/** Id of this machine's host, once its collector has enrolled. */
async function localHostOf(dataFolder: string): Promise<string> {
  const file = `${dataFolder}/collector/identity.json`;
  const end = Date.now() + ENROLMENT_DEADLINE_MILLISECONDS;
  while (!existsSync(file) && Date.now() < end) await sleep(50);
  return JSON.parse(readFileSync(file, 'utf8')).hostId;
}

describe('npm start', { timeout: PRODUCT_TIMEOUT_MILLISECONDS }, () => {
  it('answers on the printed address, and SIGTERM ends it with 0 and leaves no process', async () => {
    const product = await startHere();
    expect((await fetch(`${product.origin}/api/health`)).status).toBe(200);
    expect(product.address).toContain('/welcome?token=');
    const family = familyOf(product.child.pid as number);
    expect(family.length).toBeGreaterThan(5);
    expect(await product.stop()).toBe(0);
    expect(alive(family)).toEqual([]);
  });

  it('ends with 0 and leaves no process when Ctrl-C reaches npm and all below it', async () => {
    const { child } = await startHere();
    const family = familyOf(child.pid as number);
    const ended = once(child, 'exit');
    process.kill(-(child.pid as number), 'SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(alive(family)).toEqual([]);
  });

  it('ends all when npm is killed with kill -9', async () => {
    const { child } = await startHere();
    const family = familyOf(child.pid as number);
    child.kill('SIGKILL');
    const end = Date.now() + ORPHAN_DEADLINE_MILLISECONDS;
    while (alive(family).length > 0 && Date.now() < end) await sleep(100);
    expect(alive(family)).toEqual([]);
  });

  it('recovers at the next start after a kill -9 of npm and the starter, with its data', async () => {
    const first = await startHere();
    const hostId = await localHostOf(`${folder}/data`);
    const own = familyOf(first.child.pid as number);
    const starter = own[1] as number;
    expect(readFileSync(`/proc/${starter}/cmdline`, 'latin1')).toContain('scripts/start.mjs');
    for (const pid of [first.child.pid as number, starter]) process.kill(pid, 'SIGKILL');
    const end = Date.now() + ORPHAN_DEADLINE_MILLISECONDS;
    const isPostgres = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('postgres');
    while (alive(own).some((pid) => !isPostgres(pid)) && Date.now() < end) await sleep(100);
    expect(alive(own).filter((pid) => !isPostgres(pid))).toEqual([]);
    const second = await startHere();
    expect((await fetch(`${second.origin}/api/health`)).status).toBe(200);
    expect(await localHostOf(`${folder}/data`)).toBe(hostId);
    expect(alive(own)).toEqual([]);
  });

  it('refuses a second start on the same data folder', async () => {
    await startHere();
    const { status, said } = await startWrongly(['--prebuilt', '--data', `${folder}/data`]);
    expect(status).toBe(1);
    expect(said).toMatch(/^Silt already runs on .*\/data \(process \d+\); stop it, or choose another --data folder\.$/);
  });

  it('speaks TLS alone with a certificate of its own, to browsers, to hosts, and to its own collector', async () => {
    const options = ['--beat', '1', '--tls-cert', TLS.certFile, '--tls-key', TLS.keyFile];
    const product = await startHere({ options });
    expect(product.origin).toMatch(/^https:\/\/localhost:\d+$/);
    const health = await ask(product.origin, '/api/health');
    expect(health.status).toBe(200);
    expect(health.headers['strict-transport-security']).toMatch(/^max-age=\d{8}/);
    await expect(fetch(product.origin.replace('https', 'http'))).rejects.toThrow();
    await localHostOf(`${folder}/data`);
    const gateway = `https://127.0.0.1:${product.gatewayPort}`;
    const connected = async () => JSON.parse((await ask(gateway, '/health')).body).collectors;
    const end = Date.now() + ENROLMENT_DEADLINE_MILLISECONDS;
    while ((await connected()) === 0 && Date.now() < end) await sleep(50);
    expect(await connected()).toBe(1);
    const { body } = await ask(gateway, '/collector/install.sh');
    expect(body).toContain(`COLLECTOR_URL='wss://localhost:${product.gatewayPort}/collect'`);
  });

  it('runs as an ordinary user', async () => {
    const wrapper = process.getuid?.() === 0 ? ['unshare', '-U', '--map-user=1000', '--map-group=1000', '--'] : [];
    const product = await startHere({ wrapper });
    expect((await fetch(`${product.origin}/api/health`)).status).toBe(200);
  });
});

describe('npm start says in one sentence what is wrong', () => {
  it('a port that is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const { status, said } = await startWrongly(['--data', `${folder}/data`, '--port', `${port}`]);
    server.close();
    expect(status).toBe(1);
    expect(said).toBe(`Port ${port} is taken on 127.0.0.1; choose another with --port.`);
  });

  it('a data folder that cannot be written', async () => {
    writeFileSync(`${folder}/file`, '');
    const { status, said } = await startWrongly(['--data', `${folder}/file/data`]);
    expect(status).toBe(1);
    expect(said).toBe(`The data folder ${folder}/file/data cannot be written (ENOTDIR); choose another with --data.`);
  });

  it('a Postgres of another major version', async () => {
    mkdirSync(`${folder}/data/postgres`, { recursive: true });
    writeFileSync(`${folder}/data/postgres/PG_VERSION`, '16\n');
    const { status, said } = await startWrongly(['--prebuilt', '--data', `${folder}/data`]);
    expect(status).toBe(1);
    expect(said).toMatch(/^The data folder holds a Postgres 16 cluster, and this Silt brings Postgres 18; .*\.$/);
  });

  it('an address that others reach, in plain', async () => {
    const { status, said } = await startWrongly(['--data', `${folder}/data`, '--host', '0.0.0.0']);
    expect(status).toBe(1);
    expect(said).toMatch(/^--host 0\.0\.0\.0 would send passwords .* or --trust-proxy ADDRESS .*\.$/);
    expect(existsSync(`${folder}/data`)).toBe(false);
  });

  it('a certificate that is not there', async () => {
    const tls = ['--tls-cert', `${folder}/none.pem`, '--tls-key', TLS.keyFile];
    const { status, said } = await startWrongly(['--data', `${folder}/data`, ...tls]);
    expect(status).toBe(1);
    expect(said).toBe(`${folder}/none.pem (--tls-cert) cannot be read (ENOENT).`);
  });

  it('a DATABASE_URL that is none', async () => {
    const { status, said } = await startWrongly([], { DATABASE_URL: 'mysql://root@localhost/silt' });
    expect(status).toBe(1);
    expect(said).toBe('DATABASE_URL must look like postgresql://user:password@host:5432/database.');
  });

  it('a DATABASE_URL where no server answers', async () => {
    const [port] = await twoFreePorts();
    const url = `postgresql://silt:secret@127.0.0.1:${port}/silt`;
    const { status, said } = await startWrongly(['--prebuilt', '--data', `${folder}/data`], { DATABASE_URL: url });
    expect(status).toBe(1);
    expect(said.split('\n')).toHaveLength(1);
    expect(said).toMatch(/127\.0\.0\.1:\d+/);
    expect(said).not.toContain('secret');
  });

  it('a Node that is too old', async () => {
    const pretend = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"18.20.0"}})';
    const { status, said } = await startWrongly([], {}, ['--import', pretend]);
    expect(status).toBe(1);
    expect(said).toBe('Silt needs Node 20.19 or newer; this is Node 18.20.0.');
  });

  it('an option that it does not have', async () => {
    const { status, said } = await startWrongly(['--frobnicate']);
    expect(status).toBe(1);
    expect(said).toBe("Unknown option '--frobnicate'. See npm start -- --help.");
  });
});
