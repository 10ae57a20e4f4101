import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CollectorClient, type CollectorClientOptions } from '../src/client/index.ts';
import { createKeyPair, MAX_PART_ITEMS } from '../src/index.ts';
import { GatewayStub } from './gateway-stub.ts';
import { golden, goldenText } from './golden-frame.ts';
import { inventoryOf, itemsOf, snapshot } from './snapshots.ts';

const { host, clock, hostId, key } = golden('hello');
const keyPair = createKeyPair();

let gateway: GatewayStub;
let url: string;
const clients: CollectorClient[] = [];

const newClient = (options: Partial<CollectorClientOptions> = {}) => {
  const client = new CollectorClient({
    ...{ url, collectorVersion: '0.1.0', facts: host, clock: () => clock, random: () => 0 },
    credentials: () => ({ hostId, key, privateKey: keyPair.privateKey }),
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
/** 1,000 characters that compress to no less than half of them. */
const noise = (): string => randomBytes(500).toString('hex');

beforeEach(async () => {
  gateway = new GatewayStub();
  gateway.keys = new Map([[key, keyPair.publicKey]]);
  url = await gateway.listen();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.stop()));
  await gateway.close();
});

describe('inventories', () => {
  test('go in order with snapshots, part by part, and a hello says that they can come', async () => {
    const client = newClient();
    client.pushInventory(inventoryOf(1, true, MAX_PART_ITEMS + 1));
    client.push(snapshot());
    client.pushInventory(inventoryOf(2, false));
    client.start();
    await until(() => gateway.sessions[0]?.inventories.length === 3 && client.inFlight === 0);
    const [session] = gateway.sessions;
    expect(session?.hello.capabilities).toEqual(['inventory', 'configure']);
    expect(session?.snapshots.map(({ sequence }) => sequence)).toEqual([3]);
    expect(session?.inventories.map((one) => [one.sequence, one.baseSequence, one.part, one.parts])).toEqual([
      [1, null, 1, 2],
      [2, null, 2, 2],
      [4, 2, 1, 1],
    ]);
    expect(session?.inventories.slice(0, 2).flatMap(({ items }) => items)).toEqual(itemsOf(MAX_PART_ITEMS + 1));
    expect(session?.inventories[2]).toMatchObject({ uptimeMilliseconds: 2, removed: ['subvolume:gone'] });
  });

  test('what was not acknowledged goes again, the same', async () => {
    gateway.onInventory = () => null;
    const client = newClient({ timeScale: 0.01 });
    client.start();
    client.pushInventory(inventoryOf(1));
    await until(() => gateway.sessions[0]?.inventories.length === 1);
    gateway.sessions[0]?.socket.terminate();
    await until(() => gateway.sessions[1]?.inventories.length === 1);
    expect(gateway.sessions[1]?.inventories).toEqual(gateway.sessions[0]?.inventories);
  });

  test('a part that no frame of this server can carry is set aside, and the next one goes', async () => {
    gateway.greeting = { ...golden('challenge'), limits: { ...golden('challenge').limits, frameBytes: 3_000 } };
    const client = newClient();
    client.pushInventory({ ...inventoryOf(1), items: itemsOf(20).map((item) => ({ ...item, name: noise() })) });
    client.pushInventory(inventoryOf(2, false));
    client.start();
    await until(() => gateway.sessions[0]?.inventories.length === 1);
    expect(gateway.sessions[0]?.gaps).toMatchObject([{ from: 1, to: 1, reason: 'oversize' }]);
    expect(gateway.sessions[0]?.inventories).toMatchObject([{ sequence: 2, baseSequence: 1 }]);
  });
});

describe('a server that configures', () => {
  test('at any moment after hello is heard, also with its welcome', async () => {
    const client = newClient();
    const heard: object[] = [];
    client.on('configure', (message) => heard.push(message));
    client.start();
    await once(client, 'welcome');
    const socket = gateway.sessions[0]?.socket;
    socket?.send(goldenText('configure'));
    await until(() => heard.length === 1);
    gateway.onHello = () => {
      setImmediate(() => gateway.sessions[1]?.socket.send(goldenText('configure')));
      return { ...golden('welcome'), lastCommittedSequence: 0 };
    };
    client.reconnect('Again.');
    await until(() => heard.length === 2);
    expect(heard).toEqual([golden('configure'), golden('configure')]);
    expect(client.state.name).toBe('streaming');
  });

  test('before it was greeted is out of turn', async () => {
    gateway.greeting = golden('configure');
    const client = newClient();
    client.start();
    expect(await untilState(client, 'waiting')).toMatchObject({ reason: expect.stringContaining('out of turn') });
  });
});

test('messages that this version does not know are left alone, and told once a connection', async () => {
  const said: object[] = [];
  const client = newClient({ log: { info: () => {}, warn: (fields) => said.push(fields) } });
  client.start();
  await once(client, 'welcome');
  for (const type of ['later', 'latest']) gateway.sessions[0]?.socket.send(JSON.stringify({ type, of: { x: 1 } }));
  client.push(snapshot());
  await once(client, 'ack');
  expect(client.state.name).toBe('streaming');
  expect(said).toEqual([{ type: 'later' }]);
});
