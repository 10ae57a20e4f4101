import { MAX_API_KEY_DAYS, MAX_API_KEY_NAME_CHARACTERS, MAX_GOOD_API_KEYS } from '@silt/domain';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type { Actor, ServiceErrorCode, WebServices } from '../../src/index.ts';
import { addHome, auditsOf, type CollectorStage, openCollectorStage, UNKNOWN_ID } from '../collector-stage.ts';

let stage: CollectorStage;
let services: WebServices;
let sql: CollectorStage['fleet']['owner'];

beforeAll(async () => {
  stage = await openCollectorStage(inject('postgresUrl'));
  services = stage.services;
  sql = stage.fleet.owner;
});
afterAll(() => stage.close());

const bearer = (key: string): Headers => new Headers({ authorization: `Bearer ${key}` });
const make = (actor: Actor, name = 'script', days: number | null = 90) =>
  services.apiKeys.create(actor, { name, days });
const refusal = (code: ServiceErrorCode, message: RegExp) => ({
  name: 'ServiceError',
  code,
  message: expect.stringMatching(message),
});

/** One more user of the organisation. */
async function addMember(home: Actor, name: string, role: Actor['role'] = 'member'): Promise<Actor> {
  const [user] = await sql<[{ id: string }]>`
    INSERT INTO "user" (name, email) VALUES (${name}, ${`${name}-${home.organisationId}@example.org`}) RETURNING id`;
  await sql`
    INSERT INTO membership (organisation_id, user_id, role) VALUES (${home.organisationId}, ${user.id}, ${role})`;
  return { organisationId: home.organisationId, userId: user.id, role };
}

describe('a key that is good', () => {
  test('stands for its user in its organisation, by either header, and says that it is a key', async () => {
    const home = await addHome(stage, 'Good');
    const { key, keyId, expiresAt } = await make(home);
    expect(key).toMatch(/^silt_key_[\w-]{43}$/);
    expect(Date.parse(expiresAt ?? '') - Date.now()).toBeGreaterThan(89.9 * 86_400_000);
    const expected = {
      user: { id: home.userId, name: 'Good', email: 'Good@example.org' },
      organisation: { id: home.organisationId, name: 'Good' },
      ...{ role: 'owner', apiKeyId: keyId },
    };
    expect(await services.sessionOf(bearer(key))).toEqual(expected);
    expect(await services.sessionOf(new Headers({ 'x-api-key': key }))).toEqual(expected);
  });

  test('is kept as a hash alone, and its use is written down', async () => {
    const home = await addHome(stage, 'Hashed');
    const { key } = await make(home);
    expect((await services.apiKeys.list(home)).keys[0]?.lastUsedAt).toBeNull();
    await services.sessionOf(bearer(key));
    const [kept] =
      await sql`SELECT to_jsonb(k)::text AS row FROM api_key k WHERE organisation_id = ${home.organisationId}`;
    expect(kept?.row).not.toContain(key.slice('silt_key_'.length));
    expect(Date.parse((await services.apiKeys.list(home)).keys[0]?.lastUsedAt ?? '')).toBeGreaterThan(0);
  });

  test('reads as what its user is now, in the organisation it was made in', async () => {
    const first = await addHome(stage, 'First');
    const second = await addHome(stage, 'Second');
    await sql`
      INSERT INTO membership (organisation_id, user_id, role)
      VALUES (${second.organisationId}, ${first.userId}, 'admin')`;
    const { key } = await make({ ...first, organisationId: second.organisationId });
    expect((await services.sessionOf(bearer(key)))?.organisation.name).toBe('Second');
    await sql`UPDATE membership SET role = 'member' WHERE organisation_id = ${second.organisationId}`;
    expect((await services.sessionOf(bearer(key)))?.role).toBe('member');
  });

  test('may be made without an end, when that is asked for', async () => {
    const home = await addHome(stage, 'Endless');
    const { key, expiresAt } = await make(home, 'endless', null);
    expect(expiresAt).toBeNull();
    expect(await services.sessionOf(bearer(key))).not.toBeNull();
  });

  test('is refused beyond its requests a minute, and the audit log says so once', async () => {
    const home = await addHome(stage, 'Busy');
    const { key, keyId } = await make(home);
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      for (let request = 0; request < 600; request += 1) await services.sessionOf(bearer(key));
      for (let request = 0; request < 3; request += 1)
        await expect(services.sessionOf(bearer(key))).rejects.toMatchObject(
          refusal('too-many-requests', /Wait a minute/),
        );
      vi.setSystemTime(Date.now() + 60_000);
      expect(await services.sessionOf(bearer(key))).not.toBeNull();
    } finally {
      vi.useRealTimers();
    }
    const refusals = (await auditsOf(stage, home.organisationId)).filter(({ action }) => action === 'api-key.refused');
    expect(refusals).toMatchObject([{ subject: keyId, detail: { why: 'too-many-requests' } }]);
  });
});

