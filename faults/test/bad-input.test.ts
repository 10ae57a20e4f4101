import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Layout } from '@silt/domain';
import { type HelloMessage, MAX_FRAME_BYTES, MAX_NAME_CHARACTERS } from '@silt/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CI_LOAD, CI_TIME_SCALE } from '../src/all-faults.ts';
import { deflateBomb, inFragments } from '../src/fuzz/frame-tricks.ts';
import { HOSTILE_NAMES } from '../src/fuzz/mutate-message.ts';
import { SteadyCollector } from '../src/fuzz/steady-collector.ts';
import { type FaultPostgres, startFaultPostgres } from '../src/harness/fault-postgres.ts';
import { buildFrame, OPCODE } from '../src/harness/frames.ts';
import { GOLDEN_SNAPSHOT, Peer } from '../src/harness/peer.ts';
import { RawSocket, upgradeRequest } from '../src/harness/raw-socket.ts';
import { Stage } from '../src/harness/stage.ts';
import type { TestHost } from '../src/harness/test-hosts.ts';
import { secondsSince } from '../src/harness/wait.ts';

const MAX_GROWTH_MEGABYTES = 50;
const MAX_ACK_MILLISECONDS = 5_000;
const HELLO_SECONDS = 10;
/** Headers have 5 s, and are looked at now and then. */
const HEADERS_SECONDS = 8;
const REVOCATION_SECONDS = 5;
/** As many as this process may open, at most; the gateway has the same bound. */
const STRANGERS = Math.min(10_000, openFilesLimit() - 1_000);
const STRANGERS_AN_ADDRESS = 1_000;
/** Of the gateway's memory, a while after they are gone: it collects its garbage when it needs the room. */
const MAX_MEGABYTES_OF_STRANGERS = 50;

/** getrlimit(2), RLIMIT_NOFILE. */
function openFilesLimit(): number {
  return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
}

let postgres: FaultPostgres;
let stage: Stage;
beforeAll(async () => {
  postgres = await startFaultPostgres();
  stage = await Stage.open({ postgres, timeScale: CI_TIME_SCALE, ...CI_LOAD });
});
afterAll(async () => {
  await stage?.close();
  await postgres?.stop();
});

/** A host of an organisation of its own. */
async function addHost(): Promise<TestHost> {
  const [host] = await stage.addHosts(1);
  if (host === undefined) throw new Error('one was asked for');
  return host;
}

/** A greeted host sends these bytes: the close code, and what is stored of it then. */
async function closeCodeOf(bytes: Buffer): Promise<{ code: number | null; stored: number }> {
  const host = await addHost();
  const peer = await Peer.open(stage.direct, host);
  peer.raw.write(bytes);
  const { code } = await peer.closed;
  return { code, stored: await stage.stored([host]) };
}

const golden = JSON.stringify(GOLDEN_SNAPSHOT);

describe('a greeted collector that sends what it must not is closed with the right code, and nothing is stored', () => {
  test.each([
    ['100,000 fragments of one byte', 1008, () => inFragments('x'.repeat(100_000), 100_000)],
    ['a frame that announces more than a frame may hold', 1009, () => buildFrame('x', { length: MAX_FRAME_BYTES + 1 })],
    ['a frame of 2^63 bytes', 1009, () => buildFrame('x', { length: 2n ** 63n })],
    ['text that is not UTF-8', 1007, () => buildFrame(Buffer.from([0x22, 0xc0, 0x80, 0x22]))],
    ['a reserved bit', 1002, () => buildFrame(golden, { reserved: 4 })],
    ['a frame without a mask', 1002, () => buildFrame(golden, { masked: false })],
    ['a depth of 10,000', 1008, () => buildFrame(golden.replace('"readings":[', `"readings":[${'['.repeat(10_000)}`))],
    ['a negative reading', 1008, () => buildFrame(golden.replace('"readings":[', '"readings":[-1,'))],
    ['a reading of 2^63', 1008, () => buildFrame(golden.replace('"readings":[', '"readings":[9223372036854775808,'))],
    ['a reading that is NaN', 1008, () => buildFrame(golden.replace('"readings":[', '"readings":[NaN,'))],
    ['JSON that ends early', 1008, () => buildFrame(golden.slice(0, -1))],
    ['a binary frame with a tag that nobody knows', 1008, () => buildFrame('\u0007{}', { opcode: OPCODE.binary })],
  ])('%s', async (_, code, bytes) => {
    expect(await closeCodeOf(bytes())).toEqual({ code, stored: 0 });
  });

  test('1 MiB that inflates to 1 GiB, twenty times, and memory stays', async () => {
    const bomb = buildFrame(deflateBomb(), { opcode: OPCODE.binary });
    const send = async () => expect(await closeCodeOf(bomb)).toEqual({ code: 1008, stored: 0 });
    // What a gateway grows by when it inflates for the first time is its own.
    for (let sent = 0; sent < 5; sent += 1) await send();
    const before = stage.gateway.resident;
    for (let sent = 0; sent < 20; sent += 1) await send();
    await sleep(1_000);
    expect(stage.gateway.resident - before).toBeLessThan(MAX_GROWTH_MEGABYTES);
  });
});

