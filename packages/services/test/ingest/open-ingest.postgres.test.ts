import { randomUUID } from 'node:crypto';
import type { Layout } from '@silt/domain';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type IncomingInventory, MAX_INVENTORY_STEP_ITEMS } from '../../src/ingest/inventory-assembler.ts';
import {
  BOOT,
  createIngestFleet,
  greeting,
  type IngestFleet,
  LAYOUT,
  openTestStream,
  STREAM,
  type TestCollector,
  UPTIME,
} from './ingest-fleet.ts';

const DAY_MILLISECONDS = 86_400_000;
/** Valid by the protocol, but Postgres knows no year 0. */
const YEAR_ZERO = '0000-06-01T00:00:00Z';

let fleet: IngestFleet;

beforeAll(async () => {
  fleet = await createIngestFleet(inject('postgresUrl'));
  await fleet.ingest.check();
});
afterAll(() => fleet.drop());

const one = async (): Promise<TestCollector> => (await fleet.addCollectors(1))[0] as TestCollector;
const stored = async ({ hostId }: { hostId: number }) =>
  (await fleet.owner`SELECT sequence FROM snapshot WHERE host_id = ${hostId} ORDER BY stream_no, sequence`).map(
    ({ sequence }) => sequence as number,
  );

describe('a layout', () => {
  const register = async (collector: TestCollector, layout: Layout) => {
    const registered = await fleet.ingest.registerLayout(collector, layout);
    return registered === 'not-storable' ? registered : registered.layoutNo;
  };
  const withInodes: Layout = {
    ...LAYOUT,
    entries: [{ storeKey: 'mount:/', series: 'usedInodes' }, ...LAYOUT.entries],
  };

  test('has one number however often and in whatever order of its fields it is described', async () => {
    const collector = await one();
    const { stores, daemons, entries } = LAYOUT;
    const reordered = {
      entries,
      daemons,
      stores: stores.map((store) => Object.fromEntries(Object.entries(store).reverse())),
    };
    expect(await register(collector, LAYOUT)).toBe(1);
    expect(await register(collector, reordered as unknown as Layout)).toBe(1);
    expect(await register(collector, withInodes)).toBe(2);
    expect(await register(collector, LAYOUT)).toBe(1);
  });

  test('keeps the number of each series that the host had before', async () => {
    const collector = await one();
    await register(collector, LAYOUT);
    await register(collector, withInodes);
    const rows = await fleet.owner`
      SELECT layout_no AS no, resource_nos AS places FROM layout WHERE host_id = ${collector.hostId} ORDER BY 1`;
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { no: 1, places: [1, 2] },
      { no: 2, places: [3, 1, 2] },
    ]);
  });

  test('gets one number when several connections describe it at the same time', async () => {
    const collector = await one();
    const numbers = await Promise.all(
      [LAYOUT, withInodes, LAYOUT, withInodes].map((each) => register(collector, each)),
    );
    expect([...new Set(numbers)].sort()).toEqual([1, 2]);
    expect(numbers[0]).toBe(numbers[2]);
  });

  test('that the database cannot hold is refused, and the beats that name it are too', async () => {
    const collector = await one();
    // Does not compress, and is longer than an entry of an index may be.
    const key = Array.from({ length: 110 }, () => randomUUID()).join('');
    const entries = LAYOUT.entries.map((entry) => ({ ...entry, storeKey: key }));
    const stores = LAYOUT.stores.map((store) => ({ ...store, key }));
    const layout = await fleet.ingest.registerLayout(collector, { stores, entries, daemons: [] });
    expect(layout).toBe('not-storable');
    const stream = await openTestStream(fleet.ingest, collector);
    stream.push(1, { layout });
    stream.push(2);
    await stream.settled(2);
    expect(stream.refused()).toEqual([{ sequence: 1, code: 'not-storable' }]);
    expect(await stored(collector)).toEqual([2]);
  });
});

