import { createSetupToken, hashSetupToken, openDatabase } from '@silt/db';
import { startTestPostgres, type TestPostgres } from '@silt/db/testing';
import type { LiveChange } from '@silt/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWebServices, type WebServices } from '../../src/index.ts';
import { addOrganisation, createTestFleet, type TestFleet } from '../fleet-rows.ts';

const RECOVERY_TIMEOUT_MILLISECONDS = 45_000;

let server: TestPostgres;
let fleet: TestFleet;
let services: WebServices;
let organisationId: string;

beforeAll(async () => {
  server = await startTestPostgres({ durable: true });
  fleet = await createTestFleet(server.url);
  services = openWebServices({
    webDatabaseUrl: fleet.urls.silt_web,
    authDatabaseUrl: fleet.urls.silt_auth,
    authSecret: 'a secret of thirty-two characters',
    publicUrl: 'http://127.0.0.1:4760',
    collector: { url: 'ws://127.0.0.1:4301/collect', pin: null, keyPin: null },
  });
  organisationId = await addOrganisation(fleet.owner, 'Home');
});

afterAll(async () => {
  await services.close();
  await fleet.owner.end({ timeout: 1 });
  await server.stop();
});

async function signedIn(): Promise<Headers> {
  const token = createSetupToken();
  await fleet.owner`
    INSERT INTO setup_token (token_hash, organisation_id, expires_at)
    VALUES (${hashSetupToken(token)}, ${organisationId}, now() + interval '1 day')`;
  const form = { token, name: 'Ada', email: 'ada@example.org', password: 'correct horse battery' };
  const response = await services.createOwner(form, new Headers());
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  return new Headers({ cookie: cookies.join('; ') });
}

test('while the database is away every read is unavailable, not signed out; then all goes on by itself', async () => {
  const headers = await signedIn();
  const heard: LiveChange[] = [];
  const controller = new AbortController();
  const listening = (async () => {
    for await (const change of services.changes(organisationId, controller.signal)) heard.push(change);
  })();
  const admin = openDatabase(fleet.adminUrl, { applicationName: 'test', max: 1 });
  await expect
    .poll(async () => (await admin`SELECT 1 FROM pg_stat_activity WHERE query ILIKE 'listen%'`).length)
    .toBe(1);
  await admin.end();

  await server.crash();
  for (const read of [
    () => services.fleetPage(organisationId, { sort: 'name', descending: false, offset: 0, limit: 50 }),
    () => services.sessionOf(headers),
    () => services.hasOwner(),
    () => services.setupTokenState('token'),
  ]) {
    await expect(read()).rejects.toMatchObject({ name: 'ServiceError', code: 'unavailable' });
  }

  await server.restart();
  await expect
    .poll(() => services.sessionOf(headers).catch(() => null), { timeout: RECOVERY_TIMEOUT_MILLISECONDS })
    .toMatchObject({ organisation: { id: organisationId } });
  await expect.poll(() => heard, { timeout: RECOVERY_TIMEOUT_MILLISECONDS }).toContainEqual({ kind: 'many' });
  controller.abort();
  await listening;
});
