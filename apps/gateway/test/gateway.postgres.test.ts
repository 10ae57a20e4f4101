import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Sql } from '@silt/db';
import { MAX_FRAGMENTS, MAX_FRAME_BYTES, MAX_IN_FLIGHT } from '@silt/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Gateway, GatewayOptions } from '../src/gateway-server.ts';
import { addHosts, storedSequences, TestCollector, type TestHost } from './test-collector.ts';
import { startTestServer, type TestServer } from './test-gateway.ts';

/** Valid by the protocol, but Postgres knows no year 0. */
const YEAR_ZERO = '0000-06-01T00:00:00Z';

let server: TestServer;
let owner: Sql;
let gateway: Gateway;
let host: TestHost;

beforeAll(async () => {
  server = await startTestServer(inject('postgresUrl'));
  owner = server.owner;
});
afterAll(() => server.end());
beforeEach(async () => {
  await server.restart();
  gateway = server.gateway;
  [host] = (await addHosts(owner, 1)) as [TestHost];
});

const greeted = (hello = {}) => TestCollector.open(gateway.port, host, hello);

describe('a good collector', () => {
  test('is challenged, welcomed with the beats, and gets an acknowledgement of what is stored', async () => {
    const collector = await greeted();
    expect(await collector.next('challenge')).toMatchObject({ versions: ['silt.v1'], limits: { inFlight: 64 } });
    expect(await collector.next('welcome')).toMatchObject({
      ...{ lastCommittedSequence: 0, beats: { fastMilliseconds: 10_000, slowMilliseconds: 300_000 } },
    });
    for (const sequence of [1, 2, 3]) collector.sendSnapshot(sequence);
    expect(await collector.acknowledged(3)).toEqual([]);
    expect(await storedSequences(owner, host)).toEqual([1, 2, 3]);
    await collector.close();
  });

  test('that sends again what it sent before a reconnect has it stored once', async () => {
    const stream = randomUUID();
    const first = await greeted({ stream });
    first.sendSnapshot(1);
    first.sendSnapshot(2);
    await first.acknowledged(2);
    first.socket.terminate();
    const second = await greeted({ stream, lastSequence: 3 });
    expect((await second.next('welcome')).lastCommittedSequence).toBe(2);
    for (const sequence of [1, 2, 3]) second.sendSnapshot(sequence);
    expect(await second.acknowledged(3)).toEqual([]);
    expect(await storedSequences(owner, host)).toEqual([1, 2, 3]);
    await second.close();
  });

  test('may have as many beats under way as the limit says, and more are taken as they are stored', async () => {
    const collector = await greeted();
    const count = 5 * MAX_IN_FLIGHT;
    for (let sequence = 1; sequence <= count; sequence += 1) collector.sendSnapshot(sequence);
    expect(await collector.acknowledged(count)).toEqual([]);
    expect(await storedSequences(owner, host)).toHaveLength(count);
    await collector.close();
  });

  test('keeps its description of a layout over many others, as far as a collector tells them apart', async () => {
    const collector = await greeted();
    const description = (label: string) => ({ stores: [], daemons: [], entries: [], options: label });
    collector.sendSnapshot(1, { layout: { number: 1, description: description('one') }, readings: [] });
    for (let number = 2; number <= 40; number += 1) {
      const sequence = 2 * number - 2;
      collector.sendSnapshot(sequence, { layout: { number, description: description(`${number}`) }, readings: [] });
      collector.sendSnapshot(sequence + 1, { layout: { number: 1 }, readings: [] });
    }
    collector.sendSnapshot(80, { layout: { number: 2 }, readings: [] });
    expect(await collector.acknowledged(80)).toEqual([{ sequence: 80, code: 'unknown-layout' }]);
    await collector.close();
  });
});

