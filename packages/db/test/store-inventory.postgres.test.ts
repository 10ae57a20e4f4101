import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { MAX_SPAN_GAP_MILLISECONDS, openDatabase, type Sql } from '../src/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';
import {
  ALL,
  AT,
  afterBeats,
  complete,
  InventoryHost,
  itemOf,
  partial,
  SLOW_BEAT_MILLISECONDS,
} from './inventory-host.ts';

/** What JSON or an array literal of Postgres might take for something else. */
const HOSTILE = 'NULL", {"\\ \\\\ \t\n\r\u0001\u001f \u2028 ‘€’ 🗻 \',}';
const MEBIBYTE = 1_048_576;
const DAY_BEATS = 86_400_000 / SLOW_BEAT_MILLISECONDS;
const VOLUMES = 'docker volumes docker:/run/docker.sock';

let database: TestDatabase;
/** As the gateway works: with its grants alone. */
let sql: Sql;
let owner: Sql;
let organisationId: string;
let host: InventoryHost;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  owner = openDatabase(database.adminUrl, { applicationName: 'test', max: 1 });
  sql = openDatabase(database.urls.silt_ingest, { applicationName: 'test', max: 2 });
  const [row] = await owner`INSERT INTO organisation (name, slug) VALUES ('Ours', 'ours') RETURNING id`;
  organisationId = row?.id;
});
beforeEach(async () => {
  host = await InventoryHost.add(sql, organisationId);
});
afterAll(async () => {
  await Promise.all([sql.end(), owner.end()]);
  await database.drop();
});

const sized = (name: string, bytes: number | null, change = {}) =>
  itemOf(name, { sizeBytes: bytes, leastBytes: bytes, mostBytes: bytes, ...change });
const sizes = async () => (await host.versions()).map(({ sizeBytes, from }) => [from, sizeBytes]);

describe('a full inventory', () => {
  test('arrives as it is: whatever its names hold, null, zero and the greatest safe number', async () => {
    const attributes = { [HOSTILE]: HOSTILE, none: null, no: false, fraction: 0.1, great: 1e300 };
    const text = { key: `volume:${HOSTILE}`, name: HOSTILE, state: HOSTILE, attributes };
    const great = Number.MAX_SAFE_INTEGER;
    await host.tellAll(0, [itemOf('', { ...text, sizeBytes: great, leastBytes: 0, mostBytes: great, counted: false })]);
    await host.tellAll(1, [itemOf('', { ...text, sizeBytes: great, leastBytes: 0, mostBytes: great, counted: false })]);
    const rows = await sql`
      SELECT key, kind, scope, name, state, attributes, size_bytes, least_bytes, most_bytes, counted, valid_from
      FROM item JOIN item_version USING (host_id, item_no) WHERE host_id = ${host.hostId}`;
    expect(rows.map((row) => ({ ...row }))).toStrictEqual([
      {
        ...{ ...text, kind: 'volume', scope: VOLUMES },
        ...{ size_bytes: great, least_bytes: 0, most_bytes: great, counted: false, valid_from: AT },
      },
    ]);
  });

  test('closes what a complete scope did not see, and nothing of a scope that was read in part, not at all, or is not named', async () => {
    const scopes = ['docker images a', 'docker volumes a', 'btrfs subvolumes b', 'thin-pools p'];
    const items = scopes.map((scope) => itemOf(scope, { scope }));
    await host.tellAll(0, items, { scopes: complete('docker', 'thin-pools', ...scopes) });
    const read = [
      ...complete('docker', 'thin-pools', 'docker images a'),
      ...partial('docker volumes a'),
      { name: 'btrfs subvolumes b', status: 'not-read', reason: 'no permission' } as const,
    ];
    await host.tellAll(1, [], { scopes: read });
    expect(await host.spansOf()).toEqual([
      'btrfs subvolumes b 0-',
      'docker images a 0-1',
      'docker volumes a 0-',
      'thin-pools p 0-',
    ]);
  });

  test('of an unchanged host writes no version', async () => {
    const items = [itemOf('a'), itemOf('b', { ownerKey: 'volume:a' })];
    await host.tellAll(0, items);
    await host.tellAll(1, items.toReversed());
    expect(await host.spansOf()).toEqual(['a 0-', 'b 0-']);
    expect(await host.state()).toEqual({ sequence: 2, stale: false });
  });

  test('with one key twice keeps the last one', async () => {
    await host.tellAll(0, [sized('a', 1), sized('a', 2)]);
    expect(await sizes()).toEqual([[0, 2]]);
  });

  test('that the database does not take changes nothing, the stream included', async () => {
    await host.tellAll(0, [itemOf('a')]);
    await expect(host.tellAll(1, [itemOf('b'), itemOf('c', { name: 'a\0b' })])).rejects.toMatchObject({
      code: '22P05',
    });
    expect(await host.spansOf()).toEqual(['a 0-']);
    expect(await host.tell(1, { items: [itemOf('b')] })).toBe('stored');
  });
});