describe('a stream', () => {
  test('writes down what the host says of itself', async () => {
    const collector = await one();
    await openTestStream(fleet.ingest, collector);
    const [host] = await fleet.owner`SELECT * FROM host WHERE id = ${collector.hostId}`;
    const { facts } = greeting();
    expect(host).toMatchObject({ name: facts.name, machine_id: facts.machineId, facts, collector_version: '0.1.0' });
  });

  test('goes on where it was, and another one of the host begins at 0', async () => {
    const collector = await one();
    const first = await openTestStream(fleet.ingest, collector);
    first.push(1);
    await first.settled(1);
    expect((await openTestStream(fleet.ingest, collector)).stream).toMatchObject({ streamNo: 1, committed: 1 });
    const other = await openTestStream(fleet.ingest, collector, greeting({ stream: randomUUID() }));
    expect(other.stream).toMatchObject({ streamNo: 2, committed: 0 });
  });

  test('takes the next sequence only', async () => {
    const stream = await openTestStream(fleet.ingest, await one());
    expect(stream.push(2)).toBe('hole');
    expect(stream.push(1)).toBe('accepted');
    expect(stream.push(1)).toBe('repeat');
    expect(stream.push(3)).toBe('hole');
    expect(stream.push(2)).toBe('accepted');
    await stream.settled(2);
  });
});

describe('a beat', () => {
  test('is stored as it was read, with the time by the clock of the server', async () => {
    const collector = await one();
    const receivedAt = new Date();
    const ahead = new Date(receivedAt.getTime() + DAY_MILLISECONDS).toISOString();
    const hello = greeting({ receivedAt, clock: { now: ahead, bootId: BOOT, uptimeMilliseconds: UPTIME } });
    const stream = await openTestStream(fleet.ingest, collector, hello);
    stream.push(1, { takenAt: ahead, uptimeMilliseconds: UPTIME + 250, readings: [60, null] });
    await stream.settled(1);
    const [row] = await fleet.owner`
      SELECT stream_no, sequence, organisation_id, layout_no, flags, observed_at, taken_at,
        to_jsonb(readings) AS readings, tableoid::regclass::text AS place FROM snapshot
      WHERE host_id = ${collector.hostId}`;
    expect(row).toMatchObject({
      ...{ stream_no: 1, sequence: 1, organisation_id: collector.organisationId, layout_no: 1, flags: 0 },
      ...{ observed_at: new Date(receivedAt.getTime() + 250), taken_at: new Date(ahead), readings: [60, null] },
      place: expect.stringMatching(/^snapshot_\d{8}$/),
    });
  });

  test('of another boot is stored and marked', async () => {
    const collector = await one();
    const stream = await openTestStream(fleet.ingest, collector);
    stream.push(1, { bootId: 'another' });
    await stream.settled(1);
    expect((await fleet.owner`SELECT flags FROM snapshot WHERE host_id = ${collector.hostId}`)[0]?.flags).toBe(1);
  });

  test('becomes the status of its host: the newest one, with its fullest resource and coverage', async () => {
    const collector = await one();
    const stream = await openTestStream(fleet.ingest, collector);
    const probes = [
      { probe: 'filesystems', status: 'ok', reason: null, durationMilliseconds: 1 },
      { probe: 'loop', status: 'ok', reason: 'One file was not read.', durationMilliseconds: 1 },
      { probe: 'docker', status: 'unavailable', reason: 'No socket.', durationMilliseconds: 1 },
    ] as const;
    stream.push(1, { readings: [99, 100] });
    stream.push(2, { readings: [60, 100], probes });
    await stream.settled(2);
    const [row] = await fleet.owner`SELECT * FROM host_status WHERE host_id = ${collector.hostId}`;
    expect(row).toMatchObject({
      ...{ readings: [60, 100], layout_no: 1, beat_seconds: 10, boot_id: BOOT, back_ends: ['ext4'], probes },
      ...{ probes_read: 1, probes_total: 3, fullest_store_key: 'mount:/', fullest_resource: 'space' },
      ...{ fullest_used: 60, fullest_capacity: 100, fullest_fill: 0.6 },
    });
    const uptime = row?.observed_at.getTime() - row?.booted_at.getTime();
    expect(uptime).toBe(UPTIME + 20);
  });

  test('of which nothing was read has no fullest resource, which is not an empty one', async () => {
    const collector = await one();
    const stream = await openTestStream(fleet.ingest, collector);
    stream.push(1, { readings: [null, null] });
    await stream.settled(1);
    const [row] =
      await fleet.owner`SELECT fullest_fill, fullest_resource FROM host_status WHERE host_id = ${collector.hostId}`;
    expect(row).toEqual({ fullest_fill: null, fullest_resource: null });
  });

  test('that cannot be taken is refused with its code, and the ones around it are stored', async () => {
    const collector = await one();
    const stream = await openTestStream(fleet.ingest, collector);
    stream.push(1);
    stream.push(2, { layout: 'unknown-layout' });
    stream.push(3, { readings: [1, 2, 3] });
    stream.push(4, { uptimeMilliseconds: 0, bootId: 'another', takenAt: '2020-01-01T00:00:00Z' });
    stream.push(5, { takenAt: YEAR_ZERO });
    stream.push(6);
    await stream.settled(6);
    expect(stream.refused()).toEqual([
      { sequence: 2, code: 'unknown-layout' },
      { sequence: 3, code: 'readings-mismatch' },
      { sequence: 4, code: 'too-old' },
      { sequence: 5, code: 'not-storable' },
    ]);
    expect(await stored(collector)).toEqual([1, 6]);
  });

  test('with numbers at the bounds of the protocol holds up nobody', async () => {
    const [hostile, other] = (await fleet.addCollectors(2)) as [TestCollector, TestCollector];
    const [first, second] = await Promise.all([hostile, other].map((each) => openTestStream(fleet.ingest, each)));
    const limit = Number.MAX_SAFE_INTEGER;
    first?.push(1, { uptimeMilliseconds: limit, readings: [limit, limit] });
    first?.push(2, { uptimeMilliseconds: 0 });
    first?.push(3, { bootId: 'another', takenAt: '9999-12-31T23:59:59.999999999Z' });
    second?.push(1);
    await Promise.all([first?.settled(3), second?.settled(1)]);
    expect(await stored(hostile)).toEqual(expect.arrayContaining([1, 3]));
    expect(await stored(other)).toEqual([1]);
  });
});