test('__proto__ and unknown fields are dropped, and the snapshot is stored', async () => {
  const host = await addHost();
  const peer = await Peer.open(stage.direct, host);
  const text = JSON.stringify(peer.snapshotOf(1));
  peer.send(text.replace('{', '{"__proto__":{"sequence":99},"constructor":1,"later":[{}],'));
  expect(await peer.acknowledged(1)).toEqual([]);
  expect(await stage.stored([host])).toBe(1);
  await peer.close();
});

describe('hostile names', () => {
  const layoutWith = (name: string): { number: number; description: Layout } => {
    const text = JSON.stringify(GOLDEN_SNAPSHOT.layout);
    const layout = JSON.parse(text) as { number: number; description: Layout };
    const [store] = layout.description.stores;
    if (store?.btrfs) {
      store.mountPoints = [name];
      store.name = name;
      store.btrfs.label = name;
    }
    return layout;
  };

  test.each(['rightToLeft', 'script', 'sql', 'array', 'escape'] as const)(
    '%s is stored and read back',
    async (kind) => {
      const name = HOSTILE_NAMES[kind];
      const host = await addHost();
      const peer = await Peer.open(stage.direct, host);
      peer.sendSnapshot(1, { layout: layoutWith(name) });
      expect(await peer.acknowledged(1)).toEqual([]);
      const [row] = await stage.owner<{ stores: Layout['stores'] }[]>`
      SELECT stores FROM layout WHERE host_id = ${host.id}`;
      expect(row?.stores[0]).toMatchObject({ name, mountPoints: [name], btrfs: { label: name } });
      await peer.close();
    },
  );

  test.each(['nul', 'long', 'halfSurrogate'] as const)('%s is refused, and nothing is stored', async (kind) => {
    const layout = layoutWith(HOSTILE_NAMES[kind]);
    const text = JSON.stringify({ ...GOLDEN_SNAPSHOT, layout });
    expect(await closeCodeOf(buildFrame(text))).toEqual({ code: 1008, stored: 0 });
  });

  test('a name as long as a name may be is stored', async () => {
    const host = await addHost();
    const peer = await Peer.open(stage.direct, host);
    peer.sendSnapshot(1, { layout: layoutWith('\u{1F4BE}'.repeat(MAX_NAME_CHARACTERS / 2)) });
    expect(await peer.acknowledged(1)).toEqual([]);
    await peer.close();
  });
});

describe('who stays out', () => {
  test('a key that is revoked while its socket lives: closed within 5 s, and not let in again', async () => {
    const host = await addHost();
    const peer = await Peer.open(stage.direct, host);
    peer.sendSnapshot(1);
    await peer.acknowledged(1);
    const start = performance.now();
    await stage.owner`UPDATE collector_key SET revoked_at = now() WHERE host_id = ${host.id}`;
    expect(await peer.next('refused')).toMatchObject({ code: 'key-revoked', retryable: false });
    expect((await peer.closed).code).toBe(1008);
    expect(secondsSince(start)).toBeLessThanOrEqual(REVOCATION_SECONDS);
    const again = await Peer.hello(stage.direct, host);
    expect(await again.next('refused')).toMatchObject({ code: 'key-revoked' });
    expect(await stage.stored([host])).toBe(1);
  });

  test('a host that is retired while its socket lives: closed within 5 s', async () => {
    const host = await addHost();
    const peer = await Peer.open(stage.direct, host);
    const start = performance.now();
    await stage.owner`UPDATE host SET retired_at = now() WHERE id = ${host.id}`;
    expect(await peer.next('refused')).toMatchObject({ code: 'host-retired' });
    expect((await peer.closed).code).toBe(1008);
    expect(secondsSince(start)).toBeLessThanOrEqual(REVOCATION_SECONDS);
  });

  test.each<[string, (other: TestHost) => Partial<HelloMessage>]>([
    ["another organisation's host id", ({ hostId }) => ({ hostId })],
    ["another organisation's key id", ({ key }) => ({ key })],
    ["another organisation's host and key", ({ hostId, key }) => ({ hostId, key })],
  ])('%s, signed with the own key', async (_, change) => {
    const [own, other] = [await addHost(), await addHost()];
    const peer = await Peer.hello(stage.direct, own, change(other));
    peer.sendSnapshot(1);
    expect(await peer.next('refused')).toMatchObject({ code: 'bad-key', retryable: false });
    expect((await peer.closed).code).toBe(1008);
    expect(await stage.stored([own, other])).toBe(0);
  });

  test('a hello that was signed for another challenge, or for another server', async () => {
    const host = await addHost();
    const first = new Peer(stage.direct);
    const { nonce } = await first.next('challenge');
    const second = new Peer(stage.direct);
    await second.next('challenge');
    second.send(second.helloOf(host, nonce));
    expect(await second.next('refused')).toMatchObject({ code: 'bad-key' });
    first.send(first.helloOf(host, nonce, { server: 'wss://elsewhere.example' }));
    expect(await first.next('refused')).toMatchObject({ code: 'wrong-server' });
  });
});

