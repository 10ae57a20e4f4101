import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FULL_INVENTORY_INTERVAL_MILLISECONDS,
  type Item,
  ItemLedger,
  type ItemRun,
  scopeStatusOf,
  sizeErrorOf,
  type ToldRun,
} from '../../src/index.ts';
import { byKey, history } from './generated-history.ts';
import { item, scope, sized } from './make.ts';

const MIB = 2 ** 20;
const BEAT = 300_000;
const run = (items: Item[], status: 'complete' | 'not-read' = 'complete'): ItemRun => ({
  scopes: [scope('docker'), scope(item().scope, status)],
  items,
});

/** What the server holds after it: a full one closes what complete scopes do not have. */
function receive(held: Map<string, Item>, { isFull, scopes, items, removed }: ToldRun): void {
  const named = new Set(items.map(({ key }) => key));
  for (const [key, one] of held) {
    const isGone = isFull ? !named.has(key) && scopeStatusOf(scopes, one.scope) === 'complete' : removed.includes(key);
    if (isGone) held.delete(key);
  }
  for (const one of items) held.set(one.key, one);
}

describe('a ledger', () => {
  it('keeps the receiver right over restarts, lost messages and scopes that are not read', () => {
    fc.assert(
      fc.property(history, (beats) => {
        const held = new Map<string, Item>();
        let [ledger, now] = [new ItemLedger(), 0];
        for (const { run: read, world, isRestarted, isLost } of beats) {
          if (isRestarted) ledger = new ItemLedger();
          now += BEAT;
          const told = ledger.next(read, now);
          const before = new Map(held);
          if (isLost && read !== beats.at(-1)?.run) ledger.askFull();
          else receive(held, told);
          for (const key of byKey(world).keys())
            if (before.has(key)) expect(held.has(key), `${key} was lost`).toBe(true);
        }
        const world = byKey(beats.at(-1)?.world ?? []);
        expect([...held.keys()].sort()).toEqual([...world.keys()].sort());
        for (const [key, { sizeBytes, state }] of world) {
          const kept = held.get(key);
          expect(kept?.state).toBe(state);
          expect(kept?.sizeBytes === null).toBe(sizeBytes === null);
          expect(Math.abs((kept?.sizeBytes ?? 0) - (sizeBytes ?? 0))).toBeLessThanOrEqual(
            sizeErrorOf(kept?.sizeBytes ?? 0),
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  it('tells everything first, then nothing of a host that stands still', () => {
    const ledger = new ItemLedger();
    const items = [item(sized(5 * MIB))];
    expect(ledger.next(run(items), 0)).toMatchObject({ isFull: true, items, removed: [] });
    expect(ledger.next(run(items), BEAT)).toMatchObject({ isFull: false, items: [], removed: [] });
  });

  it('tells everything again when asked, once, and after a day', () => {
    const ledger = new ItemLedger();
    const isFull = (now: number): boolean => ledger.next(run([item()]), now).isFull;
    isFull(0);
    ledger.askFull();
    expect([isFull(BEAT), isFull(2 * BEAT)]).toEqual([true, false]);
    const nextDay = BEAT + FULL_INVENTORY_INTERVAL_MILLISECONDS;
    expect([isFull(nextDay - 1), isFull(nextDay)]).toEqual([false, true]);
  });

  it('tells everything when a scope that it never read is complete at last: it cannot tell what is gone there', () => {
    const ledger = new ItemLedger();
    ledger.next(run([], 'not-read'), 0);
    expect(ledger.next(run([]), BEAT).isFull).toBe(true);
    expect(ledger.next(run([], 'not-read'), 2 * BEAT).isFull).toBe(false);
    expect(ledger.next(run([]), 3 * BEAT).isFull).toBe(false);
  });

  it('does not for a nested daemon that has just come: before, all daemons were known', () => {
    const ledger = new ItemLedger();
    ledger.next(run([]), 0);
    const nested = scope(`docker containers docker:${'b'.repeat(64)}:/run/docker.sock`);
    const next = run([]);
    expect(ledger.next({ ...next, scopes: [...next.scopes, nested] }, BEAT).isFull).toBe(false);
  });

  it('tells everything when a nested daemon ends that it never read: what was known of it before a restart is gone', () => {
    const ledger = new ItemLedger();
    const nested = `docker containers docker:${'b'.repeat(64)}:/run/docker.sock`;
    const first = run([]);
    ledger.next({ ...first, scopes: [...first.scopes, scope(nested, 'partial')] }, 0);
    expect(ledger.next(run([]), BEAT).isFull).toBe(true);
    expect(ledger.next(run([]), 2 * BEAT).isFull).toBe(false);
  });

  it('leaves a size out within the step, held against what it told, and tells it after a day', () => {
    const ledger = new ItemLedger();
    const told = (bytes: number | null, now: number): number =>
      ledger.next(run([item(sized(bytes))]), now).items.length;
    expect(told(50 * MIB, 0)).toBe(1);
    // Step: max(1 MiB, 1 % of 50 MiB = 0.5 MiB) = 1 MiB. Twice 0.6 MiB is beyond it.
    expect(told(50.6 * MIB, BEAT)).toBe(0);
    expect(told(51 * MIB, 2 * BEAT)).toBe(0);
    expect(told(51.2 * MIB, 3 * BEAT)).toBe(1);
    expect(told(null, 4 * BEAT)).toBe(1);
    expect(told(0, 5 * BEAT)).toBe(1);
  });

  it('tells a new state with the size of that moment', () => {
    const ledger = new ItemLedger();
    ledger.next(run([item(sized(10))]), 0);
    const stopped = item({ state: 'exited', ...sized(11) });
    expect(ledger.next(run([stopped]), BEAT).items).toEqual([stopped]);
  });

  it('tells no removal twice', () => {
    const ledger = new ItemLedger();
    ledger.next(run([item()]), 0);
    expect(ledger.next(run([]), BEAT).removed).toEqual([item().key]);
    expect(ledger.next(run([]), 2 * BEAT).removed).toEqual([]);
  });
});