describe('a request that is no collector', () => {
  const upgrade = (path: string, headers: string[]) => exchange(gateway.port, [`GET ${path} HTTP/1.1`, ...headers]);
  const HANDSHAKE = [
    ...['Host: a', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ];
  const SILT = 'Sec-WebSocket-Protocol: silt.v1';

  test.for([
    ['any Origin', '/collect', [...HANDSHAKE, SILT, 'Origin: http://127.0.0.1'], 403],
    ['another path', '/', [...HANDSHAKE, SILT], 404],
    ['a path below', '/collect/x', [...HANDSHAKE, SILT], 404],
    ['no subprotocol', '/collect', HANDSHAKE, 400],
    ['another subprotocol', '/collect', [...HANDSHAKE, 'Sec-WebSocket-Protocol: silt.v9'], 400],
    ['no upgrade', '/collect', ['Host: a', 'Connection: close'], 404],
  ] as const)('with %s is refused', async ([, path, headers, status]) => {
    expect(await upgrade(path, [...headers])).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test('may ask for the health', async () => {
    const response = await fetch(`http://127.0.0.1:${gateway.port}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok', collectors: 0 });
    expect((await fetch(`http://127.0.0.1:${gateway.port}/health`, { method: 'POST' })).status).toBe(404);
  });
});

/** The whole answer to a request of these lines. */
async function exchange(port: number, lines: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  await once(socket, 'close');
  return answer;
}

describe('bad input', () => {
  const challenged = async () => {
    const collector = new TestCollector(gateway.port);
    await collector.next('challenge');
    return collector;
  };

  test.for([
    ['no JSON', 'x'],
    ['JSON of another kind', '[]'],
    ['an unknown type', '{"type":"retire"}'],
    ['a rotation before hello', '{"type":"rotate"}'],
    ['a message of the gateway', '{"type":"ack","sequence":1,"refused":[]}'],
    ['depth without end', '['.repeat(100_000)],
    ['a prototype to pollute', '{"__proto__":{"type":"hello"}}'],
  ] as const)('%s is refused with 1008', async ([, text]) => {
    const collector = await challenged();
    collector.socket.send(text);
    expect((await collector.next('refused')).code).toBe('bad-message');
    expect((await collector.closed).code).toBe(1008);
    expect(Object.hasOwn(Object.prototype, 'type')).toBe(false);
  });

  test('a binary frame is refused with 1008', async () => {
    const collector = await challenged();
    collector.socket.send(Buffer.from('{}'));
    expect((await collector.closed).code).toBe(1008);
  });

  test('invalid UTF-8 in a text frame closes with 1007', async () => {
    const collector = await challenged();
    collector.socket.send(Buffer.from([0x22, 0xc3, 0x28, 0x22]), { binary: false });
    expect((await collector.closed).code).toBe(1007);
  });

  test('a frame over the limit closes with 1009', async () => {
    const collector = await challenged();
    collector.socket.send('x'.repeat(MAX_FRAME_BYTES + 1));
    expect((await collector.closed).code).toBe(1009);
  });

  test('more fragments than the limit close the connection', async () => {
    const collector = await challenged();
    for (let sent = 0; sent <= MAX_FRAGMENTS; sent += 1) collector.socket.send('x', { fin: false });
    expect([1008, 1009]).toContain((await collector.closed).code);
  });

  test('a frame without a mask closes with 1002', async () => {
    const collector = await challenged();
    const raw = (collector.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket;
    raw.write(Buffer.from([0x81, 0x02, 0x7b, 0x7d]));
    expect((await collector.closed).code).toBe(1002);
  });

  test('a snapshot before hello, or a second hello, is refused', async () => {
    const early = await challenged();
    early.sendSnapshot(1);
    expect((await early.next('refused')).message).toMatch(/first message is enrol or hello/);
    const twice = await greeted();
    twice.sendHello(host);
    expect((await twice.next('refused')).message).toMatch(/a hello already/);
    await Promise.all([early.closed, twice.closed]);
  });

  test('a hole in the sequence is refused, and what came before it stays', async () => {
    const collector = await greeted();
    collector.sendSnapshot(1);
    await collector.acknowledged(1);
    collector.sendSnapshot(3);
    expect((await collector.next('refused')).message).toMatch(/Sequence 3 is not the next one/);
    await collector.closed;
    expect(await storedSequences(owner, host)).toEqual([1]);
  });

  test('a beat that Postgres refuses is refused alone, of 200 hosts', async () => {
    const hosts = await addHosts(owner, 200);
    const collectors = await Promise.all(hosts.map((each) => TestCollector.open(gateway.port, each)));
    const poisoned = 123;
    for (const [place, one] of collectors.entries()) {
      one.sendSnapshot(1, place === poisoned ? { takenAt: YEAR_ZERO } : {});
    }
    const refused = await Promise.all(collectors.map((one) => one.acknowledged(1)));
    expect(refused.flat()).toEqual([{ sequence: 1, code: 'not-storable' }]);
    expect(refused[poisoned]).toHaveLength(1);
    const ids = hosts.map(({ hostId }) => hostId);
    const [row] = await owner`SELECT count(DISTINCT host_id) AS hosts FROM snapshot WHERE host_id = ANY (${ids})`;
    expect(row?.hosts).toBe(199);
    await Promise.all(collectors.map((one) => one.close()));
  });
});

describe('a connection', () => {
  const withDeadlines = async (deadlines: GatewayOptions['deadlines']) => {
    await server.restart(deadlines);
    gateway = server.gateway;
  };

  test('without a hello in time is refused', async () => {
    await withDeadlines({ helloMilliseconds: 50 });
    const collector = new TestCollector(gateway.port);
    expect(await collector.next('refused')).toMatchObject({ code: 'hello-timeout', retryable: true });
    expect((await collector.closed).code).toBe(1008);
  });

  test('that misses two pings is cut', async () => {
    await withDeadlines({ pingMilliseconds: 200 });
    const collector = new TestCollector(gateway.port, { autoPong: false });
    await collector.next('challenge');
    collector.sendHello(host);
    await collector.next('welcome');
    expect((await collector.closed).code).toBe(1006);
  });

  test('that answers its pings stays', async () => {
    await withDeadlines({ pingMilliseconds: 20 });
    const collector = await greeted();
    for (let pings = 0; pings < 5; pings += 1) await once(collector.socket, 'ping');
    collector.sendSnapshot(1);
    await collector.acknowledged(1);
    await collector.close();
  });

  test('of a host that is connected already is refused, and the first one goes on', async () => {
    const first = await greeted();
    const second = await TestCollector.greet(gateway.port, host);
    expect(await second.next('refused')).toMatchObject({
      ...{ code: 'host-already-connected', retryable: true, retryAfterMilliseconds: 5_000 },
    });
    await second.closed;
    first.sendSnapshot(1);
    await first.acknowledged(1);
    await first.close();
  });

  test('takes the place of one that is dead but not closed', async () => {
    const dead = await TestCollector.greet(gateway.port, host, {}, { autoPong: false });
    await dead.next('welcome');
    const second = await greeted();
    expect((await dead.closed).code).toBe(1006);
    second.sendSnapshot(1);
    await second.acknowledged(1);
    await second.close();
  });
});

test('a gateway that stops stores and acknowledges what it took, says why it closes, and closes with 1001', async () => {
  const collector = await greeted();
  for (let sequence = 1; sequence <= 20; sequence += 1) collector.sendSnapshot(sequence);
  await collector.acknowledged(1);
  await gateway.stop();
  expect(await collector.closed).toEqual({ code: 1001, reason: 'shutting-down' });
  expect(collector.received.at(-1)).toMatchObject({ type: 'refused', code: 'shutting-down', retryable: true });
  const stored = await storedSequences(owner, host);
  expect(stored).toHaveLength(collector.lastAcknowledged);
});