describe('a key that is no good', () => {
  test.each(['silt_key_', `silt_key_${'x'.repeat(43)}`, `silt_key_${'x'.repeat(5_000)}`, "silt_key_' OR 1=1"])(
    'because nobody made it is told so: %.40s',
    async (key) => {
      await expect(services.sessionOf(new Headers({ 'x-api-key': key }))).rejects.toMatchObject(
        refusal('not-signed-in', /not known/),
      );
    },
  );

  test('of another kind is told so in x-api-key, and is none as a bearer token', async () => {
    await expect(services.sessionOf(new Headers({ 'x-api-key': 'ghp_x' }))).rejects.toMatchObject(
      refusal('not-signed-in', /not known/),
    );
    expect(await services.sessionOf(bearer('eyJhbGciOi'))).toBeNull();
  });

  test('never falls back to the cookies that come with it', async () => {
    const headers = new Headers({ 'x-api-key': 'silt_key_x', cookie: 'silt.session_token=made.up' });
    await expect(services.sessionOf(headers)).rejects.toMatchObject({ code: 'not-signed-in' });
  });

  test('because it has expired is told so and stays in the list', async () => {
    const home = await addHome(stage, 'Late');
    const { key, keyId } = await make(home);
    await sql`UPDATE api_key SET expires_at = now() - interval '1 second' WHERE id = ${keyId}`;
    for (let request = 0; request < 2; request += 1)
      await expect(services.sessionOf(bearer(key))).rejects.toMatchObject(refusal('not-signed-in', /expired/));
    expect((await services.apiKeys.list(home)).keys).toMatchObject([{ keyId, state: 'expired' }]);
    expect(await auditsOf(stage, home.organisationId)).toMatchObject([
      { action: 'api-key.create', actor: home.userId, subject: keyId, detail: { name: 'script' } },
      { action: 'api-key.refused', actor: home.userId, subject: keyId, detail: { why: 'expired' } },
    ]);
  });

  test('because it was revoked is told so, and each step is in the audit log once', async () => {
    const home = await addHome(stage, 'Revoked');
    const { key, keyId } = await make(home);
    await services.apiKeys.revoke(home, keyId);
    await services.apiKeys.revoke(home, keyId);
    await expect(services.sessionOf(bearer(key))).rejects.toMatchObject(refusal('not-signed-in', /revoked/));
    expect((await services.apiKeys.list(home)).keys).toMatchObject([{ keyId, state: 'revoked' }]);
    const actions = (await auditsOf(stage, home.organisationId)).map(({ action }) => action);
    expect(actions).toEqual(['api-key.create', 'api-key.revoke', 'api-key.refused']);
  });

  test('because its user left the organisation reads no more, also when he comes back', async () => {
    const home = await addHome(stage, 'Left');
    const member = await addMember(home, 'leaver');
    const { key } = await make(member);
    expect(await services.sessionOf(bearer(key))).toMatchObject({ role: 'member' });
    await sql`DELETE FROM membership WHERE user_id = ${member.userId}`;
    await expect(services.sessionOf(bearer(key))).rejects.toMatchObject(refusal('not-signed-in', /its user left/));
    await expect(make(member)).rejects.toMatchObject({ code: 'forbidden' });
    await sql`
      INSERT INTO membership (organisation_id, user_id, role) VALUES (${home.organisationId}, ${member.userId}, 'member')`;
    await expect(services.sessionOf(bearer(key))).rejects.toMatchObject({ code: 'not-signed-in' });
  });
});

