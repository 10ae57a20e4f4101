import { openDatabase, type Sql } from '@silt/db';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { ensurePartitions } from '../../src/derive/ensure-partitions.ts';
import { retireSilentHosts } from '../../src/derive/retire-silent-hosts.ts';
import { addHost, addOrganisation, addSamples, createTestFleet, setStatus, type TestFleet } from '../fleet-rows.ts';

const HOUR_MILLISECONDS = 3_600_000;
const NOW = new Date();
const hoursAgo = (hours: number): Date => new Date(NOW.getTime() - hours * HOUR_MILLISECONDS);

let fleet: TestFleet;
let worker: Sql;
let organisationId: string;
let count = 0;

beforeAll(async () => {
  fleet = await createTestFleet(inject('postgresUrl'));
  worker = openDatabase(fleet.urls.silt_worker, { applicationName: 'test', max: 2 });
});
afterAll(async () => {
  await worker.end();
  await fleet.drop();
});
beforeEach(async () => {
  count += 1;
  organisationId = await addOrganisation(fleet.owner, `Ours-${count}`);
});

const addRule = (tag: string, silentHours: number, of = organisationId) =>
  fleet.owner`INSERT INTO host_expiry (organisation_id, tag, silent_hours) VALUES (${of}, ${tag}, ${silentHours})`;

/** A host with a key, last seen and enrolled so many hours ago; null = no beat of it ever came. */
async function addTagged(tags: string[], lastSeenHoursAgo: number | null, enrolledHoursAgo = 1_000) {
  const host = await addHost(fleet.owner, organisationId, 'a');
  await fleet.owner`
    UPDATE host SET tags = ${tags}, first_seen_at = ${hoursAgo(enrolledHoursAgo)} WHERE id = ${host.id}`;
  await fleet.owner`
    INSERT INTO collector_key (host_id, organisation_id, public_key, created_at)
    VALUES (${host.id}, ${organisationId}, ${Buffer.alloc(32)}, ${hoursAgo(enrolledHoursAgo)})`;
  if (lastSeenHoursAgo !== null) {
    await setStatus(fleet.owner, host, { at: hoursAgo(lastSeenHoursAgo), readings: [], fullest: null });
    await fleet.owner`UPDATE host_status SET last_seen_at = ${hoursAgo(lastSeenHoursAgo)} WHERE host_id = ${host.id}`;
  }
  return host;
}

const retiredIds = async (): Promise<number[]> =>
  (
    await fleet.owner<{ id: number }[]>`
    SELECT id FROM host WHERE organisation_id = ${organisationId} AND retired_at IS NOT NULL ORDER BY id`
  ).map(({ id }) => id);

const eventsOf = (hostId: number) =>
  fleet.owner<{ kind: string; detail: unknown }[]>`SELECT kind, detail FROM event WHERE host_id = ${hostId}`;

describe('hosts of a tag with a rule', () => {
  test('are retired once they are silent for longer than it says; their keys are revoked, and the log tells', async () => {
    await addRule('ci', 24);
    const silent = await addTagged(['ci', 'x'], 25);
    const never = await addTagged(['ci'], null);
    await addTagged(['ci'], 23);
    await addTagged(['x'], 500);
    expect(await retireSilentHosts(worker, NOW)).toBe(2);
    expect(await retiredIds()).toEqual([silent.id, never.id]);
    const keys = await fleet.owner`
      SELECT 1 FROM collector_key WHERE host_id = ${silent.id} AND revoked_at IS NULL`;
    expect(keys).toHaveLength(0);
    expect(await eventsOf(silent.id)).toEqual([{ kind: 'retired', detail: { tag: 'ci', silentHours: 24 } }]);
    const [audit] = await fleet.owner`
      SELECT actor_kind, action, detail FROM audit_event WHERE subject = ${silent.publicId}`;
    expect(audit).toEqual({ actor_kind: 'system', action: 'host.retire', detail: { tag: 'ci', silentHours: 24 } });
    expect(await retireSilentHosts(worker, NOW)).toBe(0);
  });

  test('stay when they have enrolled again since, though no beat has come yet', async () => {
    await addRule('ci', 24);
    await addTagged(['ci'], 500, 0.1);
    expect(await retireSilentHosts(worker, NOW)).toBe(0);
  });

  test('are retired by the shortest of several rules, and never by that of another organisation', async () => {
    await addRule('a', 48);
    await addRule('b', 12);
    const both = await addTagged(['a', 'b'], 13);
    const foreign = await addOrganisation(fleet.owner, `Theirs-${count}`);
    await addRule('c', 1, foreign);
    await addTagged(['c'], 500);
    expect(await retireSilentHosts(worker, NOW)).toBe(1);
    expect(await eventsOf(both.id)).toEqual([{ kind: 'retired', detail: { tag: 'b', silentHours: 12 } }]);
  });
});

test("a missing partition: the default one catches, the host's page tells once a day, and the rows move", async () => {
  const host = await addHost(fleet.owner, organisationId, 'a');
  await addSamples(fleet.owner, host, [
    { at: NOW, readings: [1, null] },
    { at: hoursAgo(0.01), readings: [2] },
  ]);
  const places = async () =>
    (
      await fleet.owner<{ place: string }[]>`
      SELECT DISTINCT tableoid::regclass::text AS place FROM snapshot WHERE host_id = ${host.id}`
    ).map(({ place }) => place);
  expect(await places()).toEqual(['snapshot_default']);
  await Promise.all([ensurePartitions(worker, NOW), ensurePartitions(worker, NOW)]);
  for (const place of await places()) expect(place).toMatch(/^snapshot_\d{8}$/);
  expect(await eventsOf(host.id)).toEqual([{ kind: 'unpartitioned', detail: { rows: 2 } }]);
  const far = new Date(NOW.getTime() + 100 * 24 * HOUR_MILLISECONDS);
  await fleet.owner`
    INSERT INTO snapshot (host_id, organisation_id, observed_at, taken_at, received_at, stream_no, sequence, layout_no,
      readings)
    VALUES (${host.id}, ${organisationId}, ${far}, ${far}, ${far}, 1, 9, 1, '{1}')`;
  await ensurePartitions(worker, NOW);
  expect(await eventsOf(host.id)).toHaveLength(1);
  await ensurePartitions(worker, new Date(NOW.getTime() + 25 * HOUR_MILLISECONDS));
  expect(await eventsOf(host.id)).toHaveLength(2);
});
