import { type ChildProcess, execFile, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROBE_NAMES, type Snapshot } from '@silt/domain';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { GatewayStub } from '../../../packages/wire/test/gateway-stub.ts';
import manifest from '../package.json' with { type: 'json' };

const BUILD = fileURLToPath(new URL('../build.mjs', import.meta.url));

/** The bundle alone in a folder of its own, so that what it needs must be in it. */
const folder = mkdtempSync(join(tmpdir(), 'silt-collector-'));
const bundle = join(folder, 'silt-collector.mjs');
const tokenFile = join(folder, 'token');
const emptyFile = join(folder, 'empty');

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
    expect(help.stdout).toContain('silt-collector run --url wss://');
    expect((await silt('run', '--help')).stdout).toContain('SILT_GATEWAY_URL');
  });

  test('once --json prints one snapshot of this machine and nothing else', async () => {
    const { code, stdout, stderr } = await silt('once', '--json');
    const snapshot: Snapshot = JSON.parse(stdout);
    expect([code, stderr]).toEqual([0, '']);
    expect(snapshot.probes.map(({ probe }) => probe)).toEqual(PROBE_NAMES);
    expect(snapshot.readings).toHaveLength(snapshot.layout.entries.length);
  });

  test('once prints a line for each probe', async () => {
    const { code, stdout } = await silt('once');
    expect(code).toBe(0);
    for (const probe of PROBE_NAMES) expect(stdout).toContain(` ${probe} `);
  });

  test.each([
    ['an unknown option', ['once', '--jsn'], "unknown option '--jsn'"],
    ['an unknown command', ['push'], "unknown command 'push'"],
    ['no server', ['run', '--token-file', tokenFile], '--url or SILT_GATEWAY_URL'],
    ['no token', ['run', '--url', 'ws://127.0.0.1:1/collect'], '--token-file or SILT_COLLECTOR_TOKEN_FILE'],
    ['a token file that is not there', ['run', '--url', 'ws://127.0.0.1:1/collect', '--token-file', 'none'], 'ENOENT'],
    ['an empty token file', ['run', '--url', 'ws://127.0.0.1:1/collect', '--token-file', emptyFile], 'is empty'],
    ['plain ws over the network', ['run', '--url', 'ws://silt.example/collect', '--token-file', tokenFile], 'wss://'],
    ['no address', ['run', '--url', 'silt', '--token-file', tokenFile], 'is not one'],
    ['a beat of nothing', ['run', '--beat', '0'], 'from 1 to 3600'],
    ['a beat of words', ['run', '--beat', 'often'], 'from 1 to 3600'],
  ])('%s is told in a sentence, with exit code 2', async (_, parameters, part) => {
    const { code, stderr } = await silt(...parameters);
    expect(code).toBe(2);
    expect(stderr).toContain(part);
    expect(stderr).not.toContain('    at ');
  });
});

describe('silt-collector run', () => {
  const gateways: GatewayStub[] = [];
  const children: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
  });

  async function start(edit: (gateway: GatewayStub) => void = () => {}) {
    const gateway = new GatewayStub();
    edit(gateway);
    gateways.push(gateway);
    const url = await gateway.listen();
    const env = { PATH: process.env.PATH, SILT_GATEWAY_URL: url, SILT_COLLECTOR_TOKEN_FILE: tokenFile };
    const child = fork(bundle, ['run', '--beat', '1'], { env, silent: true });
    children.push(child);
    let stderr = '';
    child.stderr?.on('data', (text) => {
      stderr += text;
    });
    const told = child.stderr === null ? null : once(child.stderr, 'end');
    const ended = once(child, 'exit').then(async ([code]) => {
      await told;
      return { code, stderr };
    });
    return { gateway, child, ended };
  }
  const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 10_000, interval: 10 });

  test('pushes as soon as it is welcome and then at each beat, and ends in order on SIGTERM', async () => {
    const { gateway, child, ended } = await start();
    await until(() => (gateway.sessions[0]?.snapshots.length ?? 0) >= 2);
    const [session] = gateway.sessions;
    expect(session?.hello).toMatchObject({ token: 'a-token', collectorVersion: manifest.version });
    expect(session?.snapshots[0]?.layout.description).toBeDefined();
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
  });

  test('ends when the process that started it is gone', async () => {
    const { gateway, child, ended } = await start();
    await until(() => gateway.sessions.length === 1);
    child.disconnect();
    expect(await ended).toMatchObject({ code: 0 });
  });

  test('a server that refuses it for good ends it with the reason and exit code 3', async () => {
    const { ended } = await start((gateway) => {
      gateway.onHello = () => ({
        type: 'refused',
        code: 'bad-token',
        message: 'This token is not known.',
        retryable: false,
        retryAfterMilliseconds: null,
      });
    });
    const { code, stderr } = await ended;
    expect(code).toBe(3);
    expect(stderr).toContain('silt-collector: The server refused this collector (bad-token): This token is not known.');
  });
});
