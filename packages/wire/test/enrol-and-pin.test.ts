import { once } from 'node:events';
import { createServer } from 'node:tls';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ClientSettingsError, CollectorClient, EnrolError, enrol } from '../src/client/index.ts';
import { createKeyPair } from '../src/index.ts';
import { GatewayStub } from './gateway-stub.ts';
import { golden } from './golden-frame.ts';
import { snapshot } from './snapshots.ts';
import { newCertificate } from './tls-fixture.ts';

const { host, clock, hostId, key } = golden('hello');
const keyPair = createKeyPair();
const token: string = golden('enrol').token;
const certificate = newCertificate();
const { pin } = certificate;

const gateways: GatewayStub[] = [];
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
});

async function listen(tls: typeof certificate | null): Promise<{ gateway: GatewayStub; url: string }> {
  const gateway = new GatewayStub(tls);
  gateways.push(gateway);
  return { gateway, url: await gateway.listen() };
}

const enrolAt = (url: string, pinned: string | null) =>
  enrol({ url, pin: pinned, token, keyPair, collectorVersion: '0.1.0', facts: host });

describe('enrolment', () => {
  test('registers the key by the token and gives what the server calls this host', async () => {
    const { gateway, url } = await listen(null);
    let seen: unknown;
    gateway.onEnrol = (message) => {
      seen = message;
      return golden('enrolled');
    };
    expect(await enrolAt(url, null)).toEqual({ hostId: golden('enrolled').host, key: golden('enrolled').key });
    expect(seen).toMatchObject({ token, publicKey: keyPair.publicKey, server: new URL(url).origin, host });
  });

  test('a refusal is told with its reason, and whether to come back', async () => {
    const { gateway, url } = await listen(null);
    gateway.onEnrol = () => ({ ...golden('refused'), code: 'bad-token', message: 'It was used.', retryable: false });
    const refused = enrolAt(url, null);
    await expect(refused).rejects.toThrow('refused to enrol this host (bad-token): It was used.');
    await expect(refused).rejects.toMatchObject({ retryable: false });
    gateway.onEnrol = () => golden('refused');
    await expect(enrolAt(url, null)).rejects.toMatchObject({ retryable: true, retryAfterMilliseconds: 5_000 });
  });

  test('a server that is away, or says something else, is worth another try', async () => {
    const { gateway, url } = await listen(null);
    gateway.onEnrol = () => golden('welcome');
    await expect(enrolAt(url, null)).rejects.toMatchObject({ retryable: true });
    gateway.greeting = { ...golden('challenge'), versions: ['silt.v9'] };
    await expect(enrolAt(url, null)).rejects.toThrow('does not enrol by silt.v1');
    await gateway.close();
    const away = enrolAt(url, null);
    await expect(away).rejects.toThrow(EnrolError);
    await expect(away).rejects.toThrow('cannot be reached');
  });
});

describe('a pinned certificate', () => {
  test('lets its server in, though nobody signed it', async () => {
    const { gateway, url } = await listen(certificate);
    gateway.keys = new Map([[key, keyPair.publicKey]]);
    await enrolAt(url, pin);
    const client = new CollectorClient({
      ...{ url, pin, collectorVersion: '0.1.0', facts: host, clock: () => clock },
      credentials: () => ({ hostId, key, privateKey: keyPair.privateKey }),
    });
    onTestFinished(() => client.stop());
    client.push(snapshot());
    client.start();
    await once(client, 'ack');
    expect(gateway.sessions[0]?.hello.server).toBe(new URL(url).origin);
  });

  test('it may be written as openssl prints it', async () => {
    const { url } = await listen(certificate);
    const printed = (pin.toUpperCase().match(/../g) ?? []).join(':');
    await expect(enrolAt(url, printed)).resolves.toBeDefined();
  });

  test('another certificate gets not one byte', async () => {
    const received: Buffer[] = [];
    const impostor = createServer(newCertificate(), (socket) => socket.on('data', (data) => received.push(data)));
    impostor.listen(0, '127.0.0.1');
    await once(impostor, 'listening');
    onTestFinished(() => void impostor.close());
    const address = impostor.address();
    if (address === null || typeof address === 'string') throw new Error('it listens on a port');
    const refused = enrolAt(`wss://127.0.0.1:${address.port}/collect`, pin);
    await expect(refused).rejects.toThrow('its certificate is not the pinned one');
    const left = () => new Promise((resolve) => impostor.getConnections((_, count) => resolve(count)));
    await vi.waitUntil(async () => (await left()) === 0);
    expect(Buffer.concat(received).length).toBe(0);
  });

  test('without a pin a certificate that nobody signed is not taken', async () => {
    const { gateway, url } = await listen(certificate);
    await expect(enrolAt(url, null)).rejects.toThrow(/self-signed certificate/);
    expect(gateway.requests).toBe(0);
  });

  test.each([
    ['wss://silt.example/collect', 'abc'],
    ['wss://silt.example/collect', 'g'.repeat(64)],
    ['ws://127.0.0.1/collect', pin],
  ])('%s with the pin %s cannot be used', (url, given) => {
    expect(() => enrolAt(url, given)).toThrow(ClientSettingsError);
  });
});
