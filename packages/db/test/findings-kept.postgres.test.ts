import type { KeptFinding } from '@silt/domain/findings';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import {
  countFindings,
  deleteOldFindings,
  type FindingRecord,
  type HostAddress,
  lockFindings,
  openDatabase,
  readLastFindingNos,
  readStandingFindings,
  type Sql,
  transaction,
  writeFindings,
  writeJudgements,
} from '../src/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';

const NOW = Date.parse('2026-03-15T12:00:00Z');
const YEAR = 365 * 86_400_000;

let database: TestDatabase;
let owner: Sql;
let worker: Sql;
let host: HostAddress;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  owner = openDatabase(database.urls.silt_owner, { applicationName: 'test', max: 1 });
  worker = openDatabase(database.urls.silt_worker, { applicationName: 'test', max: 2 });
  await owner`INSERT INTO organisation (name, slug) VALUES ('Ours', 'ours')`;
});
beforeEach(async () => {
  const [row] = await owner<[HostAddress]>`
    INSERT INTO host (organisation_id, name) SELECT id, 'a' FROM organisation
    RETURNING id AS "hostId", organisation_id AS "organisationId"`;
  host = row;
});
afterAll(async () => {
  await Promise.all([owner.end(), worker.end()]);
  await database.drop();
});

const keptFinding = (
  findingNo: number,
  subject: string,
  more: Partial<KeptFinding> = {},
): FindingRecord & HostAddress => ({
  ...{
    ...host,
    findingNo,
    rule: 'fs-full',
    subject,
    storeKey: 'mount:/',
    severity: 'warning',
    evidence: { a: [1, null] },
  },
  ...{
    state: 'open',
    stateSince: NOW - 5,
    firstSeenAt: NOW - 9,
    lastSeenAt: NOW,
    standsSince: NOW - 8,
    milderSince: null,
  },
  ...{ missedSince: null, missedLooks: 0, blind: null, timesReopened: 0, resolvedAt: null, mute: null, promise: null },
  ...{ freedBytes: null, ...more },
});
const resolved = (findingNo: number, subject: string, resolvedAt: number) =>
  keptFinding(findingNo, subject, { state: 'resolved', resolvedAt });

const write = (findings: (FindingRecord & HostAddress)[]) => transaction(worker, (tx) => writeFindings(tx, findings));

test('a finding is read as it was written, with every field set and with none', async () => {
  const full = keptFinding(2, 'x'.repeat(9_000), {
    ...{ milderSince: NOW - 4, missedSince: NOW - 3, missedLooks: 1, blind: { since: NOW - 2, missing: 'sysfs' } },
    ...{ timesReopened: 3, state: 'muted', severity: 'critical', freedBytes: -7 },
    mute: { reason: 'known', until: NOW + 1, at: NOW - 1, by: 'u1', severity: 'notice' },
    promise: { bytes: 2 ** 50, series: 'usedBytes', rises: false, value: null },
  });
  await write([full, keptFinding(1, 'y', { storeKey: null })]);
  const { organisationId: _, ...record } = full;
  const [first, second] = await readStandingFindings(worker, [host]);
  expect(second).toEqual(record);
  expect(first).toMatchObject({ findingNo: 1, storeKey: null, mute: null, blind: null, promise: null });
  await write([{ ...full, evidence: { b: 2 }, mute: null, state: 'reopened', blind: null, promise: null }]);
  expect((await readStandingFindings(worker, [host]))[1]).toMatchObject({
    evidence: { b: 2 },
    mute: null,
    promise: null,
  });
});

test('a second row of a subject is refused, however long it is', async () => {
  const subject = 'x'.repeat(9_000);
  await write([keptFinding(1, subject)]);
  await expect(write([keptFinding(2, subject)])).rejects.toThrow(/finding_host_id_rule_subject_hash_key/);
});

test('a look is given what stands, what was resolved lately, and what it has again', async () => {
  await write([
    ...[keptFinding(1, 'stands'), resolved(2, 'lately', NOW - 10), resolved(3, 'long ago', NOW - 99)],
    resolved(4, 'again', NOW - 99),
  ]);
  const look = { hostId: host.hostId, resolvedSince: NOW - 50, found: [{ rule: 'fs-full', subject: 'again' }] };
  const rows = await transaction(worker, (tx) => lockFindings(tx, [look]));
  expect(rows.map(({ subject }) => subject)).toEqual(['stands', 'lately', 'again']);
  expect(await transaction(worker, (tx) => readLastFindingNos(tx, [host]))).toEqual(new Map([[host.hostId, 4]]));
});

test('what was resolved years ago goes, but for the last number; what stands stays', async () => {
  const before = new Date(NOW - 2 * YEAR);
  await write([
    ...[resolved(1, 'a', NOW - 2 * YEAR - 1), resolved(2, 'b', NOW - YEAR), keptFinding(3, 'c')],
    resolved(4, 'd', NOW - 3 * YEAR),
  ]);
  expect(await deleteOldFindings(worker, [host.hostId], before)).toBe(1);
  const rows = await owner`SELECT subject FROM finding WHERE host_id = ${host.hostId} ORDER BY finding_no`;
  expect(rows.map(({ subject }) => subject)).toEqual(['b', 'c', 'd']);
});

test('the status of a host counts what stands and is not muted', async () => {
  await owner`
    INSERT INTO host_status (host_id, organisation_id, last_seen_at, observed_at, boot_id, booted_at,
      clock_skew_milliseconds, beat_seconds, layout_no, readings, probes, probes_read, probes_total)
    VALUES (${host.hostId}, ${host.organisationId}, now(), now(), 'boot', now(), 0, 10, 1, '{}', '[]', 0, 0)`;
  const mute = { reason: 'known', until: null, at: NOW, by: 'u1', severity: 'critical' as const };
  await write([
    ...[keptFinding(1, 'a', { state: 'new' }), keptFinding(2, 'b', { state: 'reopened', severity: 'notice' })],
    ...[keptFinding(3, 'c', { state: 'muted', severity: 'critical', mute }), resolved(4, 'd', NOW)],
  ]);
  await transaction(worker, (tx) => countFindings(tx, [host]));
  const [row] = await owner`
    SELECT findings_critical AS c, findings_warning AS w, findings_notice AS n FROM host_status
    WHERE host_id = ${host.hostId}`;
  expect(row).toEqual({ c: 0, w: 1, n: 1 });
});

test('of two judgements of a host the one that read later stays', async () => {
  const judgement = { ...host, surveyedAt: null, cannotTell: [], faults: [] };
  const at = (milliseconds: number) => new Date(NOW + milliseconds);
  expect(await writeJudgements(worker, [judgement], at(5))).toEqual(new Set([host.hostId]));
  expect(await writeJudgements(worker, [judgement], at(4))).toEqual(new Set());
  expect(await writeJudgements(worker, [judgement], at(5))).toEqual(new Set());
  expect(await writeJudgements(worker, [judgement], at(6))).toEqual(new Set([host.hostId]));
});