describe('exactly once', () => {
  test('a repeat is acknowledged and not stored', async () => {
    const collector = await one();
    const stream = await openTestStream(fleet.ingest, collector);
    stream.push(1);
    await stream.settled(1);
    expect(stream.push(1)).toBe('repeat');
    expect(stream.outcomes.at(-1)).toEqual({ sequence: 1, count: 0, refused: [] });
    expect(await stored(collector)).toEqual([1]);
  });

  test('what two connections of one stream send at the same time is stored once and settled for both', async () => {
    const collector = await one();
    const openedAt = Date.now();
    const open = () => openTestStream(fleet.ingest, collector, greeting(), openedAt);
    const [first, second] = [await open(), await open()];
    for (const sequence of [1, 2, 3]) first.push(sequence);
    for (const sequence of [1, 2]) second.push(sequence);
    await Promise.all([first.settled(3), second.settled(2)]);
    for (const sequence of [3, 4, 5]) second.push(sequence);
    await second.settled(5);
    expect(await stored(collector)).toEqual([1, 2, 3, 4, 5]);
    expect(second.refused()).toEqual([]);
    expect(second.outcomes.reduce((sum, { count }) => sum + count, 0)).toBe(5);
  });

  test('a stream that the database has less of than was acknowledged does not go on', async () => {
    const collector = await one();
    const stream = await openTestStream(fleet.ingest, collector);
    stream.push(1);
    await stream.settled(1);
    await fleet.owner`UPDATE collector_stream SET last_sequence = 0 WHERE host_id = ${collector.hostId}`;
    const conflict = new Promise<void>((resolve) => {
      stream.stream.onLost = resolve;
    });
    stream.push(2);
    await conflict;
    expect(await stored(collector)).toEqual([1]);
    expect(stream.outcomes).toHaveLength(1);
  });
});

test('of 200 hosts in one batch, one of them with a beat that Postgres refuses, 199 are stored', async () => {
  const collectors = await fleet.addCollectors(200);
  const streams = await Promise.all(collectors.map((each) => openTestStream(fleet.ingest, each)));
  const poisoned = 77;
  for (const [place, stream] of streams.entries()) stream.push(1, place === poisoned ? { takenAt: YEAR_ZERO } : {});
  await Promise.all(streams.map((stream) => stream.settled(1)));
  const refused = streams.flatMap((stream, place) => stream.refused().map(({ code }) => ({ place, code })));
  expect(refused).toEqual([{ place: poisoned, code: 'not-storable' }]);
  const ids = collectors.map(({ hostId }) => hostId);
  const rows = await fleet.owner`SELECT host_id FROM snapshot WHERE host_id = ANY (${ids}) ORDER BY host_id`;
  expect(rows.map((row) => row.host_id)).toEqual(ids.filter((_, place) => place !== poisoned));
  streams[poisoned]?.push(2);
  await streams[poisoned]?.settled(2);
  expect(await stored(collectors[poisoned] as TestCollector)).toEqual([2]);
});

