import type { Sql } from '@silt/db';
import { createKeyPair, type HelloMessage, helloStatement, signStatement } from '@silt/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { MAX_HELLOS_A_MINUTE } from '../src/handshake-limits.ts';
import { MAX_ROTATIONS_A_SESSION } from '../src/session.ts';
import { addHosts, addKey, type Credentials, TestCollector, type TestHost } from './test-collector.ts';
import { auditOf, eventsOf, PATIENT, startTestServer, type TestServer } from './test-gateway.ts';

/** From the UPDATE of the database to the end of the socket. */
const REVOCATION_LIMIT_MILLISECONDS = 5_000;

let server: TestServer;
let owner: Sql;
let host: TestHost;
let other: TestHost;

beforeAll(async () => {
  server = await startTestServer(inject('postgresUrl'));
  owner = server.owner;
});
afterAll(() => server.end());
beforeEach(async () => {
  [host] = (await addHosts(owner, 1)) as [TestHost];
  [other] = (await addHosts(owner, 1)) as [TestHost];
});

const port = () => server.gateway.port;

/** Code of the refusal; null = welcomed. */
async function greet(as: Credentials, change: Partial<HelloMessage> = {}): Promise<string | null> {
  const collector = await TestCollector.greet(port(), as, change);
  const answer = await Promise.race([collector.next('welcome'), collector.next('refused')]).catch(() => null);
  const refused = collector.received.find((one) => one.type === 'refused');
  if (!refused) await collector.close();
  else await collector.closed;
  return refused?.type === 'refused' ? refused.code : answer && null;
}

const goodKeys = async (hostId: number): Promise<string[]> =>
  (
    await owner<{ id: string }[]>`
    SELECT id FROM collector_key WHERE host_id = ${hostId} AND revoked_at IS NULL ORDER BY created_at`
  ).map(({ id }) => id);

describe('a hello is refused', () => {
  test('alike for an unknown key, a wrong signature, and the key of another host', async () => {
    const { publicId, key } = host;
    expect(await greet({ ...host, key: '5157b4a1-0d3e-4c6f-9a52-68c1d0f3e7b9' })).toBe('bad-key');
    expect(await greet({ publicId, key, keyPair: createKeyPair() })).toBe('bad-key');
    expect(await greet({ ...other, publicId })).toBe('bad-key');
    expect(await greet({ ...host, publicId: other.publicId })).toBe('bad-key');
    expect(await greet(host, { signature: '_'.repeat(86) })).toBe('bad-key');
    expect(await greet(host)).toBeNull();
  });

  test('when its signature is of another nonce: a hello that was overheard is worth nothing', async () => {
    const first = await TestCollector.open(port(), host);
    const stream = '5157b4a1-0d3e-4c6f-9a52-68c1d0f3e7b9';
    const said = { server: first.server, hostId: host.publicId, key: host.key, stream, nonce: first.nonce };
    const signature = signStatement(host.keyPair.privateKey, helloStatement(said));
    await first.close();
    expect(await greet(host, { stream, signature })).toBe('bad-key');
  });

  test('when it was signed for another server, or for another stream', async () => {
    expect(await greet(host, { server: 'wss://silt.example' })).toBe('wrong-server');
    expect(await greet(host, { server: `wss://127.0.0.1:${port()}` })).toBe('wrong-server');
    const collector = new TestCollector(port());
    await collector.next('challenge');
    const said = { server: collector.server, hostId: host.publicId, key: host.key, nonce: collector.nonce };
    const signature = signStatement(
      host.keyPair.privateKey,
      helloStatement({ ...said, stream: '5157b4a1-0d3e-4c6f-9a52-68c1d0f3e7b9' }),
    );
    collector.sendHello(host, { signature });
    expect((await collector.next('refused')).code).toBe('bad-key');
  });

  test('with a revoked key, or of a retired host, and the host page and the audit log tell', async () => {
    await owner`UPDATE collector_key SET revoked_at = now() WHERE host_id = ${host.hostId}`;
    await owner`UPDATE host SET retired_at = now() WHERE id = ${other.hostId}`;
    for (let times = 0; times < 3; times += 1) expect(await greet(host)).toBe('key-revoked');
    expect(await greet(other)).toBe('host-retired');
    const refused = (code: string, count: number) => ({
      kind: 'collector-refused',
      detail: { code, address: '127.0.0.1', count },
    });
    await expect.poll(() => eventsOf(owner, host.hostId), PATIENT).toEqual([refused('key-revoked', 3)]);
    await expect.poll(() => eventsOf(owner, other.hostId), PATIENT).toEqual([refused('host-retired', 1)]);
    await expect
      .poll(() => auditOf(owner, host.organisationId), PATIENT)
      .toEqual([{ action: 'collector.refused', subject: host.publicId }]);
  });

  test('when the key says hello too often within a minute', async () => {
    const codes: (string | null)[] = [];
    for (let hellos = 0; hellos < 2 * MAX_HELLOS_A_MINUTE; hellos += 1) {
      codes.push(await greet(host));
      if (codes.at(-1) !== null) break;
    }
    expect(codes.length).toBeGreaterThan(MAX_HELLOS_A_MINUTE);
    expect(codes.at(-1)).toBe('too-many');
  });
});

