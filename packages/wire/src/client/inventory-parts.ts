import type { Item, Scope } from '@silt/domain';
import type * as z from 'zod/mini';
import { MAX_FRAME_HEAD_BYTES, toFrameBody } from '../v1/frame.ts';
import { MAX_FRAME_BYTES, MAX_INVENTORY_ITEMS, MAX_INVENTORY_PARTS, MAX_PART_ITEMS, MAX_SCOPES } from '../v1/limits.ts';
import {
  type InventoryMessage,
  inventorySchema,
  itemKeySchema,
  itemSchema,
  scopeSchema,
} from '../v1/messages/inventory.ts';

/** Of a part's text, before it is compressed. */
export const MAX_PART_BYTES = 4 * 1024 * 1024;
const MAX_BODY_BYTES = MAX_FRAME_BYTES - MAX_FRAME_HEAD_BYTES;

/** What a slow beat tells, by the host's clock when it was read. */
export interface ProducedInventory {
  /** ISO 8601 UTC. */
  takenAt: string;
  bootId: string;
  uptimeMilliseconds: number;
  /** Whether `items` are all there are; else they are what is new or changed since the one produced before. */
  isFull: boolean;
  scopes: readonly Scope[];
  items: readonly Item[];
  /** Keys; empty in a full one. */
  removed: readonly string[];
}

/** Of a part's message all that is short. */
export type PartHead = Pick<InventoryMessage, 'takenAt' | 'bootId' | 'uptimeMilliseconds' | 'part' | 'parts'>;

export interface InventoryPart {
  head: PartHead;
  /** The rest of its text, compressed. */
  body: Buffer;
}

export interface InventoryParts {
  /** Empty = the protocol cannot carry it. */
  parts: InventoryPart[];
  /** What was left out, and why; sentences. */
  problems: string[];
}

/** What one part holds, as texts of JSON. */
interface Share {
  items: string[];
  removed: string[];
}

/**
 * Cuts an inventory into parts that the protocol can carry. An item that it cannot carry is left out, and its scope is no
 * more complete then, so that nobody takes it for gone.
 */
export function inventoryParts(inventory: ProducedInventory): InventoryParts {
  const problems: string[] = [];
  const { takenAt, bootId, uptimeMilliseconds } = inventory;
  const clock = { takenAt, bootId, uptimeMilliseconds };
  const empty = { ...clock, sequence: 1, baseSequence: null, part: 1, parts: 1, scopes: [], items: [], removed: [] };
  const wrong = problemOf(inventorySchema, { type: 'inventory', ...empty });
  if (wrong !== null) return { parts: [], problems: [wrong] };
  const { items, left } = fittingItems(inventory.items, problems);
  const scopes = JSON.stringify(fittingScopes(inventory.scopes, left, problems));
  const removed = inventory.removed.filter((key) => problemOf(itemKeySchema, key) === null);
  const shares = pack(items, removed, MAX_PART_BYTES - Buffer.byteLength(scopes));
  const bodies = shares.flatMap((share, place) => compress(share, place === 0 ? scopes : '[]'));
  if (bodies.length > MAX_INVENTORY_PARTS) {
    return { parts: [], problems: [...problems, `it has ${bodies.length} parts, and may have ${MAX_INVENTORY_PARTS}`] };
  }
  const parts = bodies.map((body, place) => ({ head: { ...clock, part: place + 1, parts: bodies.length }, body }));
  return { parts, problems };
}

/** Those that can be carried, as texts; and of the others how many each scope has. */
function fittingItems(items: readonly Item[], problems: string[]): { items: string[]; left: Map<string, number> } {
  const texts: string[] = [];
  const left = new Map<string, number>();
  let told = false;
  for (const item of items) {
    const problem = problemOf(itemSchema, item);
    if (problem === null && texts.length < MAX_INVENTORY_ITEMS) texts.push(JSON.stringify(item));
    else {
      left.set(item.scope, (left.get(item.scope) ?? 0) + 1);
      if (!told) problems.push(problem ?? `it has more than ${MAX_INVENTORY_ITEMS} items`);
      told = true;
    }
  }
  return { items: texts, left };
}

/** A scope that lost something is partial; of one that cannot be named itself, the probe's own is. */
function fittingScopes(scopes: readonly Scope[], left: Map<string, number>, problems: string[]): Scope[] {
  const good = scopes.filter((scope) => problemOf(scopeSchema, scope) === null);
  // First those of a whole probe, which tell of all that is not named.
  const probesFirst = [...good.filter(isOfProbe), ...good.filter((scope) => !isOfProbe(scope))];
  const kept = good.length > MAX_SCOPES ? probesFirst.slice(0, MAX_SCOPES) : good;
  const names = new Set(kept.map(({ name }) => name));
  const lost = scopes.filter(({ name }) => !names.has(name));
  if (lost.length > 0) problems.push(`${lost.length} of its scopes cannot be told`);
  const cut = new Set(lost.map(({ name }) => probeOf(name)));
  return kept.map((scope) => {
    const count = left.get(scope.name) ?? 0;
    if (scope.status !== 'complete' || (count === 0 && !cut.has(scope.name))) return scope;
    const reason = count > 0 ? `${count} items are more than can be told` : 'some of its parts cannot be told';
    return { ...scope, status: 'partial', reason };
  });
}

const isOfProbe = ({ name }: Scope): boolean => !name.includes(' ');
const probeOf = (name: string): string => name.slice(0, `${name} `.indexOf(' '));

/** In order, as few as may be; at least one. */
function pack(items: readonly string[], removed: readonly string[], firstBytes: number): Share[] {
  let share: Share = { items: [], removed: [] };
  const shares = [share];
  let room = firstBytes;
  const put = (list: 'items' | 'removed', text: string) => {
    const bytes = Buffer.byteLength(text) + 1;
    if (share[list].length === MAX_PART_ITEMS || bytes > room) {
      share = { items: [], removed: [] };
      shares.push(share);
      room = MAX_PART_BYTES;
    }
    share[list].push(text);
    room -= bytes;
  };
  for (const text of items) put('items', text);
  for (const key of removed) put('removed', JSON.stringify(key));
  return shares;
}

/** One body, or more where one would be longer than a frame may be. */
function compress({ items, removed }: Share, scopes: string): Buffer[] {
  const body = toFrameBody(`"scopes":${scopes},"items":[${items.join()}],"removed":[${removed.join()}]}`);
  if (body.length <= MAX_BODY_BYTES || items.length + removed.length < 2) return [body];
  const half = Math.floor((items.length + removed.length) / 2);
  const rest = Math.max(0, half - items.length);
  const first = { items: items.slice(0, half), removed: removed.slice(0, rest) };
  const second = { items: items.slice(half), removed: removed.slice(rest) };
  return [...compress(first, scopes), ...compress(second, '[]')];
}

function problemOf(schema: z.ZodMiniType, value: unknown): string | null {
  const issue = schema.safeParse(value).error?.issues[0];
  return issue === undefined ? null : `${issue.path.join('.')}: ${issue.message}`;
}