describe('who may', () => {
  test('everybody makes, sees and revokes his own; owners and admins see and revoke all', async () => {
    const owner = await addHome(stage, 'Rights');
    const [admin, one, two] = [
      await addMember(owner, 'admin', 'admin'),
      await addMember(owner, 'one'),
      await addMember(owner, 'two'),
    ];
    const made = await make(one, 'mine');
    const names = async (actor: Actor) =>
      (await services.apiKeys.list(actor)).keys.map(({ name, user }) => [name, user]);
    expect(await names(one)).toEqual([['mine', { name: 'one', isSelf: true }]]);
    expect(await names(two)).toEqual([]);
    expect(await names(admin)).toEqual([['mine', { name: 'one', isSelf: false }]]);
    await expect(services.apiKeys.revoke(two, made.keyId)).rejects.toMatchObject({ code: 'not-found' });
    await services.apiKeys.revoke(admin, made.keyId);
    expect((await services.apiKeys.list(one)).keys).toMatchObject([{ state: 'revoked' }]);
    const second = await make(two);
    await services.apiKeys.revoke(two, second.keyId);
  });

  test('nobody sees or revokes a key of another organisation', async () => {
    const home = await addHome(stage, 'Ours');
    const foreign = await addHome(stage, 'Theirs');
    const { key, keyId } = await make(home);
    expect(await services.apiKeys.list(foreign)).toEqual({ keys: [], total: 0 });
    for (const id of [keyId, UNKNOWN_ID, "x'; DROP TABLE api_key; --", ''])
      await expect(services.apiKeys.revoke(foreign, id), id).rejects.toMatchObject({ code: 'not-found' });
    expect(await services.sessionOf(bearer(key))).not.toBeNull();
  });

  test('nobody makes or reads keys by the paths of the sign-in library', async () => {
    for (const path of ['create', 'get', 'update', 'delete', 'list', 'verify']) {
      const url = `https://silt.example/api/auth/api-key/${path}`;
      const headers = { origin: 'https://silt.example', 'content-type': 'application/json' };
      const answers = [
        await services.handleAuth(new Request(url, { method: 'POST', headers, body: '{}' })),
        await services.handleAuth(new Request(url)),
      ];
      expect(
        answers.map(({ status }) => status),
        path,
      ).toEqual([404, 404]);
    }
  });
});

describe('making a key', () => {
  test.each([
    ['no name', '  ', 90],
    ['a name too long', 'x'.repeat(MAX_API_KEY_NAME_CHARACTERS + 1), 90],
    ['no day', 'x', 0],
    ['part of a day', 'x', 1.5],
    ['too many days', 'x', MAX_API_KEY_DAYS + 1],
  ])('with %s is bad input and leaves nothing', async (what, name, days) => {
    const home = await addHome(stage, `Bad ${what}`);
    await expect(make(home, name, days)).rejects.toMatchObject({ code: 'bad-input' });
    expect(await services.apiKeys.list(home)).toEqual({ keys: [], total: 0 });
    expect(await auditsOf(stage, home.organisationId)).toEqual([]);
  });

  test('is refused when there are as many good ones as there may be, and a revoked one makes room', async () => {
    const home = await addHome(stage, 'Many');
    const outcomes = await Promise.allSettled(Array.from({ length: MAX_GOOD_API_KEYS + 3 }, () => make(home)));
    const made = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.keyId] : []));
    expect(made).toHaveLength(MAX_GOOD_API_KEYS);
    await expect(make(home)).rejects.toMatchObject(refusal('conflict', /Revoke one first/));
    await services.apiKeys.revoke(home, made[0] ?? '');
    await make(home);
    const lines = (await auditsOf(stage, home.organisationId)).filter(({ action }) => action === 'api-key.create');
    expect(lines).toHaveLength(MAX_GOOD_API_KEYS + 1);
  });
});