test('changed hosts are told on the channel of changes after their COMMIT', async () => {
  const collector = await one();
  const heard: string[] = [];
  const seen = new Promise<void>((resolve) => {
    fleet.owner.listen('silt_changed', (payload) => {
      heard.push(payload);
      if (payload.includes(collector.hostPublicId)) resolve();
    });
  });
  const stream = await openTestStream(fleet.ingest, collector, greeting({ stream: STREAM }));
  for (let sequence = 1; heard.every((payload) => !payload.includes(collector.hostPublicId)); sequence += 1) {
    stream.push(sequence);
    await stream.settled(sequence);
    await Promise.race([seen, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  const told = JSON.parse(heard.find((payload) => payload.includes(collector.hostPublicId)) ?? '{}');
  expect(told[collector.organisationId]).toContain(collector.hostPublicId);
});

describe('an inventory', () => {
  const part = (sequence: number, change: Partial<IncomingInventory> = {}): IncomingInventory => ({
    ...{ sequence, takenAt: new Date().toISOString(), bootId: BOOT, uptimeMilliseconds: UPTIME + 250 },
    ...{ baseSequence: null, part: 1, parts: 1, scopes: [], items: [], removed: [] },
    ...change,
  });
  const state = async ({ hostId }: TestCollector) =>
    (await fleet.owner`SELECT sequence, observed_at FROM inventory_state WHERE host_id = ${hostId}`)[0];

  test('has the time by the clock of the server', async () => {
    const collector = await one();
    const receivedAt = new Date();
    const ahead = new Date(receivedAt.getTime() + DAY_MILLISECONDS).toISOString();
    const hello = greeting({ receivedAt, clock: { now: ahead, bootId: BOOT, uptimeMilliseconds: UPTIME } });
    const stream = await openTestStream(fleet.ingest, collector, hello);
    stream.stream.acceptInventory(part(1, { takenAt: ahead }));
    await stream.settled(1);
    expect(await state(collector)).toEqual({ sequence: 1, observed_at: new Date(receivedAt.getTime() + 250) });
  });

  test('that is older than what is kept is refused at each of its parts', async () => {
    const collector = await one();
    const stream = await openTestStream(fleet.ingest, collector);
    const old = { bootId: 'another', takenAt: YEAR_ZERO, parts: 2 };
    expect(stream.stream.acceptInventory(part(1, old))).toBe('held');
    expect(stream.stream.acceptInventory(part(2, { ...old, part: 2 }))).toBe('accepted');
    await stream.settled(2);
    expect(stream.refused()).toEqual([1, 2].map((sequence) => ({ sequence, code: 'too-old' })));
    expect(await state(collector)).toBeUndefined();
  });

  test('is needed in full until the host has a whole one, and again once a change of it is missing', async () => {
    const collector = await one();
    const first = await openTestStream(fleet.ingest, collector);
    expect(first.stream.needsFullInventory).toBe(true);
    first.stream.acceptInventory(part(1));
    await first.settled(1);
    expect(first.stream.needsFullInventory).toBe(false);
    expect((await openTestStream(fleet.ingest, collector)).stream.needsFullInventory).toBe(false);
    first.stream.acceptInventory(part(2, { baseSequence: 7 }));
    await first.settled(2);
    expect(first.stream.needsFullInventory).toBe(true);
    expect((await openTestStream(fleet.ingest, collector)).stream.needsFullInventory).toBe(true);
  });

  test('is taken at the next sequence only', async () => {
    const { stream, settled } = await openTestStream(fleet.ingest, await one());
    expect(stream.acceptInventory(part(2))).toBe('hole');
    const [first, again] = [part(1), part(1)];
    expect(stream.acceptInventory(first)).toBe('accepted');
    expect(stream.acceptInventory({ ...first })).toBe('repeat');
    expect(stream.acceptInventory({ ...again, part: 1, parts: 2 })).toBe('repeat');
    await settled(1);
  });

  test('of which parts wait when its connection ends makes room for others', async () => {
    const { stream } = await openTestStream(fleet.ingest, await one());
    const removed = Array.from({ length: MAX_INVENTORY_STEP_ITEMS }, String);
    for (const [place, other] of [stream, (await openTestStream(fleet.ingest, await one())).stream].entries()) {
      other.acceptInventory(part(1, { parts: 2, removed }));
      expect(fleet.ingest.isFull()).toBe(place === 1);
    }
    stream.abandon();
    expect(fleet.ingest.isFull()).toBe(false);
    stream.abandon();
    expect(fleet.ingest.isFull()).toBe(false);
  });
});
