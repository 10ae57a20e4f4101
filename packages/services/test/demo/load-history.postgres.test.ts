import { compactHosts, encodeHours, ensureSeriesPartitions, openDatabase, type Sql } from '@silt/db';
import type { Layout, Snapshot } from '@silt/domain';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { DemoBeat, DemoHost } from '../../src/demo/demo-host.ts';
import { type DemoServices, openDemoServices } from '../../src/demo/open-demo-services.ts';
import { addOrganisation, createTestFleet, DAY_MILLISECONDS, SPACE, storeOf, type TestFleet } from '../fleet-rows.ts';

const NOW = new Date('2026-03-15T15:00:00Z');
const FROM = NOW.getTime() - 4 * DAY_MILLISECONDS;
const STEP_SECONDS = 1_800;
const MIDNIGHT = Math.floor(FROM / DAY_MILLISECONDS) * DAY_MILLISECONDS;
/** Half-hour beats from FROM on and before NOW. */
const BEATS = 4 * 48;
const CAPACITY = 2 ** 50;
/** From here on the host has its second layout. */
const CHANGE_AT = FROM + 2 * DAY_MILLISECONDS;

const ROOT = { stores: [storeOf('mount:/', '/')], daemons: [], entries: SPACE('mount:/') };
const WITH_DATA: Layout = {
  stores: [...ROOT.stores, storeOf('mount:/data', '/data')],
  daemons: [],
  entries: [...ROOT.entries, ...SPACE('mount:/data')],
};

const used = (at: number): number => Math.max(0, at - FROM) * 2 ** 20;

/** `faultAt`: its history throws there, as a simulator that is ended does. */
function hostNamed(name: string, faultAt = Number.POSITIVE_INFINITY, enrolledAt = FROM): DemoHost {
  const layoutAt = (at: number): number => (at < CHANGE_AT ? 0 : 1);
  const readingsAt = (at: number): number[] =>
    layoutAt(at) === 0 ? [used(at), CAPACITY] : [used(at), CAPACITY, 0, Number.NaN];
  const layouts: Layout[] = [ROOT, WITH_DATA];
  return {
    facts: { machineId: name, name, kernelRelease: '6.1', distribution: null, architecture: 'x86_64' },
    tags: ['ci'],
    layouts,
    enrolledAt,
    *history({ from, to, stepSeconds }): Iterable<DemoBeat> {
      const step = stepSeconds * 1_000;
      for (let at = Math.ceil(from / step) * step; at < to; at += step) {
        if (at >= faultAt) throw new Error('the simulator ended');
        yield { takenAt: at, layout: layoutAt(at), readings: Float64Array.from(readingsAt(at)) };
      }
    },
    inventoriesBetween: () => [],
    snapshot: (now): Snapshot => ({
      ...{ takenAt: now.toISOString(), bootId: 'boot', uptimeMilliseconds: 60_000, probes: [] },
      layout: layouts[layoutAt(now.getTime())] as Layout,
      readings: readingsAt(now.getTime()).map((reading) => (Number.isNaN(reading) ? null : reading)),
    }),
  };
}

const keyOf = (byte: number): Buffer => Buffer.alloc(32, byte);
const KEYS = new Map(['a', 'b'].map((name, place) => [name, keyOf(place + 1)]));

let fleet: TestFleet;
let owner: Sql;
let services: DemoServices;
let organisationId: string;
let count = 0;

beforeAll(async () => {
  fleet = await createTestFleet(inject('postgresUrl'));
  owner = openDatabase(fleet.adminUrl, { applicationName: 'test', max: 2 });
});
afterAll(async () => {
  await owner.end();
  await fleet.drop();
});
beforeEach(async () => {
  count += 1;
  organisationId = await addOrganisation(fleet.owner, `Demo-${count}`);
  services = openDemoServices(fleet.urls.silt_ingest);
});
afterEach(() => services.close());

