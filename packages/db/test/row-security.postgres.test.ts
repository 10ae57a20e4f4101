import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openDatabase, type Sql } from '../src/client.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';
import { withOrganisation } from '../src/with-organisation.ts';

const FLEET_TABLES = [
  ...(['host', 'host_status', 'layout', 'resource', 'snapshot', 'collector_key', 'event'] as const),
  ...(['enrolment_token', 'host_expiry', 'audit_event', 'finding', 'judgement'] as const),
];

let database: TestDatabase;
let owner: Sql;
let web: Sql;
let home: string;
let other: string;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  owner = openDatabase(database.urls.silt_owner, { applicationName: 'test', max: 1 });
  web = openDatabase(database.urls.silt_web, { applicationName: 'test', max: 1 });
  home = await addOrganisation('home');
  other = await addOrganisation('other');
  await owner.unsafe(`
    INSERT INTO host (organisation_id, name) VALUES ('${home}', 'one');
    INSERT INTO layout (host_id, layout_no, organisation_id, hash, stores, daemons, resource_nos)
      SELECT id, 1, organisation_id, 'x', '[]', '[]', '{1}' FROM host;
    INSERT INTO resource (host_id, resource_no, organisation_id, store_key, series, unit)
      SELECT id, 1, organisation_id, 's', 'usedBytes', 'bytes' FROM host;
    INSERT INTO snapshot (host_id, observed_at, stream_no, sequence, organisation_id, taken_at, received_at, layout_no,
      readings) SELECT id, now(), 1, 1, organisation_id, now(), now(), 1, '{1}' FROM host;
    INSERT INTO host_status (host_id, organisation_id, last_seen_at, observed_at, boot_id, booted_at,
      clock_skew_milliseconds, beat_seconds, layout_no, readings, probes, probes_read, probes_total)
      SELECT id, organisation_id, now(), now(), 'b', now(), 0, 10, 1, '{1}', '[]', 0, 0 FROM host;
    INSERT INTO collector_key (host_id, organisation_id, public_key)
      SELECT id, organisation_id, decode(repeat('00', 32), 'hex') FROM host;
    INSERT INTO event (host_id, at, organisation_id, kind, detail)
      SELECT id, now(), organisation_id, 'enrolled', '{}' FROM host;
    INSERT INTO enrolment_token (organisation_id, token_hash, created_by, expires_at)
      VALUES ('${home}', 'x', 'setup', now());
    INSERT INTO host_expiry (organisation_id, tag, silent_hours) VALUES ('${home}', 'ci', 24);
    INSERT INTO audit_event (organisation_id, actor_kind, actor, action, subject, detail)
      VALUES ('${home}', 'user', 'u', 'retire', 'h', '{}');
    INSERT INTO survey (host_id, organisation_id, observed_at, received_at, body)
      SELECT id, organisation_id, now(), now(), 'x' FROM host;
    INSERT INTO finding (host_id, finding_no, organisation_id, rule, subject, subject_hash, severity, state, evidence,
      first_seen_at, last_seen_at, stands_since, state_since)
      SELECT id, 1, organisation_id, 'fs-full', 's', 'h', 'warning', 'open', '{}', now(), now(), now(), now() FROM host;
    INSERT INTO judgement (host_id, organisation_id, judged_at, cannot_tell, faults)
      SELECT id, organisation_id, now(), '[]', '[]' FROM host;`);
});
afterAll(async () => {
  await Promise.all([owner.end(), web.end()]);
  await database.drop();
});

async function addOrganisation(name: string): Promise<string> {
  const [row] = await owner<[{ id: string }]>`
    INSERT INTO organisation (name, slug) VALUES (${name}, ${name}) RETURNING id`;
  return row.id;
}

const countAs = (organisationId: string, table: string) =>
  withOrganisation(web, organisationId, async (tx) => (await tx`SELECT 1 FROM ${tx(table)}`).length);

test.for(FLEET_TABLES)('%s shows its rows to the web within their organisation only', async (table) => {
  expect(await countAs(home, table)).toBe(1);
  expect(await countAs(other, table)).toBe(0);
  expect(await web`SELECT 1 FROM ${web(table)}`).toHaveLength(0);
});

