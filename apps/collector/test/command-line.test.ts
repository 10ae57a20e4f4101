import { type ChildProcess, execFile, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ItemRun, PROBE_NAMES, type Snapshot, type StoreSum } from '@silt/domain';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createKeyPair } from '../../../packages/wire/src/index.ts';
import { GatewayStub } from '../../../packages/wire/test/gateway-stub.ts';
import { golden } from '../../../packages/wire/test/golden-frame.ts';
import { StoringGateway } from '../../../packages/wire/test/storing-gateway.ts';
import manifest from '../package.json' with { type: 'json' };

const BUILD = fileURLToPath(new URL('../build.mjs', import.meta.url));

/** The bundle alone in a folder of its own, so that what it needs must be in it. */
const folder = mkdtempSync(join(tmpdir(), 'silt-collector-'));
const bundle = join(folder, 'silt-collector.mjs');
const tokenFile = join(folder, 'token');
const emptyFile = join(folder, 'empty');
const closedPort = 'ws://127.0.0.1:1/collect';
const { hostId, key } = golden('hello');
const keyPair = createKeyPair();
let states = 0;
/** A state folder that is not there yet. */
const newState = () => join(folder, `state-${++states}`);

/** An enrolled host; `days` old is its key. */
function enrolledState(url: string, changes: object = {}, days = 1): string {
  const state = newState();
  mkdirSync(state);
  const createdAt = new Date(Date.now() - days * 86_400_000).toISOString();
  const identity = {
    url,
    pin: null,
    hostId,
    key,
    privateKey: keyPair.privateKey,
    createdAt,
    next: null,
    renewStream: false,
    ...changes,
  };
  writeFileSync(join(state, 'identity.json'), JSON.stringify(identity));
  return state;
}

const identityIn = (state: string) => JSON.parse(readFileSync(join(state, 'identity.json'), 'utf8'));

