import { createSetupToken, hashSetupToken } from '@silt/db';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openWebServices, type WebServices } from '../../src/index.ts';
import { addOrganisation, createTestFleet, type TestFleet } from '../fleet-rows.ts';

const PUBLIC_URL = 'http://127.0.0.1:4760';
const PASSWORD = 'correct horse battery';

let fleet: TestFleet;
let services: WebServices;
let home: string;
let addresses = 0;

const open = (publicUrl: string): WebServices =>
  openWebServices({
    webDatabaseUrl: fleet.urls.silt_web,
    authDatabaseUrl: fleet.urls.silt_auth,
    authSecret: 'a secret of thirty-two characters',
    publicUrl,
    collector: { url: 'ws://127.0.0.1:4301/collect', pin: null, keyPin: null },
  });

beforeAll(async () => {
  fleet = await createTestFleet(inject('postgresUrl'));
  services = open(PUBLIC_URL);
  home = await addOrganisation(fleet.owner, 'Home');
});

afterAll(async () => {
  await services.close();
  await fleet.drop();
});

async function addToken(expiresIn = '1 day'): Promise<string> {
  const token = createSetupToken();
  await fleet.owner`
    INSERT INTO setup_token (token_hash, organisation_id, expires_at)
    VALUES (${hashSetupToken(token)}, ${home}, now() + ${expiresIn}::interval)`;
  return token;
}

const form = (token: string, email: string) => ({ token, name: 'Ada', email, password: PASSWORD });

/** The cookies of an answer, as the browser sends them back. */
const cookiesOf = (response: Response): Headers =>
  new Headers({
    cookie: response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
  });

