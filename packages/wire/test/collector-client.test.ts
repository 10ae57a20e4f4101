import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { HostFacts } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CollectorClient, type CollectorClientOptions, MAX_QUEUED_SNAPSHOTS } from '../src/client/index.ts';
import { createKeyPair, HELLO_DEADLINE_MILLISECONDS, MAX_IN_FLIGHT, PING_INTERVAL_MILLISECONDS } from '../src/index.ts';
import { GatewayStub } from './gateway-stub.ts';
import { golden } from './golden-frame.ts';
import { layout, otherLayout, snapshot } from './snapshots.ts';

const { host, clock, hostId, key } = golden('hello') as {
  host: HostFacts;
  clock: ReturnType<() => never>;
  hostId: string;
  key: string;
};
const keyPair = createKeyPair();

let gateway: GatewayStub;
let url: string;
const clients: CollectorClient[] = [];

const newClient = (options: Partial<CollectorClientOptions> = {}) => {
  const client = new CollectorClient({
    url,
    credentials: () => ({ hostId, key, privateKey: keyPair.privateKey }),
    collectorVersion: '0.1.0',
    facts: host,
    clock: () => clock,
    random: () => 0,
    ...options,
  });
  clients.push(client);
  return client;
};

const untilState = async (client: CollectorClient, name: CollectorClient['state']['name']) => {
  while (client.state.name !== name) await once(client, 'state');
  return client.state;
};
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 5_000, interval: 5 });

beforeEach(async () => {
  gateway = new GatewayStub();
  gateway.keys = new Map([[key, keyPair.publicKey]]);
  url = await gateway.listen();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.stop()));
  await gateway.close();
});

describe('a session', () => {
  test('goes through its states, says who it is, and delivers in sequence', async () => {
    const client = newClient();
    const states: string[] = [];
    client.on('state', ({ name }) => states.push(name));
    client.push(snapshot());
    client.push(snapshot());
    client.start();
    while (client.inFlight + client.queued > 0) await once(client, 'ack');
    expect(states).toEqual(['connecting', 'greeting', 'streaming']);
    const [session] = gateway.sessions;
    expect(session?.hello).toMatchObject({ hostId, key, host, clock, stream: client.stream, lastSequence: 2 });
    expect(session?.snapshots.map(({ sequence }) => sequence)).toEqual([1, 2]);
    await client.stop();
    expect(client.state).toEqual({ name: 'stopped', reason: null });
  });

  test('describes a layout once a connection, told by content and not by identity', async () => {
    const client = newClient();
    client.start();
    for (const one of [layout, structuredClone(layout), otherLayout, layout]) client.push(snapshot({ layout: one }));
    await until(() => gateway.sessions[0]?.snapshots.length === 4);
    const sent = gateway.sessions[0]?.snapshots.map((one) => [one.layout.number, one.layout.description !== undefined]);
    expect(sent).toEqual([
      [1, true],
      [1, false],
      [2, true],
      [1, false],
    ]);
  });

  test('keeps no more than the allowed number under way', async () => {
    gateway.onSnapshot = () => null;
    const client = newClient();
    client.start();
    for (let count = 0; count < MAX_IN_FLIGHT + 10; count += 1) client.push(snapshot());
    await until(() => gateway.sessions[0]?.snapshots.length === MAX_IN_FLIGHT);
    expect([client.inFlight, client.queued]).toEqual([MAX_IN_FLIGHT, 10]);
    gateway.sessions[0]?.socket.send(JSON.stringify({ type: 'ack', sequence: 4, refused: [] }));
    await until(() => gateway.sessions[0]?.snapshots.length === MAX_IN_FLIGHT + 4);
  });

  test('passes on which snapshots the server refused, and describes an unknown layout again', async () => {
    const client = newClient();
    gateway.onSnapshot = ({ sequence }) => ({
      type: 'ack',
      sequence,
      refused: sequence === 1 ? [{ sequence, code: 'unknown-layout' }] : [],
    });
    client.start();
    client.push(snapshot());
    expect(await once(client, 'ack')).toEqual([{ sequence: 1, refused: [{ sequence: 1, code: 'unknown-layout' }] }]);
    client.push(snapshot());
    await once(client, 'ack');
    expect(gateway.sessions[0]?.snapshots[1]?.layout.description).toEqual(layout);
  });
});

