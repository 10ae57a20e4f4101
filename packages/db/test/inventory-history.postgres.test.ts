import { type Item, isNewSize, type Scope, type ScopeStatus } from '@silt/domain';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openDatabase, type Sql } from '../src/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';
import { afterBeats, InventoryHost, itemOf } from './inventory-host.ts';

const RUNS = 25;
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const SCOPES = ['docker volumes one', 'docker volumes two'];
const scopeOf = (name: string): string => SCOPES[NAMES.indexOf(name) % SCOPES.length] as string;

let database: TestDatabase;
let owner: Sql;
let sql: Sql;
let organisationId: string;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  owner = openDatabase(database.adminUrl, { applicationName: 'test', max: 1 });
  sql = openDatabase(database.urls.silt_ingest, { applicationName: 'test', max: 1 });
  const [row] = await owner`INSERT INTO organisation (name, slug) VALUES ('Ours', 'ours') RETURNING id`;
  organisationId = row?.id;
});
afterAll(async () => {
  await Promise.all([sql.end(), owner.end()]);
  await database.drop();
});

const bytes = fc.oneof(fc.constant(null), fc.nat(3_000_000), fc.nat(Number.MAX_SAFE_INTEGER));
const item = fc.record({
  name: fc.constantFrom(...NAMES),
  sizeBytes: bytes,
  state: fc.constantFrom('in use', 'dangling', null),
  owner: fc.constantFrom(...NAMES, null),
});
const beat = fc.record({
  /** Slow beats since the last one. */
  pause: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 600 })),
  /** What is there. */
  world: fc.uniqueArray(item, { selector: ({ name }) => name }),
  statuses: fc.tuple(...SCOPES.map(() => fc.constantFrom<ScopeStatus>('complete', 'complete', 'partial', 'not-read'))),
  /** What a partial read sees nothing of. */
  unseen: fc.subarray(NAMES),
  isFull: fc.boolean(),
  isLost: fc.constantFrom(false, false, false, true),
});

type Beat = typeof beat extends fc.Arbitrary<infer Value> ? Value : never;

/** What a read sees of the world. */
function seen({ world, statuses, unseen }: Beat): { scopes: Scope[]; items: Item[] } {
  const scopes = SCOPES.map((name, place): Scope => ({ name, status: statuses[place] ?? 'not-read', reason: null }));
  const statusOf = (name: string) => scopes.find((scope) => scope.name === scopeOf(name))?.status;
  const items = world
    .filter(({ name }) => statusOf(name) === 'complete' || (statusOf(name) === 'partial' && !unseen.includes(name)))
    .map(({ name, sizeBytes, state, owner: ownerName }) => {
      const ownerKey = ownerName === null ? null : `volume:${ownerName}`;
      const size = { sizeBytes, leastBytes: sizeBytes, mostBytes: sizeBytes };
      return itemOf(name, { ...size, state, ownerKey, scope: scopeOf(name) });
    });
  return { scopes, items };
}

/** What is so after a read: what it saw, and the rest of what a scope that was not read in full had. */
function carriedOver(before: ReadonlyMap<string, Item>, { scopes, items }: ReturnType<typeof seen>): Map<string, Item> {
  const complete = new Set(scopes.filter(({ status }) => status === 'complete').map(({ name }) => name));
  const kept = [...before].filter(([, { scope }]) => !complete.has(scope));
  return new Map([...kept, ...items.map((one) => [one.key, one] as const)]);
}

/** Tells a host all beats; gives what it was told to be so at the time of each that was applied. */
async function tellAll(host: InventoryHost, beats: readonly Beat[]): Promise<{ at: Date; told: Map<string, Item> }[]> {
  const applied: { at: Date; told: Map<string, Item> }[] = [];
  let told = new Map<string, Item>();
  let now = 0;
  let produced = 0;
  let base: number | null = null;
  let isWhole = false;
  for (const one of beats) {
    const read = seen(one);
    const next = carriedOver(told, read);
    now += one.pause;
    produced += 1;
    const isFull = one.isFull || base === null;
    const items = isFull
      ? read.items
      : read.items.filter((one) => JSON.stringify(told.get(one.key)) !== JSON.stringify(one));
    const removed = isFull ? [] : [...told.keys()].filter((key) => !next.has(key));
    const step = { lastSequence: produced, baseSequence: isFull ? null : base, scopes: read.scopes, items, removed };
    told = next;
    base = produced;
    if (one.isLost) {
      isWhole = false;
      continue;
    }
    const isTaken: boolean = isFull || isWhole;
    expect(await host.tell(now, step)).toBe(isTaken ? 'stored' : 'base-missing');
    isWhole = isTaken;
    if (isFull) told = carriedOver(applied.at(-1)?.told ?? new Map(), read);
    if (isTaken) applied.push({ at: afterBeats(now), told });
  }
  return applied;
}

interface AsOf {
  key: string;
  state: string | null;
  sizeBytes: number | null;
  ownerKey: string | null;
}

const asOf = (host: InventoryHost, at: Date) => sql<AsOf[]>`
  SELECT i.key, v.state, v.size_bytes AS "sizeBytes", o.key AS "ownerKey"
  FROM item_version v JOIN item i USING (host_id, item_no)
    LEFT JOIN item o ON o.host_id = v.host_id AND o.item_no = v.owner_no
  WHERE v.host_id = ${host.hostId} AND v.valid_from <= ${at} AND v.valid_to > ${at} ORDER BY i.key`;

test('at each moment the versions are what was told, within the size step, whatever was lost or not read', async () => {
  const property = fc.asyncProperty(fc.array(beat, { minLength: 1, maxLength: 12 }), async (beats) => {
    const host = await InventoryHost.add(sql, organisationId);
    for (const { at, told } of await tellAll(host, beats)) {
      const kept = await asOf(host, at);
      expect(kept.map(({ key, state }) => [key, state])).toEqual(
        [...told.values()].map(({ key, state }) => [key, state]).sort(),
      );
      for (const { key, sizeBytes, ownerKey } of kept) {
        const said = told.get(key);
        expect(isNewSize(sizeBytes, said?.sizeBytes ?? null, 0)).toBe(false);
        if (ownerKey !== null) expect(ownerKey).toBe(said?.ownerKey);
      }
    }
    const overlaps = await sql`
      SELECT 1 FROM item_version a JOIN item_version b USING (host_id, item_no)
      WHERE a.host_id = ${host.hostId} AND a.valid_from < b.valid_from AND a.valid_to > b.valid_from`;
    expect(overlaps).toHaveLength(0);
  });
  await fc.assert(property, { numRuns: RUNS });
});
