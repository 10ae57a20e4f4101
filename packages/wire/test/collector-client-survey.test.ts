import { randomBytes } from 'node:crypto';
import type { Inventory } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CollectorClient, type CollectorClientOptions, KeptSurvey, type ProducedSurvey } from '../src/client/index.ts';
import { createKeyPair, MAX_FRAME_BYTES } from '../src/index.ts';
import { GatewayStub } from './gateway-stub.ts';
import { golden } from './golden-frame.ts';
import { snapshot } from './snapshots.ts';

const { host, clock, hostId, key } = golden('hello');
const keyPair = createKeyPair();
const { type: _type, ...captured } = golden('survey') as ProducedSurvey & { type: string };

/** Told from every other one by its uptime. */
const survey = (uptimeMilliseconds: number, inventory: Partial<Inventory> = {}): ProducedSurvey => ({
  ...{ ...captured, uptimeMilliseconds, inventory: { ...captured.inventory, ...inventory } },
});

let gateway: GatewayStub;
let url: string;
const clients: CollectorClient[] = [];

const newClient = (options: Partial<CollectorClientOptions> = {}) => {
  const client = new CollectorClient({
    ...{ url, collectorVersion: '0.1.0', facts: host, clock: () => clock, random: () => 0, timeScale: 0.01 },
    credentials: () => ({ hostId, key, privateKey: keyPair.privateKey }),
    ...options,
  });
  clients.push(client);
  return client;
};
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 5_000, interval: 5 });
const uptimes = (session = 0) => gateway.sessions[session]?.surveys.map((one) => one.uptimeMilliseconds);
/** Acknowledged, so that what was sent before it is there. */
const settled = async (client: CollectorClient) => {
  client.push(snapshot());
  await until(() => client.state.name === 'streaming' && client.queued + client.inFlight === 0);
};
/** So many characters that compress to no less than half of them. */
const noise = (characters: number): string => randomBytes(characters / 2).toString('hex');
const subvolumes = (count: number) => {
  const [btrfs] = captured.inventory.btrfs ?? [];
  const [subvolume] = btrfs?.subvolumes ?? [];
  if (btrfs === undefined || subvolume === undefined) throw new Error('the golden survey has one');
  const named = Array.from({ length: count }, (_, id) => ({ ...subvolume, id, path: noise(4_000) }));
  return { btrfs: [{ ...btrfs, subvolumes: named }] };
};

beforeEach(async () => {
  gateway = new GatewayStub();
  gateway.keys = new Map([[key, keyPair.publicKey]]);
  gateway.onHello = () => ({ ...golden('welcome-capabilities'), lastCommittedSequence: 0 });
  url = await gateway.listen();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.stop()));
  await gateway.close();
});

describe('a server that takes surveys', () => {
  test('gets each at once, as it was read, beside the stream and its limit', async () => {
    gateway.onSnapshot = () => null;
    const client = newClient();
    client.start();
    await until(() => client.state.name === 'streaming');
    for (let count = 0; count < 70; count += 1) client.push(snapshot());
    await until(() => client.inFlight === 64);
    await client.survey(survey(1));
    await client.survey(survey(2));
    await until(() => uptimes()?.length === 2);
    expect(gateway.sessions[0]?.surveys).toEqual([survey(1), survey(2)].map((one) => ({ type: 'survey', ...one })));
    expect(client.inFlight).toBe(64);
  });

  test('gets the last one of those from before it was there, and again after each welcome', async () => {
    const kept = new KeptSurvey();
    await kept.keep(survey(1));
    await kept.keep(survey(2));
    const client = newClient({ survey: kept });
    client.start();
    await until(() => uptimes()?.length === 1);
    gateway.sessions[0]?.socket.terminate();
    await until(() => uptimes(1)?.length === 1);
    await client.survey(survey(3));
    await until(() => uptimes(1)?.length === 2);
    expect([uptimes(0), uptimes(1)]).toEqual([[2], [2, 3]]);
  });

  test('has the later one at last of two that are compressed at once', async () => {
    const client = newClient();
    client.start();
    await until(() => client.state.name === 'streaming');
    await Promise.all([client.survey(survey(1, subvolumes(100))), client.survey(survey(2))]);
    await settled(client);
    expect(uptimes()?.at(-1)).toBe(2);
  });
});

describe('a server that does not take surveys', () => {
  test.each([
    ['says nothing of what it can do', {}],
    ['can do other things alone', { capabilities: ['later', 'latest'] }],
  ])('and %s gets none, and the collector goes on', async (_, change) => {
    gateway.onHello = () => ({ ...golden('welcome'), ...change, lastCommittedSequence: 0 });
    const client = newClient();
    await client.survey(survey(1));
    client.start();
    await settled(client);
    await client.survey(survey(2));
    await settled(client);
    expect(uptimes()).toEqual([]);
    expect(client.state.name).toBe('streaming');
  });

  test('gets the last one when it is a newer server at the next connection', async () => {
    gateway.onHello = () => ({ ...golden('welcome'), lastCommittedSequence: 0 });
    const client = newClient();
    await client.survey(survey(1));
    client.start();
    await settled(client);
    gateway.onHello = () => ({ ...golden('welcome-capabilities'), lastCommittedSequence: 0 });
    client.reconnect('Again.');
    await until(() => uptimes(1)?.length === 1);
    expect(uptimes(0)).toEqual([]);
  });
});

describe('a survey that is too large', () => {
  test.each([
    ['for a frame, compressed', 800],
    ['for a message, before it is compressed', 2_200],
  ])('%s goes without its largest part', async (_, count) => {
    const client = newClient();
    client.start();
    await client.survey(survey(1, subvolumes(count)));
    await until(() => uptimes()?.length === 1);
    const told = gateway.sessions[0]?.surveys[0]?.inventory as Inventory;
    expect(told.btrfs?.[0]?.subvolumes).toBeNull();
    expect(told.docker).toEqual(captured.inventory.docker);
    expect(told.probes).toContainEqual(
      expect.objectContaining({ probe: 'subvolumes', reason: expect.stringContaining('too large to be sent') }),
    );
  });

  test('whatever is left out is told in the log and not sent, and the next one is', async () => {
    const said: string[] = [];
    const client = newClient({ log: { info: () => {}, warn: (_, message) => said.push(message) } });
    client.start();
    const [report] = captured.inventory.probes;
    if (report === undefined) throw new Error('the golden survey has one');
    const probes = Array.from({ length: 4 }, () => ({ ...report, reason: noise(MAX_FRAME_BYTES) }));
    await client.survey(survey(1, { probes }));
    expect(said).toEqual(['What was surveyed is too large to be sent, even without its largest parts.']);
    await client.survey(survey(2));
    await until(() => uptimes()?.length === 1);
    expect(uptimes()).toEqual([2]);
  });
});

test('while a survey has not left, newer ones wait, and the last of them goes', async () => {
  const kept = new KeptSurvey();
  const frames: Buffer[] = [];
  let left = () => {};
  kept.open((frame, done) => {
    frames.push(frame);
    left = done;
  });
  for (const uptime of [1, 2, 3]) await kept.keep(survey(uptime));
  expect(frames).toHaveLength(1);
  left();
  expect(frames).toHaveLength(2);
  left();
  expect(frames).toHaveLength(2);
  kept.close();
  left();
  await kept.keep(survey(4));
  expect(frames).toHaveLength(2);
});