describe('a delta', () => {
  test('opens what is new, replaces what changed, closes what is gone, leaves the rest', async () => {
    await host.tellAll(
      0,
      ['a', 'b', 'c'].map((name) => itemOf(name)),
    );
    await host.tell(1, {
      items: [itemOf('b', { state: 'dangling' }), itemOf('d')],
      removed: ['volume:c', 'volume:never'],
    });
    expect(await host.spansOf()).toEqual(['a 0-', 'b 0-1', 'b 1-', 'c 0-1', 'd 1-']);
  });

  test('in which an item is both told and removed keeps it', async () => {
    await host.tellAll(0, [itemOf('a')]);
    await host.tell(1, { items: [itemOf('a')], removed: ['volume:a'] });
    expect(await host.spansOf()).toEqual(['a 0-']);
  });

  test('removes nothing of a scope that it says was not read in full', async () => {
    await host.tellAll(0, [itemOf('a')]);
    await host.tell(1, { scopes: partial('docker', VOLUMES), removed: ['volume:a'] });
    expect(await host.spansOf()).toEqual(['a 0-']);
    await host.tellAll(2, []);
    expect(await host.spansOf()).toEqual(['a 0-2']);
  });

  test('brings an item back under its number, after a hole', async () => {
    await host.tellAll(0, [itemOf('a')]);
    await host.tell(1, { removed: ['volume:a'] });
    await host.tell(3, { items: [itemOf('a')] });
    expect(await host.spansOf()).toEqual(['a 0-1', 'a 3-']);
    const numbers = await sql`SELECT item_no, first_seen_at FROM item WHERE host_id = ${host.hostId}`;
    expect([...numbers]).toEqual([{ item_no: 1, first_seen_at: AT }]);
  });

  test('follows an item into another scope', async () => {
    await host.tellAll(0, [itemOf('a')], { scopes: ALL });
    const scope = 'docker volumes docker:/run/other.sock';
    await host.tell(1, { items: [itemOf('a', { scope })], scopes: [...ALL, ...complete(scope)] });
    await host.tellAll(2, [], { scopes: ALL });
    expect(await host.spansOf()).toEqual(['a 0-']);
  });

  test('at a time that is not after the one before it follows it by a millisecond', async () => {
    await host.tellAll(5, [itemOf('a')]);
    await host.tell(5, { items: [itemOf('b')] });
    await host.tell(2, { removed: ['volume:a'] });
    const times = await sql`
      SELECT valid_from, valid_to FROM item_version WHERE host_id = ${host.hostId} ORDER BY item_no`;
    const after = (milliseconds: number) => new Date(afterBeats(5).getTime() + milliseconds);
    expect(times.map((row) => row.valid_from)).toEqual([after(0), after(1)]);
    expect(times[0]?.valid_to).toEqual(after(2));
  });
});

