import {
  openDatabase,
  packSurvey,
  readItemPasts,
  readItemsStateSince,
  type Sql,
  storeSurveys,
  transaction,
} from '@silt/db';
import type { FindingChange } from '@silt/domain';
import { type SimulatedHost, simulatedFleet } from '@silt/simulator';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { RegisteredHost } from '../../src/demo/demo-host.ts';
import { type DemoServices, openDemoServices } from '../../src/demo/open-demo-services.ts';
import { judgeHosts } from '../../src/derive/judge-hosts.ts';
import { addOrganisation, createTestFleet, DAY_MILLISECONDS, type TestFleet } from '../fleet-rows.ts';

const NOW = new Date('2026-03-15T15:00:00Z');
const NAMES = ['ci-runner-07', 'ci-runner-10', 'ci-runner-09', 'thin-db-02', 'k8s-node-04', 'ci-runner-12'];
const GIB = 2 ** 30;
const daysAgo = (days: number): number => NOW.getTime() - days * DAY_MILLISECONDS;
const MINUTE = 60_000;

let fleet: TestFleet;
let services: DemoServices;
let worker: Sql;
let hosts: RegisteredHost[];
let simulated: Map<number, SimulatedHost>;
let loaded: number;

async function load(now: Date) {
  const options = { hosts, collectorVersion: 'simulated', now };
  await services.loadHistory({ ...options, from: daysAgo(9), earlyFrom: daysAgo(40), stepSeconds: 300 });
  await services.forecastPast({ hosts, from: new Date(daysAgo(35)), to: now, stepHours: 24 });
  const judged = { ...options, from: daysAgo(60), judgeFrom: daysAgo(30) };
  return services.loadInventories(judged);
}

beforeAll(async () => {
  fleet = await createTestFleet(inject('postgresUrl'));
  services = openDemoServices(fleet.urls.silt_ingest);
  worker = openDatabase(fleet.urls.silt_worker, { applicationName: 'test', max: 4 });
  const organisationId = await addOrganisation(fleet.owner, 'Simulated');
  const fleetHosts = simulatedFleet({ seed: 'demo', anchorAt: NOW }).filter(({ facts }) => NAMES.includes(facts.name));
  const keys = fleetHosts.map(({ facts: { machineId } }, place) => [machineId, Buffer.alloc(32, place + 1)] as const);
  hosts = await services.registerHosts({ organisationId, hosts: fleetHosts, publicKeys: new Map(keys) });
  simulated = new Map(
    hosts.map(({ hostId, host }) => [hostId, fleetHosts.find(({ facts }) => facts === host.facts) as SimulatedHost]),
  );
  loaded = (await load(NOW)).findings;
}, 300_000);

afterAll(async () => {
  await worker.end();
  await services.close();
  await fleet.drop();
});

const hostIdOf = (name: string): number => hosts.find(({ host }) => host.facts.name === name)?.hostId ?? 0;

const findingsOf = (hostId: number) => fleet.owner`
  SELECT finding_no AS no, rule, subject, state, severity, first_seen_at AS first, last_seen_at AS last,
    stands_since AS stands, resolved_at AS resolved, promised_bytes AS promised, freed_bytes AS freed,
    missed_since AS missed, missing, milder_since AS milder
  FROM finding WHERE host_id = ${hostId} ORDER BY finding_no`;

const allFindings = () => Promise.all(hosts.map(({ hostId }) => findingsOf(hostId)));

async function eventsOf(hostId: number) {
  return fleet.owner<{ at: Date; detail: FindingChange }[]>`
    SELECT at, detail FROM event WHERE host_id = ${hostId} AND kind = 'finding' ORDER BY event_no`;
}

test('findings of a simulated fleet have a past: they stand since then, and their events are of then', async () => {
  const rows = await findingsOf(hostIdOf('thin-db-02'));
  const metadata = rows.find(({ rule }) => rule === 'thin-metadata');
  expect(metadata).toMatchObject({ state: 'open', last: NOW });
  expect(metadata?.stands.getTime()).toBeLessThan(daysAgo(1));
  expect(metadata?.stands.getTime()).toBeGreaterThan(daysAgo(15));
  const events = await eventsOf(hostIdOf('thin-db-02'));
  const opened = events.find(({ detail: { rule, change } }) => rule === 'thin-metadata' && change === 'opened');
  expect(opened?.detail.findingNo).toBe(metadata?.no);
  expect(opened?.at.getTime()).toBeLessThanOrEqual(metadata?.stands.getTime() + DAY_MILLISECONDS);
  expect(opened?.detail.title.en).not.toBe('thin-metadata');
  const times = events.map(({ at }) => at.getTime());
  expect(times).toEqual(times.toSorted((one, other) => one - other));
});

test('what a balance gave back is beside what was promised', async () => {
  const rows = await findingsOf(hostIdOf('ci-runner-10'));
  const low = rows.filter(({ rule }) => rule === 'btrfs-unallocated-low');
  expect(low).toEqual([expect.objectContaining({ state: 'resolved' })]);
  expect(low[0]?.promised).toBeGreaterThan(150 * GIB);
  expect(low[0]?.freed / low[0]?.promised).toBeGreaterThan(0.85);
  expect(low[0]?.freed).toBeLessThanOrEqual(low[0]?.promised);
  const events = (await eventsOf(hostIdOf('ci-runner-10'))).filter(({ detail }) => detail.findingNo === low[0]?.no);
  expect(events.map(({ detail }) => detail.change)).toEqual(['opened', 'resolved']);
  expect(events[1]).toMatchObject({ at: low[0]?.resolved, detail: { freedBytes: low[0]?.freed } });
});