async function load(hosts: DemoHost[], by: DemoServices = services, earlyFrom = FROM) {
  const registered = await by.registerHosts({ organisationId, hosts, publicKeys: KEYS });
  const options = { collectorVersion: 'simulated', from: FROM, earlyFrom, now: NOW, stepSeconds: STEP_SECONDS };
  return by.loadHistory({ ...options, hosts: registered });
}

/** Days before FROM, from 1, of a series that does not change. */
async function earlyDays(name: string) {
  const rows = await owner<{ day: Date; samples: number; last: number; data: Buffer }[]>`
    SELECT d.day, d.samples, d.last_value AS last, h.data FROM series_day d
    JOIN series_hour h USING (host_id, resource_no, day)
    JOIN resource r USING (host_id, resource_no) JOIN host o ON o.id = d.host_id
    WHERE o.organisation_id = ${organisationId} AND o.name = ${name} AND r.series = 'capacityBytes'
      AND r.store_key = 'mount:/' ORDER BY d.day`;
  return rows.map(({ day, ...rest }) => ({ daysBefore: (MIDNIGHT - day.getTime()) / DAY_MILLISECONDS, ...rest }));
}

async function stored(name: string) {
  const rows = await owner<{ at: Date; sequence: number; readings: (number | null)[]; places: number }[]>`
    SELECT s.observed_at AS at, s.sequence, to_jsonb(s.readings) AS readings, cardinality(l.resource_nos) AS places
    FROM snapshot s JOIN host h ON h.id = s.host_id
    JOIN layout l ON l.host_id = s.host_id AND l.layout_no = s.layout_no
    WHERE h.organisation_id = ${organisationId} AND h.name = ${name} ORDER BY s.observed_at`;
  return rows.map((row) => ({ ...row, at: row.at.getTime() }));
}

