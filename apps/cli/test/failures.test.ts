import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SESSION, stubServices } from '../../../packages/api/test/stub-services.ts';
import { configPath } from '../src/config.ts';
import { runCli } from '../src/run-cli.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { testTerminal } from './test-terminal.ts';

type Services = Parameters<typeof startApiServer>[0];

let home: string;
const ends: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'silt-cli-'));
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await rm(home, { recursive: true });
});

async function api(services: Partial<Services>): Promise<ApiServer> {
  const server = await startApiServer(stubServices(services));
  ends.push(server.close);
  return server;
}

const refuse = (code: string, message: string) => async () => {
  throw Object.assign(new Error(message), { name: 'ServiceError', code });
};

async function growers(url: string) {
  const terminal = testTerminal({ home, env: { SILT_URL: url, SILT_API_KEY: 'silt_key_secret' } });
  const code = await runCli(['growers'], terminal);
  return { code, out: terminal.output(), err: terminal.errors() };
}

describe('a server that says no', () => {
  test.each([
    ['not-signed-in', 'This API key was revoked.', 3],
    ['too-many-requests', 'Wait a minute.', 1],
    ['unavailable', 'The database does not answer.', 1],
  ])('%s when it looks at the key ends with its sentence: %s', async (code, sentence, exitCode) => {
    const { url } = await api({ sessionOf: refuse(code, sentence) });
    expect(await growers(url)).toEqual({ code: exitCode, out: '', err: `silt: ${sentence}\n` });
  });

  test.each([
    ['not-found', 'There is no such host.', 2],
    ['forbidden', 'You may not.', 3],
    ['bad-input', 'Not so many.', 2],
  ])('%s to a question ends with its sentence: %s', async (code, sentence, exitCode) => {
    const { url } = await api({ sessionOf: async () => SESSION, fleetGrowers: refuse(code, sentence) });
    expect(await growers(url)).toEqual({ code: exitCode, out: '', err: `silt: ${sentence}\n` });
  });

  test('says nothing of the key and moves no cursor', async () => {
    const { url } = await api({ sessionOf: refuse('unavailable', 'It was \u001b[31m so.') });
    const { err } = await growers(url);
    expect(err).toBe('silt: It was \\u{1b}[31m so.\n');
    expect(err).not.toContain('secret');
  });
});

describe('an address', () => {
  const listen = async (answer: (server: Server) => void): Promise<string> => {
    const server = createServer();
    answer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    ends.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return `http://127.0.0.1:${port}`;
  };

  test.each([
    [200, 'text/html', '<html>'],
    [404, 'text/html', 'Not found'],
    [502, 'text/plain', ''],
    [200, 'application/json', '{}'],
  ])('that answers %i as something else is told so', async (status, type, body) => {
    const url = await listen((server) =>
      server.on('request', (_, response) => response.writeHead(status, { 'content-type': type }).end(body)),
    );
    const { code, err } = await growers(url);
    expect(code).toBe(1);
    expect(err).toContain(`${url} answers, but not as a Silt server does.`);
  });

  test('where nobody listens is told so', async () => {
    const { url, close } = await startApiServer(stubServices({}));
    await close();
    const { code, err } = await growers(url);
    expect(code).toBe(1);
    expect(err).toBe(`silt: ${url} cannot be reached (ECONNREFUSED). Is Silt running there?\n`);
  });

  test('that cuts the connection is told so', async () => {
    const url = await listen((server) => server.on('request', (_, response) => response.destroy()));
    const { code, err } = await growers(url);
    expect(code).toBe(1);
    expect(err).toMatch(/cannot be reached \(\w+/);
  });
});

describe('silt login', () => {
  const signedIn = { sessionOf: async () => ({ ...SESSION, apiKeyId: 'k' }) };
  const login = async (args: string[], input = '') => {
    const terminal = testTerminal({ home, input });
    return { code: await runCli(['login', ...args], terminal), terminal };
  };

  test('keeps a key from stdin that is good, for its owner alone, and does not print it', async () => {
    const { url } = await api(signedIn);
    const { code, terminal } = await login(['--url', `${url}/`], ' silt_key_typed\n');
    expect(code).toBe(0);
    expect(terminal.output()).toMatch(/Reading http:.* as Ada, in Home\. The key is in .*config\.json\./);
    expect(terminal.output() + terminal.errors()).not.toContain('silt_key_typed');
    const path = configPath(terminal);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ url, key: 'silt_key_typed' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('takes the key from a file, and writes over the one before', async () => {
    const { url } = await api(signedIn);
    await login(['--url', url], 'silt_key_first');
    await writeFile(join(home, 'key'), 'silt_key_second\n');
    const { code, terminal } = await login(['--url', url, '--key-file', join(home, 'key')]);
    expect(code).toBe(0);
    expect(JSON.parse(await readFile(configPath(terminal), 'utf8'))).toEqual({ url, key: 'silt_key_second' });
  });

  test('keeps nothing of a key that the server refuses, and the one before stays', async () => {
    const good = await api(signedIn);
    const bad = await api({ sessionOf: refuse('not-signed-in', 'This API key has expired.') });
    await login(['--url', good.url], 'silt_key_good');
    const { code, terminal } = await login(['--url', bad.url], 'silt_key_bad');
    expect(code).toBe(3);
    expect(terminal.errors()).toBe('silt: This API key has expired.\n');
    expect(JSON.parse(await readFile(configPath(terminal), 'utf8'))).toMatchObject({ key: 'silt_key_good' });
  });

  test.each([
    [['--url', 'http://silt.example'], 'silt_key_x'],
    [['--url', 'https://silt.example'], 'no key'],
    [['--url', 'https://silt.example'], ''],
    [['--url', 'https://silt.example', '--key-file', '/nowhere/key'], ''],
    [[], 'silt_key_x'],
  ])('of %j with “%s” is wrong use, and sends nothing', async (args, input) => {
    const { code, terminal } = await login(args, input);
    expect(code).toBe(2);
    expect(terminal.errors()).not.toBe('');
  });
});
