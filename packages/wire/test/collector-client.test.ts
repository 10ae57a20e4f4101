import { once } from 'node:events';
import type { HostFacts, Layout, Snapshot } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CollectorClient, MAX_QUEUED_SNAPSHOTS } from '../src/client/index.ts';
import { HELLO_DEADLINE_MILLISECONDS, MAX_IN_FLIGHT, PING_INTERVAL_MILLISECONDS } from '../src/index.ts';
import { GatewayStub } from './gateway-stub.ts';
import { golden } from './golden-frame.ts';

const { host, clock } = golden('hello') as { host: HostFacts; clock: ReturnType<() => never> };
const captured = golden('snapshot');
const layout: Layout = captured.layout.description;
const snapshot = (changes: Partial<Snapshot> = {}): Snapshot => {
  const { takenAt, bootId, uptimeMilliseconds, readings, probes } = captured;
  return { takenAt, bootId, uptimeMilliseconds, readings, probes, layout, ...changes };
};
const otherLayout: Layout = { ...layout, daemons: [] };

let gateway: GatewayStub;
let url: string;
const clients: CollectorClient[] = [];

const newClient = (options: { url?: string; random?: () => number } = {}) => {
  const client = new CollectorClient({
    url,
    token: 'a-token',
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
    expect(session?.hello).toMatchObject({ token: 'a-token', host, clock, stream: client.stream, lastSequence: 0 });
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
    gateway.onHello = (hello) => ({ ...golden('welcome'), lastCommittedSequence: Math.min(1, hello.lastSequence) });
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
    gateway.onHello = (hello) => ({ ...golden('welcome'), lastCommittedSequence: hello.lastSequence });
    const client = newClient();
    client.start();
    client.push(snapshot());
    await until(() => gateway.sessions[0]?.snapshots.length === 1);
    gateway.sessions[0]?.socket.terminate();
    expect(await once(client, 'ack')).toEqual([{ sequence: 1, refused: [] }]);
    expect(client.inFlight).toBe(0);
  });

  test('a server that lost the stream gets what is left as a new one', async () => {
    gateway.onSnapshot = ({ sequence }, session) => {
      if (session === gateway.sessions[0] && sequence === 2) return null;
      return { type: 'ack', sequence, refused: [] };
    };
    const client = newClient();
    client.start();
    client.push(snapshot());
    client.push(snapshot({ takenAt: '2025-11-21T04:40:30.000Z' }));
    await until(() => client.inFlight === 1);
    const stream = client.stream;
    gateway.sessions[0]?.socket.terminate();
    await until(() => client.inFlight === 0);
    const last = gateway.sessions.at(-1);
    expect(last?.hello.stream).not.toBe(stream);
    expect(last?.snapshots).toMatchObject([{ sequence: 1, takenAt: '2025-11-21T04:40:30.000Z' }]);
  });

  test('snapshots wait while there is no server, and the oldest goes when too many wait', async () => {
    await gateway.close();
    const client = newClient();
    const dropped: unknown[] = [];
    client.on('dropped', (event) => dropped.push(event));
    client.start();
    expect((await untilState(client, 'waiting')) as object).toMatchObject({
      reason: expect.stringMatching(/cannot be reached/),
    });
    for (let second = 0; second <= MAX_QUEUED_SNAPSHOTS; second += 1)
      client.push(snapshot({ uptimeMilliseconds: second }));
    expect([client.queued, client.dropped, dropped.length]).toEqual([MAX_QUEUED_SNAPSHOTS, 1, 1]);
    await gateway.listen(Number(new URL(url).port));
    await until(() => gateway.sessions[0]?.snapshots.length === MAX_QUEUED_SNAPSHOTS);
    expect(gateway.sessions[0]?.snapshots[0]).toMatchObject({ sequence: 1, uptimeMilliseconds: 1 });
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

  test('a snapshot that no frame can carry is dropped without a sequence, and the next one goes', async () => {
    gateway.greeting = { ...golden('challenge'), limits: { ...golden('challenge').limits, frameBytes: 10_000 } };
    const client = newClient();
    client.start();
    const long = { probe: 'host', status: 'failed' as const, reason: 'x'.repeat(1_000), durationMilliseconds: 1 };
    client.push(snapshot({ probes: new Array(20).fill(long) }));
    client.push(snapshot());
    await once(client, 'ack');
    expect(client.dropped).toBe(1);
    expect(gateway.sessions[0]?.snapshots.map(({ sequence }) => sequence)).toEqual([1]);
  });

  test('a layout outside the protocol is dropped here rather than refused there', () => {
    const client = newClient();
    const reasons: string[] = [];
    client.on('dropped', ({ reason }) => reasons.push(reason));
    const first = layout.stores[0];
    if (first === undefined) throw new Error('the capture has a store');
    client.push(snapshot({ layout: { ...layout, stores: [{ ...first, name: 'a\0b' }] } }));
    expect(reasons).toEqual([expect.stringContaining('holds a NUL')]);
    expect(client.queued).toBe(0);
  });
});

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

  test('does not while it pings', async () => {
    const client = newClient();
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
