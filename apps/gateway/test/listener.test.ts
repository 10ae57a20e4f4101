import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Gateway } from '../src/gateway-server.ts';
import { firstWord, PIN, startListening, TLS, tlsFile } from './listening-gateway.ts';

const RENEWAL_DEADLINE_MILLISECONDS = 10_000;

let folder = '';
let gateway: Gateway;

beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/silt-listener-`);
});
afterEach(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

const fingerprint = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase());
      socket.destroy();
    });
    socket.once('error', reject);
  });

describe('own TLS', () => {
  beforeEach(async () => {
    copyFileSync(TLS.certFile, `${folder}/cert`);
    copyFileSync(TLS.keyFile, `${folder}/key`);
    gateway = await startListening({ tls: { certFile: `${folder}/cert`, keyFile: `${folder}/key` } });
  });

  test('challenges a collector that trusts the certificate', async () => {
    const options = { ca: readFileSync(TLS.certFile), servername: 'silt.example' };
    expect(await firstWord(`wss://127.0.0.1:${gateway.port}`, options)).toBe('challenge');
  });

  test('is not believed by one that does not', async () => {
    expect(await firstWord(`wss://127.0.0.1:${gateway.port}`)).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  test('answers plain text with nothing, also on loopback', async () => {
    expect(await firstWord(`ws://127.0.0.1:${gateway.port}`)).toMatch(/ECONNRESET|socket hang up/);
  });

  test('cuts off a peer that does not finish the handshake, and serves others meanwhile', async () => {
    const slow = connectPlain(gateway.port, '127.0.0.1');
    const closed = new Promise((resolve) => slow.once('close', resolve));
    slow.on('error', () => {});
    slow.write(Buffer.from([22, 3, 1]));
    expect(await fingerprint(gateway.port)).toBe(PIN);
    await closed;
  }, 15_000);

  test('refuses TLS 1.1', async () => {
    const options = { rejectUnauthorized: false, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const;
    expect(await firstWord(`wss://127.0.0.1:${gateway.port}`, options)).not.toBe('challenge');
  });

  test('takes a renewed certificate without a restart, and keeps the old one while the key is missing', async () => {
    expect(await fingerprint(gateway.port)).toBe(PIN);
    copyFileSync(tlsFile('renewed.crt'), `${folder}/cert`);
    process.emit('SIGHUP', 'SIGHUP');
    expect(await fingerprint(gateway.port)).toBe(PIN);
    writeFileSync(`${folder}/cert`, 'half a cert');
    process.emit('SIGHUP', 'SIGHUP');
    expect(await fingerprint(gateway.port)).toBe(PIN);
    copyFileSync(tlsFile('renewed.crt'), `${folder}/cert`);
    copyFileSync(tlsFile('renewed.key'), `${folder}/key`);
    process.emit('SIGHUP', 'SIGHUP');
    expect(await fingerprint(gateway.port)).not.toBe(PIN);
  });

  test('notices renewed files by itself', async () => {
    copyFileSync(tlsFile('renewed.crt'), `${folder}/cert`);
    copyFileSync(tlsFile('renewed.key'), `${folder}/key`);
    const end = Date.now() + RENEWAL_DEADLINE_MILLISECONDS;
    while ((await fingerprint(gateway.port)) === PIN && Date.now() < end) await sleep(100);
    expect(await fingerprint(gateway.port)).not.toBe(PIN);
  }, 20_000);
});

describe('plain', () => {
  const url = () => `ws://127.0.0.1:${gateway.port}`;

  test('challenges a collector on this machine', async () => {
    gateway = await startListening();
    expect(await firstWord(url())).toBe('challenge');
  });

  test('refuses what a proxy forwards that nobody told it to trust, and says what to do', async () => {
    gateway = await startListening();
    const headers = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' };
    expect(await firstWord(url(), { headers })).toMatch(/^403 .*start Silt with --trust-proxy 127\.0\.0\.1\.$/);
  });

  test('challenges what a trusted proxy forwards that was reached by TLS, and nothing else of it', async () => {
    gateway = await startListening({ trustedProxies: ['127.0.0.0/8'] });
    const headers = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' };
    expect(await firstWord(url(), { headers })).toBe('challenge');
    expect(await firstWord(url(), { headers: { ...headers, 'x-forwarded-proto': 'http' } })).toMatch(/^403 .*https/);
  });

  test('says why it refuses', async () => {
    gateway = await startListening();
    expect(await firstWord(url(), { origin: 'https://evil.example' })).toMatch(/^403 A browser/);
  });
});