describe('a live socket ends within 5 s', () => {
  test.for([
    [
      'its key is revoked',
      'key-revoked',
      (id: number) => owner`
      UPDATE collector_key SET revoked_at = clock_timestamp() WHERE host_id = ${id} RETURNING revoked_at AS at`,
    ],
    [
      'its host is retired',
      'host-retired',
      (id: number) => owner`
      UPDATE host SET retired_at = clock_timestamp() WHERE id = ${id} RETURNING retired_at AS at`,
    ],
  ] as const)('after %s, by the clock of the database, and others stay', async ([, code, change]) => {
    const [collector, bystander] = [await TestCollector.open(port(), host), await TestCollector.open(port(), other)];
    const [row] = await change(host.hostId);
    expect(await collector.closed).toEqual({ code: 1008, reason: code });
    const [now] = await owner<[{ at: Date }]>`SELECT clock_timestamp() AS at`;
    expect(now.at.getTime() - row?.at.getTime()).toBeLessThan(REVOCATION_LIMIT_MILLISECONDS);
    expect(collector.received.at(-1)).toMatchObject({ type: 'refused', code, retryable: false });
    bystander.sendSnapshot(1);
    expect(await bystander.acknowledged(1)).toEqual([]);
    await bystander.close();
  });
});

describe('a rotation', () => {
  test('makes a second key; both are good until the new one has said hello', async () => {
    const collector = await TestCollector.open(port(), host);
    const keyPair = createKeyPair();
    collector.sendRotate(host, keyPair.publicKey);
    const { key } = await collector.next('rotated');
    collector.sendSnapshot(1);
    await collector.acknowledged(1);
    await collector.close();
    expect(await goodKeys(host.hostId)).toEqual([host.key, key]);
    expect(await greet(host)).toBeNull();
    expect(await goodKeys(host.hostId)).toEqual([host.key, key]);
    expect(await greet({ ...host, key, keyPair })).toBeNull();
    expect(await goodKeys(host.hostId)).toEqual([key]);
    expect(await greet(host)).toBe('key-revoked');
    expect((await eventsOf(owner, host.hostId)).at(0)).toEqual({ kind: 'key-rotated', detail: { keyId: key } });
    expect((await auditOf(owner, host.organisationId)).map(({ action }) => action).slice(0, 2)).toEqual([
      'key.rotate',
      'key.revoke',
    ]);
  });

  test('that is begun anew gives up the one before: never are more than two keys good', async () => {
    const collector = await TestCollector.open(port(), host);
    const publicKeys = Array.from({ length: MAX_ROTATIONS_A_SESSION }, () => createKeyPair().publicKey);
    for (const publicKey of publicKeys) collector.sendRotate(host, publicKey);
    collector.sendSnapshot(1);
    await collector.acknowledged(1);
    const rotated = collector.received.flatMap((one) => (one.type === 'rotated' ? [one.key] : []));
    expect(rotated).toHaveLength(MAX_ROTATIONS_A_SESSION);
    expect(await goodKeys(host.hostId)).toEqual([host.key, rotated.at(-1)]);
    collector.sendRotate(host, createKeyPair().publicKey);
    expect((await collector.next('refused')).code).toBe('too-many');
  });

  test('whose answer was lost is told the same key again', async () => {
    const { publicKey } = createKeyPair();
    const keys: string[] = [];
    for (let times = 0; times < 2; times += 1) {
      const collector = await TestCollector.open(port(), host);
      collector.sendRotate(host, publicKey);
      keys.push((await collector.next('rotated')).key);
      await collector.close();
    }
    expect(new Set(keys).size).toBe(1);
  });

  test('without the signature of the key in use ends the connection', async () => {
    const collector = await TestCollector.open(port(), host);
    const next = createKeyPair();
    collector.sendRotate({ ...host, keyPair: next }, next.publicKey);
    expect((await collector.next('refused')).code).toBe('bad-key');
    expect(await goodKeys(host.hostId)).toEqual([host.key]);
  });
});

test('of a cloned host the second stream is refused, the first goes on, and the host page tells once', async () => {
  const first = await TestCollector.open(port(), host);
  for (let times = 0; times < 3; times += 1) expect(await greet(host)).toBe('host-already-connected');
  first.sendSnapshot(1);
  expect(await first.acknowledged(1)).toEqual([]);
  await first.close();
  await expect
    .poll(() => eventsOf(owner, host.hostId), PATIENT)
    .toEqual([{ kind: 'clone-refused', detail: { address: '127.0.0.1', count: 3 } }]);
});

describe('a clock that is off', () => {
  const MINUTE = 60_000;
  const greetAt = (offset: number) =>
    greet(host, {
      clock: { now: new Date(Date.now() + offset).toISOString(), bootId: 'boot', uptimeMilliseconds: 60_000 },
    });

  test('is an event once, another one when it changes, and one when it went right', async () => {
    const day = 1_440 * MINUTE;
    for (const offset of [0, day, day + 1_000, -365 * day, 0, 1_000]) expect(await greetAt(offset)).toBeNull();
    const skews = (await eventsOf(owner, host.hostId)).map(({ kind, detail }) => {
      expect(kind).toBe('clock-skew');
      return Math.round((detail.milliseconds as number) / MINUTE) + 0;
    });
    expect(skews).toEqual([1_440, -365 * 1_440, 0]);
  });
});

test('two keys of one host are one host: the second connection is refused', async () => {
  const second = { ...host, ...(await addKey(owner, host.hostId)) };
  const first = await TestCollector.open(port(), host);
  expect(await greet(second)).toBe('host-already-connected');
  await first.close();
});