test('the organisation ends with its transaction', async () => {
  await countAs(home, 'host');
  const [row] = await web`SELECT nullif(current_setting('silt.organisation', true), '') AS organisation`;
  expect(row?.organisation).toBeNull();
});

test('an organisation that is no id is an error, not all rows', async () => {
  await expect(countAs('home', 'host')).rejects.toThrow(/invalid input syntax for type uuid/);
});

test('the web can neither write fleet data nor read streams, sign-in or a partition by its name', async () => {
  const denied = (statement: string) => expect(web.unsafe(statement)).rejects.toThrow(/permission denied/);
  await denied('DELETE FROM snapshot');
  await denied("UPDATE host SET name = 'x'");
  await denied("UPDATE collector_key SET public_key = 'x'");
  await denied('SELECT * FROM collector_stream');
  await denied('SELECT * FROM session');
  await denied('SELECT * FROM snapshot_default');
  await denied("SELECT ensure_snapshot_partition('2026-11-21')");
  await denied('SELECT * FROM survey');
  await denied('CREATE TABLE t (a int)');
});

test('the web mutes findings of its organisation alone, and changes nothing that was seen', async () => {
  const mute = (organisationId: string) =>
    withOrganisation(web, organisationId, async (tx) => {
      await tx`SELECT 1 FROM finding FOR NO KEY UPDATE`;
      const muted = await tx`UPDATE finding SET state = 'muted', mute_reason = 'x', muted_at = now(), muted_by = 'u'`;
      const counted = await tx`UPDATE host_status SET findings_warning = 0`;
      return [muted.count, counted.count];
    });
  expect(await mute(other)).toEqual([0, 0]);
  expect(await mute(home)).toEqual([1, 1]);
  const denied = (statement: string) => expect(web.unsafe(statement)).rejects.toThrow(/permission denied/);
  for (const column of ['severity', 'evidence', 'first_seen_at', 'resolved_at', 'freed_bytes', 'organisation_id'])
    await denied(`UPDATE finding SET ${column} = ${column}`);
  await denied('DELETE FROM finding');
  await denied('INSERT INTO finding (host_id, finding_no) VALUES (1, 2)');
  await denied("UPDATE judgement SET faults = '[]'");
  await denied('UPDATE host_status SET fullest_used = 0');
});

test('the gateway keeps surveys and sees no finding; the worker reads surveys and writes none', async () => {
  const ingest = openDatabase(database.urls.silt_ingest, { applicationName: 'test', max: 1 });
  const worker = openDatabase(database.urls.silt_worker, { applicationName: 'test', max: 1 });
  expect((await ingest`UPDATE survey SET body = 'y'`).count).toBe(1);
  expect(await worker`SELECT body FROM survey`).toHaveLength(1);
  await expect(ingest`SELECT 1 FROM finding`).rejects.toThrow(/permission denied/);
  await expect(ingest`SELECT 1 FROM judgement`).rejects.toThrow(/permission denied/);
  await expect(worker`UPDATE survey SET body = 'z'`).rejects.toThrow(/permission denied/);
  await Promise.all([ingest.end(), worker.end()]);
});

test('the audit log is append-only, for its owner too', async () => {
  const refused = (statement: string) => expect(owner.unsafe(statement)).rejects.toThrow(/audit_event is append-only/);
  await refused("UPDATE audit_event SET action = 'x'");
  await refused('DELETE FROM audit_event');
  await refused('TRUNCATE audit_event');
});

test('a row cannot name another organisation than its host has', async () => {
  const ingest = openDatabase(database.urls.silt_ingest, { applicationName: 'test', max: 1 });
  const insert = ingest`
    INSERT INTO resource (host_id, resource_no, organisation_id, store_key, series, unit)
    SELECT id, 2, ${other}, 's', 'usedInodes', 'count' FROM host`;
  await expect(insert).rejects.toThrow(/violates foreign key constraint/);
  await ingest.end();
});

test('what an int8 holds beyond 2^53 is an error, never another number', async () => {
  expect((await owner`SELECT 9007199254740991::bigint AS n`)[0]).toEqual({ n: 9007199254740991 });
  await expect(owner`SELECT 9007199254740993::bigint AS n`).rejects.toThrow(RangeError);
});