describe('a size', () => {
  test('is a new version beyond 1 MiB, and beyond 1 % where that is more', async () => {
    await host.tellAll(0, [sized('a', 10 * MEBIBYTE)]);
    await host.tell(1, { items: [sized('a', 11 * MEBIBYTE)] });
    await host.tell(2, { items: [sized('a', 11 * MEBIBYTE + 1)] });
    await host.tell(3, { items: [sized('a', 1_000 * MEBIBYTE)] });
    await host.tell(4, { items: [sized('a', 1_010 * MEBIBYTE)] });
    await host.tell(5, { items: [sized('a', 1_010 * MEBIBYTE + 1)] });
    expect(await sizes()).toEqual([
      [0, 10 * MEBIBYTE],
      [2, 11 * MEBIBYTE + 1],
      [3, 1_000 * MEBIBYTE],
      [5, 1_010 * MEBIBYTE + 1],
    ]);
  });

  test('that creeps is measured against the kept one, and is a new version after a day however little it moved', async () => {
    await host.tellAll(0, [sized('a', 0)]);
    for (const beat of [1, 2, 3]) await host.tell(beat, { items: [sized('a', beat * 400_000)] });
    await host.tell(DAY_BEATS + 2, { items: [sized('a', 1_200_001)] });
    await host.tell(DAY_BEATS + 3, { items: [sized('a', 1_200_001)] });
    await host.tell(DAY_BEATS + 4, { items: [sized('a', 1_200_002)] });
    expect(await sizes()).toEqual([
      [0, 0],
      [3, 1_200_000],
      [DAY_BEATS + 3, 1_200_001],
    ]);
  });

  test('that was read is another thing than one that was not, and than zero', async () => {
    await host.tellAll(0, [sized('a', null)]);
    await host.tell(1, { items: [sized('a', 0)] });
    await host.tell(2, { items: [sized('a', null)] });
    expect(await sizes()).toEqual([
      [0, null],
      [1, 0],
      [2, null],
    ]);
  });
});

describe('a reference', () => {
  const store = itemOf('root', { key: 'store:mount:/', kind: 'store', scope: 'filesystems' });
  const container = itemOf('box', { key: 'container:1', kind: 'container', scope: 'docker containers' });
  const volume = itemOf('data', { storeKey: 'mount:/', ownerKey: 'container:1' });
  const references = async () =>
    (await host.versions()).flatMap(({ name, from, storeKey, ownerKey }) =>
      name === 'data' ? [[from, storeKey, ownerKey]] : [],
    );

  test('is to the item of its key, whatever their order, and however long ago that was told', async () => {
    await host.tellAll(0, [volume, container, store]);
    await host.tell(1, { items: [{ ...volume, key: 'volume:two' }] });
    expect(await references()).toEqual([
      [0, 'store:mount:/', 'container:1'],
      [1, 'store:mount:/', 'container:1'],
    ]);
  });

  test('to what was never read is none, until both are told', async () => {
    await host.tellAll(0, [volume, store]);
    await host.tell(1, { items: [container] });
    await host.tellAll(2, [volume, store, container]);
    expect(await references()).toEqual([
      [0, 'store:mount:/', null],
      [2, 'store:mount:/', 'container:1'],
    ]);
  });
});