describe('after a lost connection', () => {
  test('what was not acknowledged goes again under the same sequence, with its layout', async () => {
    gateway.onSnapshot = ({ sequence }) => (sequence === 1 ? { type: 'ack', sequence, refused: [] } : null);
    gateway.onHello = () => ({ ...golden('welcome'), lastCommittedSequence: gateway.sessions.length - 1 });
    const client = newClient();
    client.start();
    client.push(snapshot());
    client.push(snapshot({ takenAt: '2025-11-21T04:40:30.000Z' }));
    await until(() => gateway.sessions[0]?.snapshots.length === 2 && client.inFlight === 1);
    gateway.sessions[0]?.socket.terminate();
    await until(() => gateway.sessions[1]?.snapshots.length === 1);
    expect(gateway.sessions[1]?.hello).toMatchObject({ stream: client.stream, lastSequence: 2 });
    expect(gateway.sessions[1]?.snapshots[0]).toMatchObject({
      sequence: 2,
      takenAt: '2025-11-21T04:40:30.000Z',
      layout: { number: 1, description: layout },
    });
  });

  test('a repeat goes before what a listener pushes on welcome', async () => {
    gateway.onSnapshot = () => null;
    const client = newClient();
    client.on('welcome', () => client.push(snapshot()));
    client.start();
    await until(() => gateway.sessions[0]?.snapshots.length === 1);
    gateway.sessions[0]?.socket.terminate();
    await until(() => gateway.sessions[1]?.snapshots.length === 2);
    expect(gateway.sessions[1]?.snapshots.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  test('what the welcome says is committed does not go again', async () => {
    gateway.onSnapshot = () => null;
    gateway.onHello = () => ({ ...golden('welcome'), lastCommittedSequence: gateway.sessions.length - 1 });
    const client = newClient();
    client.start();
    client.push(snapshot());
    await until(() => gateway.sessions[0]?.snapshots.length === 1);
    gateway.sessions[0]?.socket.terminate();
    expect(await once(client, 'ack')).toEqual([{ sequence: 1, refused: [] }]);
    expect(client.inFlight).toBe(0);
  });

  test('a server that was set back is told which ones it will not get again', async () => {
    gateway.onSnapshot = ({ sequence }, session) => {
      if (session === gateway.sessions[0] && sequence === 3) return null;
      return { type: 'ack', sequence, refused: [] };
    };
    const client = newClient();
    client.start();
    for (let count = 0; count < 3; count += 1) client.push(snapshot({ uptimeMilliseconds: count }));
    await until(() => client.inFlight === 1);
    const { stream } = client;
    gateway.sessions[0]?.socket.terminate();
    await until(() => gateway.sessions[1]?.snapshots.length === 1);
    const last = gateway.sessions.at(-1);
    expect(last?.hello.stream).toBe(stream);
    expect(last?.gaps).toMatchObject([{ from: 1, to: 2, reason: 'server-set-back' }]);
    expect(last?.snapshots).toMatchObject([{ sequence: 3, uptimeMilliseconds: 2 }]);
  });

  test('a server that has more than was ever made gets a new stream', async () => {
    gateway.onHello = () => ({ ...golden('welcome'), lastCommittedSequence: gateway.sessions.length === 1 ? 40 : 0 });
    const client = newClient();
    client.push(snapshot());
    client.start();
    await once(client, 'ack');
    const [first, second] = gateway.sessions;
    expect(first?.snapshots).toEqual([]);
    expect(second?.hello.stream).not.toBe(first?.hello.stream);
    expect(second?.snapshots).toMatchObject([{ sequence: 1 }]);
  });

  test('snapshots wait while there is no server; when too many wait the oldest goes, and a gap tells', async () => {
    await gateway.close();
    const client = newClient({ timeScale: 0.01 });
    client.start();
    expect((await untilState(client, 'waiting')) as object).toMatchObject({
      reason: expect.stringMatching(/cannot be reached/),
    });
    for (let second = 0; second <= MAX_QUEUED_SNAPSHOTS; second += 1)
      client.push(snapshot({ uptimeMilliseconds: second }));
    await gateway.listen(Number(new URL(url).port));
    await until(() => gateway.sessions[0]?.snapshots.length === MAX_QUEUED_SNAPSHOTS);
    expect(gateway.sessions[0]?.gaps).toMatchObject([{ from: 1, to: 1, reason: 'memory-full' }]);
    expect(gateway.sessions[0]?.snapshots[0]).toMatchObject({ sequence: 2, uptimeMilliseconds: 1 });
  });

  test('a backlog goes at a pace, in order, and what is new then goes at once', async () => {
    await gateway.close();
    const client = newClient({ timeScale: 0.5 });
    const backlog = MAX_IN_FLIGHT + 60;
    for (let count = 1; count <= backlog; count += 1) client.push(snapshot({ uptimeMilliseconds: count }));
    await gateway.listen(Number(new URL(url).port));
    client.start();
    await until(() => (gateway.sessions[0]?.snapshots.length ?? 0) >= MAX_IN_FLIGHT);
    const began = performance.now();
    await until(() => gateway.sessions[0]?.snapshots.length === backlog);
    // 60 records beyond the first window at 200 a second.
    expect(performance.now() - began).toBeGreaterThan(200);
    expect(gateway.sessions[0]?.snapshots.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: backlog }, (_, place) => place + 1),
    );
  });
});

describe('keys', () => {
  test('a key is replaced within a session, and used from the next one on', async () => {
    const next = createKeyPair();
    const nextKey: string = golden('rotated').key;
    let credentials = { hostId, key, privateKey: keyPair.privateKey };
    gateway.onRotate = ({ publicKey }) => {
      gateway.keys?.set(nextKey, publicKey);
      return golden('rotated');
    };
    const client = newClient({ credentials: () => credentials });
    expect(client.rotate(next.publicKey)).toBe(false);
    client.start();
    await untilState(client, 'streaming');
    const rotated = once(client, 'rotated');
    expect(client.rotate(next.publicKey)).toBe(true);
    expect(await rotated).toEqual([golden('rotated')]);
    credentials = { hostId, key: nextKey, privateKey: next.privateKey };
    client.reconnect('Replaced.');
    await until(() => gateway.sessions.length === 2);
    expect(gateway.sessions.map(({ hello }) => hello.key)).toEqual([key, nextKey]);
  });
});

describe('refusals and broken servers', () => {
  test('a final refusal stops the client with the reason', async () => {
    gateway.onHello = () => ({
      type: 'refused',
      code: 'bad-token',
      message: 'This token is not known.',
      retryable: false,
      retryAfterMilliseconds: null,
    });
    const client = newClient();
    client.start();
    await untilState(client, 'connecting');
    expect(await untilState(client, 'stopped')).toEqual({
      name: 'stopped',
      reason: 'The server refused this collector (bad-token): This token is not known.',
    });
  });

  test('a retryable refusal is waited out for as long as the server asks', async () => {
    gateway.onHello = () => golden('refused');
    const client = newClient();
    client.start();
    expect(await untilState(client, 'waiting')).toMatchObject({ milliseconds: 5_500 });
  });

  test.each([
    ['a message that is not valid', { type: 'challenge' }, 'not valid'],
    ['a message out of turn', golden('welcome'), 'out of turn'],
    ['no JSON', '[[', 'not JSON'],
    ['other versions only', { ...golden('challenge'), versions: ['silt.v9'] }, 'does not speak silt.v1'],
  ])('%s ends the attempt and is no crash', async (_, greeting, reason) => {
    gateway.greeting = greeting;
    const client = newClient();
    client.start();
    expect(await untilState(client, 'waiting')).toMatchObject({ reason: expect.stringContaining(reason) });
  });

  test('an acknowledgement of what was never sent ends the connection', async () => {
    gateway.onSnapshot = () => ({ type: 'ack', sequence: 9, refused: [] });
    const client = newClient();
    client.start();
    client.push(snapshot());
    expect(await untilState(client, 'waiting')).toMatchObject({ reason: expect.stringContaining('never sent') });
    expect(client.inFlight).toBe(1);
  });

  test('a snapshot that no frame can carry is set aside: a gap stands in its place, and the next one goes', async () => {
    gateway.greeting = { ...golden('challenge'), limits: { ...golden('challenge').limits, frameBytes: 6_000 } };
    const client = newClient();
    client.push(snapshot({ probes: [] }));
    client.push(snapshot({ probes: [{ probe: 'x', status: 'ok', reason: noise(), durationMilliseconds: 1 }] }));
    client.push(snapshot({ probes: new Array(20).fill(0).map(() => ({ ...report, reason: noise() })) }));
    client.push(snapshot());
    client.start();
    await until(() => gateway.sessions[0]?.snapshots.at(-1)?.sequence === 4);
    expect(gateway.sessions[0]?.gaps).toMatchObject([{ from: 3, to: 3, reason: 'oversize' }]);
    expect(gateway.sessions[0]?.snapshots.map(({ sequence }) => sequence)).toEqual([1, 2, 4]);
  });

  test('what is longer than a frame goes compressed', async () => {
    gateway.greeting = { ...golden('challenge'), limits: { ...golden('challenge').limits, frameBytes: 10_000 } };
    const client = newClient();
    client.push(snapshot({ probes: new Array(20).fill({ ...report, reason: 'x'.repeat(1_000) }) }));
    client.start();
    await until(() => gateway.sessions[0]?.snapshots.length === 1);
    expect(gateway.sessions[0]?.snapshots[0]?.probes).toHaveLength(20);
  });
});

const report = { probe: 'host', status: 'failed' as const, durationMilliseconds: 1 };

/** 1,000 characters that compress to no less than half of them. */
const noise = (): string => randomBytes(500).toString('hex');

describe('a server that falls silent', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('counts as dead after two ping intervals', async () => {
    const client = newClient();
    client.start();
    await untilState(client, 'streaming');
    vi.advanceTimersByTime(2 * PING_INTERVAL_MILLISECONDS);
    expect(await untilState(client, 'waiting')).toMatchObject({ reason: expect.stringContaining('silent') });
  });

  test('does not while it pings, and each ping is told', async () => {
    const client = newClient();
    let pings = 0;
    client.on('ping', () => {
      pings += 1;
    });
    client.start();
    await untilState(client, 'streaming');
    for (let interval = 0; interval < 4; interval += 1) {
      vi.advanceTimersByTime(PING_INTERVAL_MILLISECONDS);
      const socket = gateway.sessions[0]?.socket;
      if (socket === undefined) throw new Error('there is a session');
      socket.ping();
      await once(socket, 'pong');
    }
    expect(client.state.name).toBe('streaming');
    expect(pings).toBe(4);
  });

  test('before its welcome is given up', async () => {
    gateway.onHello = () => null;
    const client = newClient();
    client.start();
    await untilState(client, 'greeting');
    vi.advanceTimersByTime(HELLO_DEADLINE_MILLISECONDS);
    expect(await untilState(client, 'waiting')).toMatchObject({ reason: expect.stringContaining('greeting in time') });
  });
});

test('stop ends a waiting client at once, and twice is as good as once', async () => {
  await gateway.close();
  const client = newClient();
  client.start();
  await untilState(client, 'waiting');
  await Promise.all([client.stop(), client.stop()]);
  expect(client.state).toEqual({ name: 'stopped', reason: null });
});

test('stop during the connect and with a silent server leaves nothing open', async () => {
  const client = newClient();
  client.start();
  await Promise.all([client.stop(), client.stop()]);
  expect(client.state.name).toBe('stopped');
});
