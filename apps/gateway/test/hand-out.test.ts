import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Gateway } from '../src/gateway-server.ts';
import { HandOut, MAX_DOWNLOADS } from '../src/hand-out.ts';
import { ask, firstWord, KEY_PIN, logger, PIN, ROOT, startListening } from './listening-gateway.ts';

const COLLECTOR = '// stands for the built collector\n';
/** More than the buffers between two sockets hold, so that a download lasts. */
const BIG_BYTES = 64 * 1024 * 1024;
const FREED_DEADLINE_MILLISECONDS = 5_000;
const NAMES = ['install.sh', 'silt-collector.service', 'Dockerfile', 'kubernetes.yaml', 'silt-collector.mjs'];
const OTHER = process.arch === 'x64' ? 'arm64' : 'x64';

let root = '';
let gateway: Gateway;
let url = '';

beforeEach(async () => {
  root = mkdtempSync(`${tmpdir()}/silt-hand-out-`);
  mkdirSync(`${root}/apps/collector/dist`, { recursive: true });
  mkdirSync(`${root}/deploy`);
  symlinkSync(`${ROOT}/deploy/collector`, `${root}/deploy/collector`);
  writeFileSync(`${root}/apps/collector/dist/silt-collector.mjs`, COLLECTOR);
  writeFileSync(`${root}/secret`, 'secret');
  await startWith(PIN, KEY_PIN);
});
afterEach(async () => {
  await gateway.stop();
  rmSync(root, { recursive: true, force: true });
});

async function startWith(pin: string | null, keyPin: string | null): Promise<void> {
  await gateway?.stop();
  const collectorUrl = 'wss://silt.example:4301/collect';
  gateway = await startListening({ collectorUrl, handOut: new HandOut({ root, collectorUrl, pin, keyPin, logger }) });
  url = `http://127.0.0.1:${gateway.port}`;
}

const sha256 = (latin1: string) => createHash('sha256').update(Buffer.from(latin1, 'latin1')).digest('hex');

async function sums(): Promise<Map<string, string>> {
  const { body } = await ask(url, '/collector/SHA256SUMS');
  const lines = body.trim().split('\n');
  return new Map(lines.map((line) => line.split('  ').reverse() as [string, string]));
}

describe('what a host installs', () => {
  test.each(NAMES)('%s is what SHA256SUMS says, whole, and with no place left open', async (name) => {
    const { status, headers, body } = await ask(url, `/collector/${name}`);
    expect(status).toBe(200);
    expect(headers['content-length']).toBe(`${body.length}`);
    expect(headers.etag).toBe(`"${sha256(body)}"`);
    expect((await sums()).get(name)).toBe(sha256(body));
    expect(body).not.toContain('@@');
  });

  test('the files name this server alone, its pins, and the checksums of what they fetch', async () => {
    const [install, yaml] = [await ask(url, '/collector/install.sh'), await ask(url, '/collector/kubernetes.yaml')];
    for (const { body } of [install, yaml]) {
      expect(body).toContain('https://silt.example:4301/collector');
      expect(body).toContain(PIN);
      expect(body).toContain(sha256(COLLECTOR));
    }
    expect(install.body).toContain(KEY_PIN);
    expect(install.body).toContain((await sums()).get('silt-collector.service'));
    expect(install.body).toContain((await sums()).get(`node-linux-${process.arch}`));
  });

  test('names no pin where a public authority signed the certificate', async () => {
    await startWith(null, null);
    expect((await ask(url, '/collector/install.sh')).body).toContain("PIN=''");
  });

  test('is new when a collector was built since', async () => {
    const before = await ask(url, '/collector/install.sh');
    writeFileSync(`${root}/apps/collector/dist/silt-collector.mjs`, `${COLLECTOR}// newer\n`);
    const { body } = await ask(url, '/collector/silt-collector.mjs');
    expect((await ask(url, '/collector/install.sh')).body).toContain(sha256(body));
    expect(before.body).not.toContain(sha256(body));
  });

  test('is not sent again to who has it', async () => {
    const { headers } = await ask(url, '/collector/silt-collector.mjs');
    const again = await ask(url, '/collector/silt-collector.mjs', { headers: { 'if-none-match': headers.etag } });
    expect(again).toMatchObject({ status: 304, body: '' });
  });

  test.skipIf(process.platform !== 'linux')('this server hands out the Node that it runs on', async () => {
    const { status, headers, body } = await ask(url, `/collector/node-linux-${process.arch}`, { method: 'HEAD' });
    expect(status).toBe(200);
    expect(Number(headers['content-length'])).toBeGreaterThan(10_000_000);
    expect(body).toBe('');
  });

  test('says what to do where a file is not there', async () => {
    const node = await ask(url, `/collector/node-linux-${OTHER}`);
    expect(node).toMatchObject({ status: 404, body: expect.stringContaining('install Node 20.19 or newer') });
    rmSync(`${root}/apps/collector/dist/silt-collector.mjs`);
    expect(await ask(url, '/collector/silt-collector.mjs')).toMatchObject({
      ...{ status: 404, body: expect.stringContaining('no built collector') },
    });
  });
});

describe('what is not handed out', () => {
  test.each([
    '/collector/',
    '/collector/../secret',
    '/collector/..%2fsecret',
    '/collector/%2e%2e/secret',
    '/collector/....//secret',
    '/collector/silt-collector.mjs/../../secret',
    '/collector//etc/passwd',
    '/collector/install.sh%00',
    '/collector/INSTALL.SH',
    '/collector/__proto__',
    `/collector/${'x'.repeat(10_000)}`,
  ])('%s is 404', async (path) => {
    const { status, body } = await ask(url, path);
    expect(status).toBe(404);
    expect(body).not.toContain('secret');
    expect(body).not.toContain('root:');
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is 405', async (method) => {
    const { status, headers } = await ask(url, '/collector/install.sh', { method });
    expect(status).toBe(405);
    expect(headers.allow).toBe('GET, HEAD');
  });

  test('anything through a proxy that is not trusted', async () => {
    const { status } = await ask(url, '/collector/install.sh', { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(status).toBe(403);
  });
});

test('downloads that hang are counted and bounded, and collectors are greeted meanwhile', async () => {
  truncateSync(`${root}/apps/collector/dist/silt-collector.mjs`, BIG_BYTES);
  await ask(url, '/collector/SHA256SUMS');
  const hanging: Socket[] = [];
  for (let count = 0; count < MAX_DOWNLOADS; count += 1) {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /collector/silt-collector.mjs HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('readable', resolve));
    hanging.push(socket);
  }
  const refused = await ask(url, '/collector/install.sh');
  expect(refused.status).toBe(503);
  expect(refused.headers['retry-after']).toBe('5');
  expect(await firstWord(`ws://127.0.0.1:${gateway.port}`)).toBe('challenge');
  for (const socket of hanging) socket.destroy();
  const end = Date.now() + FREED_DEADLINE_MILLISECONDS;
  while ((await ask(url, '/collector/install.sh')).status === 503 && Date.now() < end) await sleep(20);
  expect((await ask(url, '/collector/install.sh')).status).toBe(200);
}, 30_000);