describe('a base that is missing', () => {
  const events = async () =>
    (await sql`SELECT kind, detail FROM event WHERE host_id = ${host.hostId}`).map((row) => ({ ...row }));

  test('leaves the delta out, moves the stream, and is an event; only a full one mends it', async () => {
    await host.tellAll(0, [itemOf('a'), itemOf('b')]);
    const lost = host.sequence + 1;
    expect(await host.tell(2, { lastSequence: lost + 1, baseSequence: lost, removed: ['volume:a'] })).toBe(
      'base-missing',
    );
    expect(await host.state()).toEqual({ sequence: 1, stale: true });
    expect(await host.tell(3, { removed: ['volume:b'] })).toBe('base-missing');
    expect(await host.spansOf()).toEqual(['a 0-', 'b 0-']);
    expect(await events()).toEqual([{ kind: 'inventory-stale', detail: { lastReadAt: AT.toISOString() } }]);
    expect(await host.tellAll(4, [itemOf('b'), itemOf('c')])).toBe('stored');
    expect(await host.spansOf()).toEqual(['a 0-4', 'b 0-', 'c 4-']);
    expect(await host.state()).toEqual({ sequence: host.sequence, stale: false });
    expect(await host.tell(5, { removed: ['volume:c'] })).toBe('stored');
  });

  test('is one of another stream too', async () => {
    await host.tellAll(0, [itemOf('a')]);
    await sql`UPDATE inventory_state SET stream_no = 7 WHERE host_id = ${host.hostId}`;
    expect(await host.tell(1, { items: [itemOf('b')] })).toBe('base-missing');
  });

  test('where nothing was ever told makes nothing stale', async () => {
    expect(await host.tell(0, { baseSequence: 9, items: [itemOf('a')] })).toBe('base-missing');
    expect(await host.state()).toBeNull();
    expect(await host.versions()).toEqual([]);
    expect(await events()).toEqual([]);
    expect(host.sequence).toBe(1);
  });
});

test('a stream that stands elsewhere is left alone, and so is the inventory', async () => {
  await host.tellAll(0, [itemOf('a')]);
  expect(await host.tellAll(1, [], { afterSequence: 0, lastSequence: 1 })).toBe('unmoved');
  expect(await host.tellAll(1, [], { afterSequence: 5, lastSequence: 6 })).toBe('unmoved');
  expect(await host.spansOf()).toEqual(['a 0-']);
});

test('two inventories of one host at once are stored one after the other', async () => {
  await host.tellAll(0, [itemOf('a')]);
  const told = [1, 2].map(() =>
    host.tell(1, { afterSequence: 1, lastSequence: 2, baseSequence: 1, items: [itemOf('b')] }),
  );
  expect((await Promise.all(told)).sort()).toEqual(['stored', 'unmoved']);
  expect(await host.spansOf()).toEqual(['a 0-', 'b 1-']);
});

describe('a span', () => {
  const GAP_BEATS = MAX_SPAN_GAP_MILLISECONDS / SLOW_BEAT_MILLISECONDS;
  const spans = async () =>
    (
      await sql<{ from: Date; to: Date; scopes: unknown[] }[]>`
        SELECT valid_from AS from, last_read_at AS to, scopes FROM inventory_span
        WHERE host_id = ${host.hostId} ORDER BY valid_from`
    ).map(({ from, to, scopes }) => [
      ...[from, to].map((time) => (time.getTime() - AT.getTime()) / SLOW_BEAT_MILLISECONDS),
      scopes,
    ]);

  test('goes on while the scopes are read alike, in whatever order, and not too far apart', async () => {
    const other = partial('docker', VOLUMES);
    await host.tellAll(0, []);
    await host.tell(1, { scopes: ALL.toReversed() });
    await host.tell(1 + GAP_BEATS, {});
    await host.tell(2 + 2 * GAP_BEATS, {});
    await host.tell(3 + 2 * GAP_BEATS, { scopes: other });
    expect(await spans()).toEqual([
      [0, 1 + GAP_BEATS, ALL],
      [2 + 2 * GAP_BEATS, 2 + 2 * GAP_BEATS, ALL],
      [3 + 2 * GAP_BEATS, 3 + 2 * GAP_BEATS, other],
    ]);
  });

  test('goes on with the reasons of now, which may count what comes and goes', async () => {
    const because = (reason: string) => partial('docker', VOLUMES).map((scope) => ({ ...scope, reason }));
    await host.tellAll(0, [], { scopes: because('1 of 40 processes') });
    await host.tell(1, { scopes: because('1 of 42 processes') });
    expect(await spans()).toEqual([[0, 1, because('1 of 42 processes')]]);
  });

  test('ends where a delta is missing', async () => {
    await host.tellAll(0, []);
    await host.tell(1, { baseSequence: 9 });
    await host.tellAll(2, []);
    expect(await spans()).toEqual([
      [0, 0, ALL],
      [2, 2, ALL],
    ]);
  });
});