function signIn(email: string, password: string, headers: Record<string, string> = {}): Promise<Response> {
  addresses += 1;
  return services.handleAuth(
    new Request(`${PUBLIC_URL}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', origin: PUBLIC_URL },
        ...{ 'x-forwarded-for': `192.0.2.${addresses % 250}`, ...headers },
      },
      body: JSON.stringify({ email, password }),
    }),
  );
}

const users = async (): Promise<number> => (await fleet.owner`SELECT 1 FROM "user"`).length;

describe('owner', () => {
  test('the one-time token makes the owner, who is signed in by the answer', async () => {
    expect(await services.hasOwner()).toBe(false);
    const token = await addToken();
    expect(await services.setupTokenState(token)).toBe('valid');
    const response = await services.createOwner(form(token, 'Ada@Example.org'), new Headers());
    expect(response.status).toBe(200);
    expect(await services.hasOwner()).toBe(true);
    expect(await services.sessionOf(cookiesOf(response))).toEqual({
      user: { id: expect.any(String), name: 'Ada', email: 'ada@example.org' },
      organisation: { id: home, name: 'Home' },
      role: 'owner',
    });
    const [member] = await fleet.owner`SELECT role FROM membership`;
    expect(member?.role).toBe('owner');
  });

  test('a token works once', async () => {
    const token = await addToken();
    await services.createOwner(form(token, 'first@example.org'), new Headers());
    expect(await services.setupTokenState(token)).toBe('used');
    const before = await users();
    await expect(services.createOwner(form(token, 'second@example.org'), new Headers())).rejects.toMatchObject({
      code: 'setup-token-invalid',
    });
    expect(await users()).toBe(before);
  });

  test('of two at once with one token, one wins and the other leaves nothing', async () => {
    const token = await addToken();
    const before = await users();
    const outcomes = await Promise.allSettled(
      ['left@example.org', 'right@example.org'].map((email) => services.createOwner(form(token, email), new Headers())),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await users()).toBe(before + 1);
  });

  test('an expired or unknown token makes nothing', async () => {
    const expired = await addToken('-1 second');
    expect(await services.setupTokenState(expired)).toBe('expired');
    expect(await services.setupTokenState('made up')).toBe('unknown');
    for (const token of [expired, 'made up', '']) {
      await expect(services.createOwner(form(token, 'x@example.org'), new Headers())).rejects.toMatchObject({
        code: 'setup-token-invalid',
      });
    }
  });

  test.each([
    ['a short password', { password: 'eleven char' }],
    ['a password of 129 letters', { password: 'x'.repeat(129) }],
    ['what is no e-mail address', { email: 'ada' }],
    ['an empty name', { name: '  ' }],
  ])('%s is bad input, and the token stays good', async (_, change) => {
    const token = await addToken();
    await expect(
      services.createOwner({ ...form(token, 'late@example.org'), ...change }, new Headers()),
    ).rejects.toMatchObject({ code: 'bad-input' });
    expect(await services.setupTokenState(token)).toBe('valid');
  });

  test('an e-mail address that has an account is bad input, and the token stays good', async () => {
    const token = await addToken();
    await expect(services.createOwner(form(token, 'ada@example.org'), new Headers())).rejects.toMatchObject({
      code: 'bad-input',
    });
    expect(await services.setupTokenState(token)).toBe('valid');
  });
});

describe('sign-in', () => {
  test('by e-mail and password, then out again', async () => {
    const response = await signIn('ada@example.org', PASSWORD);
    expect(response.status).toBe(200);
    const headers = cookiesOf(response);
    expect(await services.sessionOf(headers)).not.toBeNull();
    headers.set('origin', PUBLIC_URL);
    const out = await services.handleAuth(new Request(`${PUBLIC_URL}/api/auth/sign-out`, { method: 'POST', headers }));
    expect(out.status).toBe(200);
    expect(await services.sessionOf(headers)).toBeNull();
  });

  test('a wrong password and an unknown account get the same answer', async () => {
    const wrong = await signIn('ada@example.org', 'not the password');
    const unknown = await signIn('nobody@example.org', 'not the password');
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await wrong.text()).toBe(await unknown.text());
  });

  test('from another origin is refused', async () => {
    for (const origin of ['https://evil.example', 'http://127.0.0.1:4761', 'null', '']) {
      expect((await signIn('ada@example.org', PASSWORD, { origin })).status, origin).toBe(403);
    }
  });

  test('nobody signs up by himself, and nobody makes an organisation', async () => {
    const before = await users();
    const headers = cookiesOf(await signIn('ada@example.org', PASSWORD));
    headers.set('origin', PUBLIC_URL);
    headers.set('content-type', 'application/json');
    const post = (path: string, body: unknown) =>
      services.handleAuth(
        new Request(`${PUBLIC_URL}/api/auth${path}`, { method: 'POST', headers, body: JSON.stringify(body) }),
      );
    const up = await post('/sign-up/email', { name: 'Eve', email: 'eve@example.org', password: PASSWORD });
    expect(up.ok).toBe(false);
    expect(await users()).toBe(before);
    expect((await post('/organization/create', { name: 'Mine', slug: 'mine' })).status).toBe(403);
  });

  test('guessing stops after twenty tries of one account, also from changing addresses', async () => {
    const answers: number[] = [];
    for (let attempt = 0; attempt < 22; attempt += 1) answers.push((await signIn('victim@example.org', 'x')).status);
    expect(answers.slice(0, 20)).toEqual(new Array(20).fill(401));
    expect(answers.slice(20)).toEqual([429, 429]);
  });

  test('guessing stops after ten tries from one address', async () => {
    const answers: number[] = [];
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const response = await signIn(`guess${attempt}@example.org`, 'x', { 'x-forwarded-for': '198.51.100.7' });
      answers.push(response.status);
    }
    expect(answers.filter((status) => status === 429)).toHaveLength(2);
  });

  test('a made-up or signed-elsewhere cookie is no session', async () => {
    for (const cookie of ['silt.session_token=made.up', 'silt.session_token=', 'x'.repeat(5_000)]) {
      expect(await services.sessionOf(new Headers({ cookie }))).toBeNull();
    }
  });

  test('a session lasts seven days', async () => {
    await signIn('ada@example.org', PASSWORD);
    const [session] = await fleet.owner`
      SELECT extract(epoch FROM expires_at - created_at) / 86400 AS days FROM session ORDER BY created_at DESC LIMIT 1`;
    expect(Number(session?.days)).toBeCloseTo(7, 3);
  });

  test('over https cookies are Secure and bound to the host, over http they are not', async () => {
    const plain = (await signIn('ada@example.org', PASSWORD)).headers.getSetCookie();
    expect(plain.join()).not.toContain('Secure');
    const secured = open('https://silt.example.org');
    try {
      const response = await secured.createOwner(form(await addToken(), 'tls@example.org'), new Headers());
      for (const cookie of response.headers.getSetCookie()) {
        expect(cookie).toMatch(/^__Host-silt\./);
        expect(cookie).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax/);
        expect(cookie).not.toMatch(/Domain=/);
      }
      expect(await secured.sessionOf(cookiesOf(response))).not.toBeNull();
    } finally {
      await secured.close();
    }
  });

  test('the role of a session is the strongest that the membership names; one not known may only look', async () => {
    const response = await services.createOwner(form(await addToken(), 'role@example.org'), new Headers());
    const headers = cookiesOf(response);
    const kept = ['owner', 'admin', 'member', 'member,admin', 'admin, owner', 'viewer', ''];
    const seen: unknown[] = [];
    for (const role of kept) {
      await fleet.owner`
        UPDATE membership SET role = ${role}
        WHERE user_id = (SELECT id FROM "user" WHERE email = 'role@example.org')`;
      seen.push((await services.sessionOf(headers))?.role);
    }
    expect(seen).toEqual(['owner', 'admin', 'member', 'admin', 'owner', 'member', 'member']);
  });

  test('a user without an organisation has no session here', async () => {
    const response = await services.createOwner(form(await addToken(), 'gone@example.org'), new Headers());
    await fleet.owner`DELETE FROM membership WHERE user_id = (SELECT id FROM "user" WHERE email = 'gone@example.org')`;
    expect(await services.sessionOf(cookiesOf(response))).toBeNull();
  });
});
