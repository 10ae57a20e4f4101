import { ensureSeriesPartitions, openDatabase, packSurvey, type Sql, storeSurveys } from '@silt/db';
import { RULES } from '@silt/domain/findings';
import { type SimulatedHost, simulatedFleet } from '@silt/simulator';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openDemoServices } from '../../src/demo/open-demo-services.ts';
import { judgeHosts } from '../../src/derive/judge-hosts.ts';
import { addOrganisation, createTestFleet, DAY_MILLISECONDS, type TestFleet } from '../fleet-rows.ts';

const NOW = new Date('2026-03-15T15:00:00Z');
const HISTORY_DAYS = 5;
const BEAT_SECONDS = 1_800;
const SIGNAL = new AbortController().signal;
/** The incidents and some calm ones. */
const HOSTS = 8;
const daysAgo = (days: number): number => NOW.getTime() - days * DAY_MILLISECONDS;

let fleet: TestFleet;
let worker: Sql;
let hosts: SimulatedHost[];
let idOf: Map<string, { hostId: number; organisationId: string }>;

beforeAll(async () => {
  fleet = await createTestFleet(inject('postgresUrl'));
  worker = openDatabase(fleet.urls.silt_worker, { applicationName: 'test', max: 4 });
  for (const month of ['2026-01-01', '2026-02-01', '2026-03-01']) await ensureSeriesPartitions(worker, new Date(month));
  const organisationId = await addOrganisation(fleet.owner, 'Simulated');
  hosts = simulatedFleet({ seed: 'judge', hosts: HOSTS, anchorAt: NOW });
  const services = openDemoServices(fleet.urls.silt_ingest);
  const keys = hosts.map(({ facts: { machineId } }, place) => [machineId, Buffer.alloc(32, place + 1)] as const);
  const registered = await services.registerHosts({ organisationId, hosts, publicKeys: new Map(keys) });
  idOf = new Map(registered.map(({ hostId, host }) => [host.facts.name, { hostId, organisationId }]));
  const options = { hosts: registered, collectorVersion: 'simulated', from: daysAgo(HISTORY_DAYS), now: NOW };
  await services.loadHistory({ ...options, earlyFrom: daysAgo(HISTORY_DAYS), stepSeconds: BEAT_SECONDS });
  await services.loadInventories(options);
  await services.close();
}, 300_000);

afterAll(async () => {
  await worker.end();
  await fleet.drop();
});

/** What each host's slow beat tells then, and its status. */
async function surveyAll(when: Date): Promise<void> {
  for (const host of hosts) {
    const address = idOf.get(host.facts.name);
    const inventory = host.inventory(when);
    const snapshot = host.snapshot(when);
    if (address === undefined || inventory === null || snapshot === null) continue;
    const body = await packSurvey(Buffer.from(JSON.stringify(inventory)));
    await storeSurveys(fleet.owner, [{ ...address, observedAt: when, receivedAt: when, body }]);
    await fleet.owner`
      UPDATE host_status SET last_seen_at = ${when}, observed_at = ${when}, readings = ${snapshot.readings}::bigint[]
      WHERE host_id = ${address.hostId}`;
    await fleet.owner`UPDATE inventory_state SET observed_at = ${when} WHERE host_id = ${address.hostId}`;
  }
}

const later = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);

async function findingsOf(name: string): Promise<string[]> {
  const rows = await fleet.owner<{ rule: string; state: string }[]>`
    SELECT rule, state FROM finding WHERE host_id = ${idOf.get(name)?.hostId ?? 0} AND resolved_at IS NULL`;
  return rows.map(({ rule, state }) => `${rule} ${state}`).sort();
}

test('of a simulated fleet every rule answers, and what it has stands open at the second look', async () => {
  for (const minutes of [0, 5, 10]) {
    await surveyAll(later(minutes));
    const judged = await judgeHosts(worker, { now: () => later(minutes + 0.1), signal: SIGNAL });
    expect(judged).toMatchObject({ faults: [], ended: [], failures: [] });
  }

  expect(await findingsOf('ci-runner-07')).toEqual(
    expect.arrayContaining([expect.stringMatching(/^dind-leftover open$/)]),
  );
  const [same] = await fleet.owner`
    SELECT count(*) AS rows, count(DISTINCT (host_id, rule, subject)) AS subjects FROM finding`;
  expect(same?.rows).toBe(same?.subjects);
  const judgements = await fleet.owner`SELECT faults FROM judgement`;
  expect(judgements.every(({ faults }) => faults.length === 0)).toBe(true);
  expect(RULES.length).toBeGreaterThan(50);
});
