import { randomUUID } from 'node:crypto';
import { decodeCollectorFrame, decodeGatewayMessage, encode, type GatewayMessage } from '@silt/wire';
import { buildFrame, OPCODE } from '../harness/frames.ts';
import { goldenText, Peer } from '../harness/peer.ts';
import type { Endpoint } from '../harness/raw-socket.ts';
import type { TestHost } from '../harness/test-hosts.ts';
import { contentOf } from '../load/load-snapshot.ts';
import { FRAME_TRICKS } from './frame-tricks.ts';
import { MUTATIONS } from './mutate-message.ts';
import type { SeededRandom } from './seeded-random.ts';

const ANSWER_MILLISECONDS = 3_000;
/** For frames that announce more than there is: nothing will come. */
const SILENT_MILLISECONDS = 100;
const MOST_FRAMES = 4;
/** How often a strange frame is the only one, so that the end is known to be its own. */
const ALONE = 0.6;
const ANY_END = ['open', 'silent', 1000, 1002, 1007, 1008, 1009, 1013] as const;
const MESSAGES = ['enrol', 'hello', 'snapshot', 'snapshot-known-layout', 'survey', 'gap', 'rotate'];
const GATEWAY_MESSAGES = ['ack', 'challenge', 'enrolled', 'refused', 'rotated', 'welcome'];
const TEXTS = [...MESSAGES, ...GATEWAY_MESSAGES].map((name) => JSON.stringify(JSON.parse(goldenText(name))));

export interface FuzzedConnection {
  /** What was done last, a mutation or a trick. */
  name: string;
  /** Of the close frame; `open`: the gateway took it and lives on; `silent`: it waits for the rest; `cut`: no close frame. */
  end: number | 'open' | 'silent' | 'cut' | 'refused';
  /** Ends that are right for this. */
  expected: readonly (number | 'open' | 'silent')[];
}

/** What the gateway may store of a host: `contentOf` of each valid snapshot that was sent for it. */
export type Storable = Map<string, Set<string>>;

export interface FuzzTarget {
  endpoint: Endpoint;
  /** null = a peer that never says a good hello. */
  host: TestHost | null;
  storable: Storable;
}

/** One connection that is greeted or not, sends a few strange frames, and is looked at. */
export async function fuzzConnection(target: FuzzTarget, random: SeededRandom): Promise<FuzzedConnection> {
  const { endpoint, host } = target;
  const peer = new Peer(endpoint);
  const unreadable: string[] = [];
  peer.raw.onText = (text) => {
    const decoded = decodeGatewayMessage(text);
    if (decoded.ok) peer.received.push(decoded.message);
    else unreadable.push(decoded.reason);
  };
  let ponged = false;
  peer.raw.onPong = () => {
    ponged = true;
  };
  const result: FuzzedConnection = { name: 'upgrade', end: 'refused', expected: [] };
  try {
    if (!(await peer.raw.upgraded).startsWith('HTTP/1.1 101')) return result;
    const challenge = await within(ANSWER_MILLISECONDS, () => peer.received.find(isChallenge));
    if (challenge === null) return { ...result, end: 'cut' };
    if (host !== null) {
      peer.send(peer.helloOf(host, challenge.nonce, { stream: randomUUID() }));
      const welcome = await within(ANSWER_MILLISECONDS, () => peer.received.find(({ type }) => type !== 'challenge'));
      if (welcome?.type !== 'welcome') return result;
    }
    const frames = random.chance(ALONE) ? 1 : 2 + random.whole(MOST_FRAMES - 1);
    for (let left = frames; left > 0 && peer.raw.isOpen; left -= 1) {
      Object.assign(result, sendStrange(peer, target, random));
    }
    if (frames > 1) result.expected = ANY_END;
    peer.raw.send('', { opcode: OPCODE.ping });
    const patience = result.expected.includes('silent') ? SILENT_MILLISECONDS : ANSWER_MILLISECONDS;
    await within(patience, () => ponged || !peer.raw.isOpen);
    if (unreadable.length > 0) throw new Error(`the gateway sent what is no message: ${unreadable[0]}`);
    if (peer.raw.isOpen) return { ...result, end: ponged ? 'open' : 'silent' };
    return { ...result, end: (await peer.closed).code ?? 'cut' };
  } finally {
    peer.raw.destroy();
  }
}

const isChallenge = (message: GatewayMessage): message is Extract<GatewayMessage, { type: 'challenge' }> =>
  message.type === 'challenge';

/** Sends one strange thing, after noting what of it may be stored. */
function sendStrange(
  peer: Peer,
  target: FuzzTarget,
  random: SeededRandom,
): Pick<FuzzedConnection, 'name' | 'expected'> {
  const text = random.chance(0.5) ? encode(peer.snapshotOf(1 + random.whole(2))) : random.pick(TEXTS);
  if (random.chance(0.4)) {
    const name = random.pick(Object.keys(FRAME_TRICKS));
    const trick = FRAME_TRICKS[name] as (typeof FRAME_TRICKS)[string];
    note(target, Buffer.from(text), false);
    note(target, Buffer.from(text.padEnd(400)), false);
    peer.raw.write(trick.bytes(text, random));
    const waits = ['lengthLong', 'noise', 'textInFragments', 'lengthShort'].includes(name);
    return { name, expected: [...trick.codes, 1008, ...(waits ? (['silent'] as const) : [])] };
  }
  const name = random.pick(Object.keys(MUTATIONS));
  const mutate = MUTATIONS[name] as (typeof MUTATIONS)[string];
  const bytes = Buffer.from(mutate(text, random, TEXTS));
  note(target, bytes, false);
  peer.raw.write(buildFrame(bytes));
  return { name, expected: ['open', 1007, 1008, 1009, 1013, 1000] };
}

/** By our own decoder: what is a snapshot to it may be stored, and nothing else. */
function note({ host, storable }: FuzzTarget, bytes: Buffer, isBinary: boolean): void {
  if (host === null) return;
  const decoded = decodeCollectorFrame(bytes, isBinary);
  if (!decoded.ok || decoded.message.type !== 'snapshot') return;
  const { takenAt, readings } = decoded.message;
  const known = storable.get(host.hostId) ?? new Set();
  known.add(contentOf(takenAt, readings));
  storable.set(host.hostId, known);
}

/** What `look` gives, or null when time is over. */
function within<Found>(milliseconds: number, look: () => Found | undefined | false): Promise<Found | null> {
  const end = performance.now() + milliseconds;
  return new Promise((resolve) => {
    const check = () => {
      const found = look();
      if (found !== undefined && found !== false) resolve(found);
      else if (performance.now() > end) resolve(null);
      else setTimeout(check, 2);
    };
    check();
  });
}