test('what may be deleted is confirmed at once, since it stood so for days', async () => {
  const rows = await fleet.owner`
    SELECT promised_bytes AS promised FROM finding
    WHERE host_id = ${hostIdOf('ci-runner-07')} AND rule = 'dind-leftover' AND resolved_at IS NULL`;
  expect(rows.some(({ promised }) => promised > 0)).toBe(true);
});

test('a host that fell silent has the findings of its last look, and its judgement the survey of then', async () => {
  const hostId = hostIdOf('ci-runner-09');
  const rows = await findingsOf(hostId);
  const [judgement] = await fleet.owner`
    SELECT judged_at AS judged, surveyed_at AS surveyed, faults FROM judgement WHERE host_id = ${hostId}`;
  expect(judgement).toMatchObject({ judged: NOW, faults: [] });
  expect(judgement?.surveyed.getTime()).toBeLessThan(daysAgo(3));
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter(({ last }) => last > judgement?.surveyed)).toEqual([]);
  const [survey] = await fleet.owner`SELECT received_at AS received FROM survey WHERE host_id = ${hostId}`;
  expect(survey?.received).toEqual(judgement?.surveyed);
});

test('the status of each host counts those that stand', async () => {
  const counts = await fleet.owner`
    SELECT s.findings_critical + s.findings_warning + s.findings_notice AS said,
      (SELECT count(*)::integer FROM finding f WHERE f.host_id = s.host_id AND f.resolved_at IS NULL) AS counted
    FROM host_status s`;
  expect(counts).toHaveLength(NAMES.length);
  for (const { said, counted } of counts) expect(Number(said)).toBe(counted);
  expect(loaded).toBeGreaterThan(0);
});

test('states of items are as old as the worker reads them', async () => {
  for (const address of hosts) {
    const pasts = await transaction(fleet.owner, (tx) => readItemPasts(tx, address));
    const keys = [...pasts.keys()];
    const read = await readItemsStateSince(
      fleet.owner,
      keys.map((key) => ({ hostId: address.hostId, organisationId: address.organisationId, key })),
      NOW,
    );
    const told = keys.map((key) => pasts.get(key)?.states.find(({ to }) => to === null)?.from ?? null);
    // The worker looks no further back than a week of versions.
    const capped = (at: number | null): number | null => (at === null ? null : Math.max(at, daysAgo(6)));
    expect(told.map(capped)).toEqual(read.map(capped));
    expect(keys.length).toBeGreaterThan(5);
  }
});

const told = () => fleet.owner<{ hostId: number; detail: FindingChange }[]>`
  SELECT host_id AS "hostId", detail FROM event WHERE kind = 'finding' ORDER BY event_no`;

async function judgeAt(minutes: number): Promise<void> {
  const judgedAt = new Date(NOW.getTime() + minutes * MINUTE);
  const judged = await judgeHosts(worker, { now: () => judgedAt, signal: new AbortController().signal });
  expect(judged).toMatchObject({ faults: [], ended: [], failures: [] });
  expect(judged.hosts).toBeGreaterThanOrEqual(NAMES.length - 1);
}

test('the worker, asked of the same moment, says the same', async () => {
  const [before, toldBefore] = [await allFindings(), await told()];
  await fleet.owner`UPDATE judgement SET surveyed_at = NULL`;
  await judgeAt(1);
  expect(await allFindings()).toEqual(before);
  expect(await told()).toEqual(toldBefore);
});

test('the worker goes on from there: of what stands nothing is told anew, and it keeps its number', async () => {
  const [before, toldBefore] = [await allFindings(), await told()];
  const when = new Date(NOW.getTime() + 10 * MINUTE);
  for (const { hostId, organisationId, host } of hosts) {
    const [snapshot, inventory] = [host.snapshot(when), simulated.get(hostId)?.inventory(when) ?? null];
    if (snapshot === null || inventory === null) continue;
    const body = await packSurvey(Buffer.from(JSON.stringify(inventory)));
    await storeSurveys(fleet.owner, [{ hostId, organisationId, observedAt: when, receivedAt: when, body }]);
    await fleet.owner`
      UPDATE host_status SET last_seen_at = ${when}, observed_at = ${when}, readings = ${snapshot.readings}::bigint[]
      WHERE host_id = ${hostId}`;
    await fleet.owner`UPDATE inventory_state SET observed_at = ${when} WHERE host_id = ${hostId}`;
  }
  await judgeAt(11);
  const standing = (await allFindings()).map((rows, place) => {
    const known = rows.slice(0, before[place]?.length);
    return known.map(({ no, rule, subject, state, stands }) => ({ no, rule, subject, state, stands }));
  });
  expect(standing).toEqual(
    before.map((rows) =>
      rows.map(({ no, rule, subject, state, stands }) => {
        return { no, rule, subject, state: state === 'new' ? 'open' : state, stands };
      }),
    ),
  );
  const isOpened = ({ hostId, detail }: Awaited<ReturnType<typeof told>>[number]) => {
    const rows = before[hosts.findIndex((one) => one.hostId === hostId)] ?? [];
    const known = rows.find(({ no }) => no === detail.findingNo);
    return detail.change === 'opened' && (known === undefined || known.state === 'new');
  };
  expect((await told()).slice(toldBefore.length).filter((one) => !isOpened(one))).toEqual([]);
});

test('a history that is loaded further leaves what was judged to the worker', async () => {
  const before = await allFindings();
  const further = await load(new Date(NOW.getTime() + DAY_MILLISECONDS));
  expect(further.inventories).toBeGreaterThan(NAMES.length);
  expect(further.findings).toBe(0);
  expect(await allFindings()).toEqual(before);
});
