import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { COLLECT_PATH, createKeyPair, decodeCollectorFrame } from '@silt/wire';
import { CollectorClient } from '@silt/wire/client';
import { WebSocketServer } from 'ws';
import { GOLDEN_HELLO, goldenText, Peer } from './harness/peer.ts';
import { type FaultReport, type FaultSettings, onStage } from './harness/stage.ts';
import { ensure, until } from './harness/wait.ts';
import { loadSnapshot } from './load/load-snapshot.ts';

/** Optional fields that collectors of 0.1 did not send. */
const LATER_FIELDS = ['vendor', 'containerId'];
/** What a later version may add. */
const UNKNOWN = { laterField: { a: [1, 'x'] } };

/** Without the fields that came later. */
function asBefore<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value, (name, inner) => (LATER_FIELDS.includes(name) ? undefined : inner)));
}

/** 20: a collector one minor version older and one newer, and a server that is newer than its collector. */
export const versionsApart = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const [older, newer] = await stage.addHosts(2);
    if (older === undefined || newer === undefined) throw new Error('there are two hosts');
    const first = await Peer.open(stage.direct, older, {
      collectorVersion: '0.1.0',
      host: asBefore({ ...GOLDEN_HELLO.host, name: older.name }),
    });
    first.send(asBefore(first.snapshotOf(1)));
    const olderRefused = await first.acknowledged(1);
    const second = await Peer.open(stage.direct, newer, {
      ...{ collectorVersion: '0.3.0', capabilities: ['later'] },
      ...UNKNOWN,
    });
    second.send({ ...second.snapshotOf(1), ...UNKNOWN });
    const newerRefused = await second.acknowledged(1);
    ensure(olderRefused.length === 0 && newerRefused.length === 0, 'a snapshot was refused');
    const stored = await stage.stored([older, newer]);
    ensure(stored === 2, `${stored} of 2 snapshots are stored`);
    await Promise.all([first.close(), second.close()]);
    const acknowledged = await againstNewerServer();
    return {
      happened: '0.1 and 0.3 at this gateway, this collector at a newer one',
      figures: { stored, acknowledged },
    };
  });

/** Our collector against a server that sends the golden frames with fields it does not know. */
async function againstNewerServer(): Promise<number> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: COLLECT_PATH });
  await once(server, 'listening');
  const frame = (name: string, change: object = {}) =>
    JSON.stringify({ ...JSON.parse(goldenText(name)), ...UNKNOWN, ...change });
  server.on('connection', (socket) => {
    socket.send(frame('challenge', { versions: ['silt.v1', 'silt.v2'] }));
    socket.on('message', (data, isBinary) => {
      const decoded = decodeCollectorFrame(data as Buffer, isBinary);
      ensure(decoded.ok, 'the collector sent what is no message');
      const { message } = decoded;
      if (message.type === 'hello') socket.send(frame('welcome', { lastCommittedSequence: 0 }));
      if (message.type === 'snapshot') socket.send(frame('ack', { sequence: message.sequence, refused: [] }));
    });
  });
  const { privateKey } = createKeyPair();
  const client = new CollectorClient({
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}${COLLECT_PATH}`,
    credentials: () => ({ hostId: GOLDEN_HELLO.hostId, key: GOLDEN_HELLO.key, privateKey }),
    collectorVersion: GOLDEN_HELLO.collectorVersion,
    facts: GOLDEN_HELLO.host,
    clock: () => GOLDEN_HELLO.clock,
  });
  let acknowledged = 0;
  client.on('ack', ({ sequence }) => {
    acknowledged = sequence;
  });
  try {
    client.start();
    for (let marker = 1; marker <= 3; marker += 1) client.push(loadSnapshot({ marker, ago: 0 }));
    await until(() => acknowledged === 3, { seconds: 10, what: 'a newer server acknowledged' });
    return acknowledged;
  } finally {
    await client.stop();
    server.close();
  }
}
