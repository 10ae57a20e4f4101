import { readFileSync } from 'node:fs';
import { applyDelta, type Inventory, type Item, itemRunOf, type Snapshot } from '@silt/domain';
import { MemoryOutbox } from '@silt/wire/client';
import { describe, expect, test } from 'vitest';
import { decodeCollectorFrame, type InventoryMessage, joinFrame } from '../../../packages/wire/src/index.ts';
import { ItemTeller } from '../src/item-teller.ts';

const CAPTURES = [
  ...['docker-btrfs-nested', 'docker-btrfs-left-behind', 'docker-overlay2-sizes', 'leaked-mount'],
  ...['two-daemons', 'btrfs'],
];

/** As `once --json` printed it on a real host. */
const captured = (name: string): Snapshot & { inventory: Inventory } =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));

/** What a server reads of all that waits. */
function received(outbox: MemoryOutbox): InventoryMessage[] {
  const messages: InventoryMessage[] = [];
  for (let one = outbox.next(); one !== null; one = outbox.next()) {
    if (one.kind !== 'inventory') throw new Error(`a ${one.kind}`);
    const { sequence, baseSequence, head, body } = one;
    const start = JSON.stringify({ type: 'inventory', sequence, baseSequence, ...head });
    const decoded = decodeCollectorFrame(joinFrame(`${start.slice(0, -1)},`, body), true);
    if (!decoded.ok || decoded.message.type !== 'inventory') throw new Error(JSON.stringify(decoded));
    messages.push(decoded.message);
  }
  return messages;
}

const sorted = (items: readonly Item[]) => [...items].sort((a, b) => (a.key < b.key ? -1 : 1));

describe.each(CAPTURES)('%s', (name) => {
  const { inventory, ...snapshot } = captured(name);
  const run = itemRunOf(inventory, snapshot);

  test('its items and scopes come through as they are', async () => {
    const outbox = new MemoryOutbox();
    await outbox.resume(0);
    new ItemTeller(outbox).tell({ run, snapshot });
    const messages = received(outbox);
    expect(run.items.length).toBeGreaterThan(1);
    expect(messages).toMatchObject([{ part: 1, parts: 1, baseSequence: null, takenAt: snapshot.takenAt }]);
    expect(messages[0]?.items).toEqual(run.items);
    expect(messages[0]?.scopes).toEqual(run.scopes);
  });

  test('the same host again changes nothing, and one without its containers differs by what is gone', async () => {
    const outbox = new MemoryOutbox();
    await outbox.resume(0);
    const teller = new ItemTeller(outbox);
    teller.tell({ run, snapshot });
    teller.tell({ run: itemRunOf(structuredClone(inventory), snapshot), snapshot });
    const without = structuredClone(inventory);
    for (const daemon of without.docker?.daemons ?? []) daemon.containers = daemon.containers === null ? null : [];
    const last = itemRunOf(without, snapshot);
    teller.tell({ run: last, snapshot });
    const [first, second, third] = received(outbox);
    expect(second).toMatchObject({ baseSequence: 1, items: [], removed: [] });
    const known = applyDelta(first?.items ?? [], { changed: third?.items ?? [], removed: third?.removed ?? [] });
    // A size that moved by less than the step stays as it was told.
    expect(sorted(known).map(({ key }) => key)).toEqual(sorted(last.items).map(({ key }) => key));
  });
});