describe('what is slow, or many', () => {
  test.concurrent('a handshake that dribbles is cut off', async () => {
    const start = performance.now();
    const slow = new RawSocket(stage.direct, { upgrade: false });
    const bytes = upgradeRequest(stage.direct);
    let at = 0;
    const dribble = setInterval(() => slow.write(bytes[at++ % 30] as string), 250);
    await slow.closed;
    clearInterval(dribble);
    expect(secondsSince(start)).toBeLessThanOrEqual(HEADERS_SECONDS);
  });

  test.concurrent('a hello that dribbles is cut off, and says why', async () => {
    const host = await addHost();
    const start = performance.now();
    const peer = new Peer({ ...stage.direct, from: '127.9.9.9' });
    const { nonce } = await peer.next('challenge');
    const bytes = buildFrame(JSON.stringify(peer.helloOf(host, nonce)));
    let at = 0;
    const dribble = setInterval(() => peer.raw.write(bytes.subarray(at, ++at)), 250);
    expect((await peer.closed).code).toBe(1008);
    clearInterval(dribble);
    expect(peer.received.at(-1)).toMatchObject({ type: 'refused', code: 'hello-timeout' });
    expect(secondsSince(start)).toBeLessThanOrEqual(HELLO_SECONDS + 2);
  });

  test('10,000 sockets that never say hello: a good collector goes on, a new one gets in afterwards, memory is bounded', async () => {
    const steady = await SteadyCollector.open(stage.direct, await addHost());
    const before = stage.gateway.resident;
    const { taken, turnedAway, peak } = await runWave();
    const newcomer = await Peer.open(stage.direct, await addHost());
    await newcomer.close();
    const { worstMilliseconds, p99Milliseconds } = steady.take();
    expect(worstMilliseconds).toBeLessThan(MAX_ACK_MILLISECONDS);
    expect(stage.gateway.resident - before).toBeLessThan(MAX_MEGABYTES_OF_STRANGERS);
    expect(steady.isOpen).toBe(true);
    console.log(
      `${STRANGERS} sockets: ${taken} taken, ${turnedAway} turned away; memory ${before} → ${peak} → ${stage.gateway.resident} MB; ` +
        `acknowledged within ${worstMilliseconds} ms, p99 ${p99Milliseconds} ms`,
    );
    await steady.close();
  });
});

interface Wave {
  taken: number;
  turnedAway: number;
  /** Of the gateway's memory, MB. */
  peak: number;
}

/** All strangers at once, until the last one is gone. */
async function runWave(): Promise<Wave> {
  const strangers = Array.from(
    { length: STRANGERS },
    (_, place) => new RawSocket({ ...stage.direct, from: `127.8.8.${1 + Math.floor(place / STRANGERS_AN_ADDRESS)}` }),
  );
  const answers = await Promise.all(strangers.map(({ upgraded }) => upgraded));
  const taken = answers.filter((line) => line.startsWith('HTTP/1.1 101')).length;
  // With a sentence, or cut off.
  const turnedAway = answers.filter((line) => line.startsWith('HTTP/1.1 503') || line === '').length;
  const peak = stage.gateway.resident;
  const ends = await Promise.all(strangers.map(({ closed }) => closed));
  expect(taken).toBeGreaterThan(100);
  expect(taken + turnedAway).toBe(STRANGERS);
  expect(ends.filter(({ code }) => code === 1008)).toHaveLength(taken);
  return { taken, turnedAway, peak };
}
