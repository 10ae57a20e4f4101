import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryOutbox, type Outbox, type Outgoing } from '../../src/client/index.ts';
import { inventoryOf, numbered } from '../snapshots.ts';
import { newFolder, openSpool, uptimeOf } from './spool-tools.ts';

const SEED = 20_261_121;
type Step = { kind: 'add' | 'inventory' | 'send' | 'acknowledge' | 'reconnect' | 'restart'; count: number };
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind']>('add', 'add', 'inventory', 'send', 'acknowledge', 'reconnect', 'restart'),
    count: fc.integer({ min: 1, max: 12 }),
  }),
  { maxLength: 40, size: 'max' },
);

/** A server that stores what comes next in order, and fails on anything else. */
class Server {
  /** What stands at each sequence: the number of the snapshot, or the reason of a gap. */
  readonly stored: (number | string)[] = [];
  #inbox: Outgoing[] = [];

  receive(outgoing: Outgoing): void {
    this.#inbox.push(outgoing);
  }

  lose(): void {
    this.#inbox = [];
  }

  /** Commits so many messages and says how far it is. */
  commit(count: number): number {
    for (const one of this.#inbox.splice(0, count)) {
      const [from, to] = one.kind === 'gap' ? [one.from, one.to] : [one.sequence, one.sequence];
      expect(from).toBe(this.stored.length + 1);
      const content = one.kind === 'gap' ? one.reason : uptimeOf(one);
      for (let sequence = from; sequence <= to; sequence += 1) this.stored.push(content);
    }
    return this.stored.length;
  }
}

function send(outbox: Outbox, server: Server, count: number): void {
  for (let left = count; left > 0; left -= 1) {
    const next = outbox.next();
    if (next === null) return;
    server.receive(next);
  }
}

/** Runs the steps, drains, and compares what the server has with what was produced. */
async function check(open: () => Promise<Outbox>, restarts: boolean, given: Step[]): Promise<(number | string)[]> {
  const server = new Server();
  let produced = 0;
  let outbox = await open();
  expect(await outbox.resume(0)).toBe(true);
  const again = async () => {
    server.lose();
    expect(await outbox.resume(server.stored.length)).toBe(true);
  };
  for (const { kind, count } of given) {
    if (kind === 'add') for (let left = count; left > 0; left -= 1) outbox.add(numbered(++produced));
    else if (kind === 'inventory') outbox.addInventory(inventoryOf(++produced, outbox.needsFullInventory, count));
    else if (kind === 'send') send(outbox, server, count);
    else if (kind === 'acknowledge') outbox.acknowledge(server.commit(count));
    else if (kind === 'restart' && restarts) {
      await outbox.close();
      outbox = await open();
      await again();
    } else await again();
  }
  await again();
  while (outbox.waiting > 0) {
    send(outbox, server, produced);
    await new Promise((resolve) => setImmediate(resolve));
  }
  outbox.acknowledge(server.commit(Number.POSITIVE_INFINITY));
  await outbox.close();
  expect(server.stored).toHaveLength(produced);
  server.stored.forEach((content, place) => {
    if (typeof content === 'number') expect(content).toBe(place + 1);
  });
  return server.stored;
}

test('in memory: whatever order of events, all that was produced is delivered once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      const stored = await check(async () => new MemoryOutbox(), false, given);
      expect(stored.every((content) => typeof content === 'number')).toBe(true);
    }),
    { seed: SEED, numRuns: 200 },
  );
});

test('on disk: the same over restarts', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      const folder = newFolder();
      const stored = await check(() => openSpool(folder), true, given);
      expect(stored.every((content) => typeof content === 'number')).toBe(true);
    }),
    { seed: SEED, numRuns: 60 },
  );
}, 60_000);

test('at a bound: delivered and gapped together are what was produced, in order, without overlap', async () => {
  let gaps = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      const folder = newFolder();
      const stored = await check(() => openSpool(folder, { maxBytes: 40_000 }), true, given);
      const reasons = new Set(stored.filter((content) => typeof content === 'string'));
      expect([...reasons].every((reason) => reason === 'spool-full')).toBe(true);
      gaps += reasons.size;
    }),
    { seed: SEED, numRuns: 60 },
  );
  expect(gaps).toBeGreaterThan(0);
}, 60_000);