beforeAll(() => {
  execFileSync(process.execPath, [BUILD, bundle]);
  writeFileSync(tokenFile, 'a-token\n');
  writeFileSync(emptyFile, '\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function silt(...parameters: string[]): Promise<Ended> {
  const env = { PATH: process.env.PATH };
  return new Promise((resolve) => {
    execFile(process.execPath, [bundle, ...parameters], { env, cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe('silt-collector', () => {
  test('says its version and what it can do', async () => {
    expect(await silt('--version')).toMatchObject({ code: 0, stdout: `${manifest.version}\n` });
    const help = await silt('--help');
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('silt-collector enrol --url wss://');
    expect((await silt('run', '--help')).stdout).toContain('SILT_GATEWAY_URL');
  });

  test('once --json prints one snapshot of this machine and nothing else', async () => {
    const { code, stdout, stderr } = await silt('once', '--json');
    const { items, ...snapshot }: Snapshot & { items: ItemRun & { sums: StoreSum[] } } = JSON.parse(stdout);
    expect([code, stderr]).toEqual([0, '']);
    expect(snapshot.probes.map(({ probe }) => probe)).toEqual(PROBE_NAMES);
    expect(snapshot.readings).toHaveLength(snapshot.layout.entries.length);
    const stores = items.items.flatMap(({ kind, storeKey }) => (kind === 'store' ? [storeKey] : []));
    expect(stores).toEqual(snapshot.layout.stores.map((store) => store.key));
    expect(items.scopes.map(({ name }) => name)).toContain('filesystems');
    expect(stores).toEqual(expect.arrayContaining(items.sums.map(({ storeKey }) => storeKey)));
  });

  test('once prints a line for each probe', async () => {
    const { code, stdout } = await silt('once');
    expect(code).toBe(0);
    for (const probe of PROBE_NAMES) expect(stdout).toContain(` ${probe} `);
  });

  test.each([
    ['an unknown option', ['once', '--jsn'], "unknown option '--jsn'"],
    ['an unknown command', ['push'], "unknown command 'push'"],
    ['no server', ['enrol', '--token-file', tokenFile, '--state', newState()], '--url or SILT_GATEWAY_URL'],
    ['no token', ['enrol', '--url', closedPort, '--state', newState()], '--token-file or SILT_ENROLMENT_TOKEN_FILE'],
    ['no identity and no token', ['run', '--url', closedPort, '--state', newState()], 'is not enrolled'],
    ['a token file that is not there', ['enrol', '--url', closedPort, '--token-file', 'none'], 'ENOENT'],
    ['an empty token file', ['enrol', '--url', closedPort, '--token-file', emptyFile], 'There is nothing in'],
    ['plain ws over the network', ['enrol', '--url', 'ws://silt.example/collect', '--token-file', tokenFile], 'wss://'],
    ['no address', ['enrol', '--url', 'silt', '--token-file', tokenFile], 'is not one'],
    [
      'a pin of words',
      ['enrol', '--url', 'wss://a.example/collect', '--pin', 'x', '--token-file', tokenFile],
      '64 hex',
    ],
    [
      'a state that cannot be',
      ['enrol', '--url', closedPort, '--state', tokenFile, '--token-file', tokenFile],
      '--state',
    ],
    ['a damaged identity', ['run', '--state', enrolledState(closedPort, { hostId: 1 })], 'is damaged'],
    ['a beat of nothing', ['run', '--beat', '0'], 'from 1 to 3600'],
    ['a beat of words', ['run', '--beat', 'often'], 'from 1 to 3600'],
  ])('%s is told in a sentence, with exit code 2', async (_, parameters, part) => {
    const { code, stderr } = await silt(...parameters);
    expect(code).toBe(2);
    expect(stderr).toContain(part);
    expect(stderr).not.toContain('    at ');
  });
});

const gateways: GatewayStub[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
});
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 10_000, interval: 10 });

async function listen<Gateway extends GatewayStub>(gateway: Gateway): Promise<{ gateway: Gateway; url: string }> {
  gateways.push(gateway);
  gateway.keys ??= new Map([[key, keyPair.publicKey]]);
  return { gateway, url: await gateway.listen() };
}

function start(state: string, ...parameters: string[]) {
  const env = { PATH: process.env.PATH, SILT_STATE: state };
  const child = fork(bundle, ['run', '--beat', '1', ...parameters], { env, silent: true });
  children.push(child);
  const output = { stderr: '' };
  child.stderr?.on('data', (text) => {
    output.stderr += text;
  });
  const told = child.stderr === null ? null : once(child.stderr, 'end');
  const ended = once(child, 'exit').then(async ([code]) => {
    await told;
    return { code, stderr: output.stderr };
  });
  return { child, ended, output };
}

describe('silt-collector run', () => {
  test('pushes at each beat, ends in order on SIGTERM, and goes on with the same stream', async () => {
    const { gateway, url } = await listen(new StoringGateway());
    const state = enrolledState(url);
    const { child, ended } = start(state);
    await until(() => (gateway.sessions[0]?.snapshots.length ?? 0) >= 2);
    const [session] = gateway.sessions;
    expect(session?.hello).toMatchObject({ hostId, key, collectorVersion: manifest.version });
    expect(session?.snapshots[0]?.layout.description).toBeDefined();
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
    start(state);
    await until(() => (gateway.sessions[1]?.snapshots.length ?? 0) >= 1);
    expect(gateway.sessions[1]?.hello.stream).toBe(session?.hello.stream);
    expect(gateway.wrong).toEqual([]);
  });

  test('what it took while there was no server is delivered later, from another run', async () => {
    const { gateway, url } = await listen(new StoringGateway());
    await gateway.close();
    const state = enrolledState(url);
    const { child, ended } = start(state);
    await vi.waitUntil(async () => /^Spool +[2-9] records/m.test((await silt('status', '--state', state)).stdout), {
      ...{ timeout: 15_000, interval: 300 },
    });
    child.kill('SIGKILL');
    await ended;
    await gateway.listen(Number(new URL(url).port));
    start(state);
    await until(() => gateway.stored.length >= 3);
    const [session] = gateway.sessions;
    const sequences = [...(session?.snapshots ?? []), ...(session?.inventories ?? [])].map(({ sequence }) => sequence);
    expect(Math.min(...sequences)).toBe(1);
    expect(gateway.wrong).toEqual([]);
  }, 30_000);

  test('tells its items in full first and from then on what changed, as often as the server configures', async () => {
    const { gateway, url } = await listen(new StoringGateway());
    const { output } = start(enrolledState(url));
    await until(() => (gateway.sessions[0]?.inventories.length ?? 0) === 1 && gateway.stored.length >= 2);
    const [session] = gateway.sessions;
    const [first] = session?.inventories ?? [];
    expect(first).toMatchObject({ baseSequence: null, part: 1, parts: 1, removed: [] });
    expect(first?.scopes.map(({ name }) => name)).toContain('docker');
    const configure = { type: 'configure', beats: { fastMilliseconds: 60_000, slowMilliseconds: 1_000 } };
    session?.socket.send(JSON.stringify({ ...configure, fullInventory: false }));
    await until(() => (session?.inventories.length ?? 0) >= 2);
    expect(session?.inventories[1]).toMatchObject({ baseSequence: first?.sequence });
    expect(output.stderr).toContain('The server configures this collector.');
    expect(gateway.wrong).toEqual([]);
  }, 20_000);

  test('ends when the process that started it is gone', async () => {
    const { gateway, url } = await listen(new GatewayStub());
    const { child, ended } = start(enrolledState(url));
    await until(() => gateway.sessions.length === 1);
    child.disconnect();
    expect(await ended).toMatchObject({ code: 0 });
  });

  test('a second one on the same state folder is told so', async () => {
    const { gateway, url } = await listen(new GatewayStub());
    const state = enrolledState(url);
    start(state);
    await until(() => gateway.sessions.length === 1);
    const { code, stderr } = await silt('run', '--state', state);
    expect(code).toBe(2);
    expect(stderr).toContain(`Another collector uses ${state};`);
  });

  test('a server that refuses it for good ends it with the reason and exit code 3', async () => {
    const { gateway, url } = await listen(new GatewayStub());
    gateway.onHello = () => ({
      type: 'refused',
      code: 'key-revoked',
      message: 'The key was revoked; enrol again.',
      retryable: false,
      retryAfterMilliseconds: null,
    });
    const { code, stderr } = await start(enrolledState(url)).ended;
    expect(code).toBe(3);
    expect(stderr).toContain('silt-collector: The server refused this collector (key-revoked): The key was revoked');
  });
});

describe('enrolment', () => {
  /** Lets in who enrols, and whoever enrolled says hello with that key. */
  function admitting(gateway: GatewayStub): void {
    gateway.keys = new Map();
    gateway.onEnrol = ({ publicKey }) => {
      gateway.keys?.set(golden('enrolled').key, publicKey);
      return golden('enrolled');
    };
  }

  test('keeps the key for its owner alone, and run needs nothing else then', async () => {
    const { gateway, url } = await listen(new GatewayStub());
    admitting(gateway);
    const state = newState();
    const enrolled = await silt('enrol', '--url', url, '--token-file', tokenFile, '--state', state);
    expect(enrolled).toMatchObject({ code: 0, stdout: `Enrolled as host ${golden('enrolled').host}.\n` });
    const file = statSync(join(state, 'identity.json'));
    expect([file.mode & 0o777, statSync(state).mode & 0o777]).toEqual([0o600, 0o700]);
    start(state);
    await until(() => (gateway.sessions[0]?.snapshots.length ?? 0) > 0);
    const { stdout } = await silt('status', '--state', state);
    expect(stdout).toMatch(/^Host +\S+\nServer +ws:\S+\nKey +\S+, 0 days old\nSpool +\d+ record/);
    expect(stdout).not.toContain(identityIn(state).privateKey.split('\n')[1]);
  });

  test('run enrols first, waits for a server that is away, and loses nothing meanwhile', async () => {
    const { gateway, url } = await listen(new StoringGateway());
    admitting(gateway);
    await gateway.close();
    const state = newState();
    const { output } = start(state, '--url', url, '--enrolment-token-file', tokenFile);
    await until(() => output.stderr.includes('Not enrolled yet. The server cannot be reached'));
    await gateway.listen(Number(new URL(url).port));
    await until(() => gateway.stored.length >= 1);
    expect(identityIn(state)).toMatchObject({ hostId: golden('enrolled').host, url, next: null });
  }, 20_000);

  test('a token that is refused ends run with the reason and exit code 3', async () => {
    const { gateway, url } = await listen(new GatewayStub());
    gateway.onEnrol = () => ({ ...golden('refused'), code: 'bad-token', message: 'It was used.', retryable: false });
    const { code, stderr } = await start(newState(), '--url', url, '--enrolment-token-file', tokenFile).ended;
    expect(code).toBe(3);
    expect(stderr).toContain('silt-collector: The server refused to enrol this host (bad-token): It was used.');
  });

  test('after a crash before the answer the same key is shown again', async () => {
    const { gateway, url } = await listen(new GatewayStub());
    const seen: string[] = [];
    gateway.onEnrol = ({ publicKey }) => {
      seen.push(publicKey);
      if (seen.length > 1) return golden('enrolled');
      for (const child of children) child.kill('SIGKILL');
      return null;
    };
    const state = newState();
    await start(state, '--url', url, '--enrolment-token-file', tokenFile).ended;
    expect((await silt('enrol', '--url', url, '--token-file', tokenFile, '--state', state)).code).toBe(0);
    expect(seen).toHaveLength(2);
    expect(seen[1]).toBe(seen[0]);
  });
});

describe('a key that is 31 days old', () => {
  /** A gateway that takes new keys, as a real one: the same key twice is one key. */
  async function rotating(kill: (rotations: number) => 'before' | 'after' | null) {
    const { gateway, url } = await listen(new GatewayStub());
    const rotations: string[] = [];
    gateway.onRotate = ({ publicKey }) => {
      rotations.push(publicKey);
      const death = kill(rotations.length);
      if (death === 'before') for (const child of children) child.kill('SIGKILL');
      if (death === 'before') return null;
      gateway.keys?.set(golden('rotated').key, publicKey);
      if (death === 'after') for (const child of children) child.kill('SIGKILL');
      return death === 'after' ? null : golden('rotated');
    };
    return { gateway, rotations, state: enrolledState(url, {}, 31) };
  }
  const usesNewKey = (gateway: GatewayStub) =>
    gateway.sessions.some(({ hello }) => hello.key === golden('rotated').key);

  test('is replaced, and the new one is used at once', async () => {
    const { gateway, rotations, state } = await rotating(() => null);
    start(state);
    await until(() => usesNewKey(gateway));
    expect(rotations).toHaveLength(1);
    expect(identityIn(state)).toMatchObject({ key: golden('rotated').key, next: null });
  });

  test.each(['before', 'after'] as const)('a crash %s the server took the new one loses nothing', async (point) => {
    const { gateway, rotations, state } = await rotating((count) => (count === 1 ? point : null));
    await start(state).ended;
    expect(identityIn(state)).toMatchObject({ key, next: { publicKey: rotations[0] } });
    start(state);
    await until(() => usesNewKey(gateway));
    expect(rotations).toEqual([rotations[0], rotations[0]]);
  });

  test('a new key that was never told is told by the next run', async () => {
    const { gateway, rotations, state } = await rotating(() => null);
    const next = { ...createKeyPair(), createdAt: new Date().toISOString() };
    writeFileSync(join(state, 'identity.json'), JSON.stringify({ ...identityIn(state), next }));
    start(state);
    await until(() => usesNewKey(gateway));
    expect(rotations).toEqual([next.publicKey]);
  });
});