describe('a history', () => {
  test('is stored as the simulator tells it: each beat once, by its layout, null where it was not read', async () => {
    expect(await load([hostNamed('a'), hostNamed('b')])).toEqual({ snapshots: 2 * BEATS, readings: 2 * 96 * (2 + 4) });
    const rows = await stored('a');
    expect(rows.map(({ at }) => at)).toEqual(
      Array.from({ length: BEATS }, (_, beat) => FROM + beat * STEP_SECONDS * 1_000),
    );
    expect(rows.map(({ sequence }) => sequence)).toEqual(Array.from({ length: BEATS }, (_, beat) => beat + 1));
    expect(rows.at(0)).toMatchObject({ readings: [0, CAPACITY], places: 2 });
    const last = rows.at(-1);
    expect(last).toMatchObject({ readings: [used(last?.at ?? 0), CAPACITY, 0, null], places: 4 });
    const [status] = await owner`
      SELECT h.simulated, s.observed_at AS at, s.fullest_store_key, s.growth_per_day, to_jsonb(s.readings) AS readings
      FROM host_status s JOIN host h ON h.id = s.host_id WHERE h.organisation_id = ${organisationId} AND h.name = 'a'`;
    expect(status).toMatchObject({ simulated: true, at: new Date(last?.at ?? 0), readings: last?.readings });
    expect(Number(status?.growth_per_day) / (2 ** 20 * DAY_MILLISECONDS)).toBeCloseTo(1, 6);
  });

  test('begins with days and hours alone: each once, from a reading an hour', async () => {
    const earlyFrom = MIDNIGHT - 3 * DAY_MILLISECONDS;
    const host = () => hostNamed('a', Number.POSITIVE_INFINITY, earlyFrom);
    await load([host()], services, earlyFrom);
    await load([host()], services, earlyFrom);
    const hour = { min: CAPACITY, max: CAPACITY, last: CAPACITY, mean: CAPACITY, samples: 1 };
    const whole = { samples: 24, last: CAPACITY, data: encodeHours(new Array(24).fill(hour)) };
    expect(await earlyDays('a')).toEqual([3, 2, 1].map((daysBefore) => ({ daysBefore, ...whole })));
    expect(await stored('a')).toHaveLength(BEATS);
  });

  test('that is complete gets nothing a second time', async () => {
    await load([hostNamed('a')]);
    expect(await load([hostNamed('a')])).toEqual({ snapshots: 0, readings: 0 });
    expect(await stored('a')).toHaveLength(BEATS);
  });

  test('that was rolled up since gets nothing a second time', async () => {
    await load([hostNamed('a')]);
    const worker = openDatabase(fleet.urls.silt_worker, { applicationName: 'test', max: 1 });
    const [host] = await owner`SELECT id FROM host WHERE organisation_id = ${organisationId}`;
    for (let day = MIDNIGHT; day < NOW.getTime(); day += DAY_MILLISECONDS) {
      await ensureSeriesPartitions(worker, new Date(day));
      await compactHosts(worker, [Number(host?.id)], new Date(day));
    }
    await worker.end();
    expect(await stored('a')).toEqual([]);
    expect(await load([hostNamed('a')])).toEqual({ snapshots: 0, readings: 0 });
  });

  test('that was broken off keeps its whole days, and goes on where it was', async () => {
    const faultAt = FROM + 2.5 * DAY_MILLISECONDS;
    await expect(load([hostNamed('a', faultAt)])).rejects.toThrow('the simulator ended');
    const before = await stored('a');
    expect(before.at(-1)?.at).toBe(Math.floor(faultAt / DAY_MILLISECONDS) * DAY_MILLISECONDS - STEP_SECONDS * 1_000);
    expect((await load([hostNamed('a')])).snapshots).toBe(BEATS - before.length);
    const rows = await stored('a');
    expect(rows.map(({ sequence }) => sequence)).toEqual(Array.from({ length: BEATS }, (_, beat) => beat + 1));
  });

  test('that two load at the same time is stored once', async () => {
    await services.registerHosts({ organisationId, hosts: [hostNamed('a')], publicKeys: KEYS });
    const other = openDemoServices(fleet.urls.silt_ingest);
    const results = await Promise.allSettled([load([hostNamed('a')]), load([hostNamed('a')], other)]);
    await other.close();
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason.message).toMatch(/somebody else loads/);
    }
    await load([hostNamed('a')]);
    const rows = await stored('a');
    expect(rows.map(({ sequence }) => sequence)).toEqual(Array.from({ length: BEATS }, (_, beat) => beat + 1));
  });
});

describe('registering', () => {
  const register = (publicKeys: ReadonlyMap<string, Buffer> = KEYS) =>
    services.registerHosts({ organisationId, hosts: [hostNamed('a'), hostNamed('b')], publicKeys });

  test('keeps each host and a key that is good, and replaces any other', async () => {
    const first = await register();
    const again = await register(new Map([...KEYS, ['b', keyOf(9)]]));
    expect(again.map(({ hostId, hostPublicId }) => ({ hostId, hostPublicId }))).toEqual(
      first.map(({ hostId, hostPublicId }) => ({ hostId, hostPublicId })),
    );
    expect(again[0]?.key).toBe(first[0]?.key);
    expect(again[1]?.key).not.toBe(first[1]?.key);
    const keys = await owner`
      SELECT host_id FROM collector_key WHERE organisation_id = ${organisationId} AND revoked_at IS NULL`;
    expect(keys).toHaveLength(2);
  });

  test('leaves out a host that was retired', async () => {
    const [first] = await register();
    await owner`UPDATE host SET retired_at = now() WHERE id = ${first?.hostId ?? 0}`;
    expect((await register()).map(({ host }) => host.facts.name)).toEqual(['b']);
  });

  test('tells when the fleet begins, and of an organisation without one nothing', async () => {
    expect(await services.readFleetStart(organisationId)).toBeNull();
    await register();
    expect(await services.readFleetStart(organisationId)).toEqual(new Date(FROM));
  });
});
