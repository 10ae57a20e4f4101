import { hashEnrolmentToken, openDatabase } from '@silt/db';
import {
  type LiveChange,
  MAX_EXPIRIES,
  MAX_LISTED_COLLECTORS,
  MAX_LISTED_EVENTS,
  MAX_OPEN_TOKENS,
  MAX_SILENT_HOURS,
  MAX_TAG_CHARACTERS,
  MAX_TAGS,
  MAX_TOKEN_USES,
  type NewToken,
} from '@silt/domain';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Actor, WebServices } from '../../src/index.ts';
import {
  ALL,
  addHome,
  addKey,
  auditsOf,
  type CollectorStage,
  enrolMachine,
  ONE,
  openCollectorStage,
  UNKNOWN_ID,
} from '../collector-stage.ts';
import { addHost, setStatus, type TestFleet } from '../fleet-rows.ts';

let stage: CollectorStage;
let fleet: TestFleet;
let services: WebServices;
let ours: string;
let ada: Actor;

beforeAll(async () => {
  stage = await openCollectorStage(inject('postgresUrl'));
  ({ fleet, services } = stage);
  ada = await addHome(stage, 'Ours');
  ours = ada.organisationId;
});

afterAll(() => stage.close());

const tokenIn = (command: string): string => /silt-enrol-[\w-]{43}/.exec(command)?.[0] ?? '';

describe('a token', () => {
  test('is in the line that is copied and nowhere else: only its hash is kept', async () => {
    const home = await addHome(stage, 'Kept');
    const made = await services.collectors.createToken(home, { ...ONE, tags: ['ci', 'btrfs'] });
    const token = tokenIn(made.command);
    expect(made.command.split('\n')).toHaveLength(1);
    expect(Date.parse(made.expiresAt) - Date.now()).toBeLessThanOrEqual(3_600_000);
    const [row] = await fleet.owner`SELECT * FROM enrolment_token WHERE id = ${made.tokenId}`;
    expect(row?.token_hash.equals(hashEnrolmentToken(token))).toBe(true);
    const everything = JSON.stringify([row, await auditsOf(stage, home.organisationId)]);
    expect(everything).not.toContain(token.slice('silt-enrol-'.length));
    expect(await auditsOf(stage, home.organisationId)).toEqual([
      {
        ...{ actorKind: 'user', actor: home.userId, action: 'enrolment-token.create', subject: made.tokenId },
        detail: { host: null, tags: ['ci', 'btrfs'], uses: 1, form: 'host' },
      },
    ]);
  });

  test('is listed while it is open, with its maker, and is gone once it is used, expired or withdrawn', async () => {
    const home = await addHome(stage, 'Listed');
    const make = (uses: number) => services.collectors.createToken(home, { ...ONE, uses });
    const [twice, expired, withdrawn, used] = [await make(2), await make(1), await make(1), await make(1)];
    await fleet.owner`UPDATE enrolment_token SET expires_at = now() WHERE id = ${expired.tokenId}`;
    await services.collectors.withdrawToken(home, withdrawn.tokenId);
    await enrolMachine(stage, tokenIn(used.command), 'a');
    await enrolMachine(stage, tokenIn(twice.command), 'b');
    const tokens = await services.collectors.listOpenTokens(home.organisationId);
    expect(tokens).toMatchObject([
      { tokenId: twice.tokenId, madeBy: 'Listed', uses: 1, usesAllowed: 2, tags: [], host: null },
    ]);
    const states = [];
    for (const { tokenId } of [twice, expired, withdrawn, used])
      states.push((await services.collectors.awaitHosts(home.organisationId, tokenId)).state);
    expect(states).toEqual(['open', 'expired', 'withdrawn', 'used']);
    expect(await enrolMachine(stage, tokenIn(withdrawn.command), 'c')).toBe('bad-token');
  });

  test('that a program made has no maker’s name', async () => {
    const home = await addHome(stage, 'Program');
    await services.collectors.createToken({ ...home, userId: 'setup' }, ONE);
    await services.collectors.createToken({ ...home, userId: ada.userId }, ONE);
    const tokens = await services.collectors.listOpenTokens(home.organisationId);
    expect(tokens.map(({ madeBy }) => madeBy)).toEqual([null, null]);
  });

  test('shows the hosts that enrolled with it and no other, before and after their first beat', async () => {
    const home = await addHome(stage, 'Awaited');
    const made = await services.collectors.createToken(home, { ...ONE, form: 'kubernetes', uses: 3, tags: ['k8s'] });
    const other = await services.collectors.createToken(home, ONE);
    const read = () => services.collectors.awaitHosts(home.organisationId, made.tokenId);
    expect(await read()).toEqual({ state: 'open', uses: 0, usesAllowed: 3, hosts: [] });
    const node = await enrolMachine(stage, tokenIn(made.command), 'n');
    await enrolMachine(stage, tokenIn(other.command), 'o');
    if (typeof node === 'string') throw new Error(node);
    const seen = { hostId: node.hostPublicId, name: 'n' };
    expect(await read()).toEqual({ state: 'open', uses: 1, usesAllowed: 3, hosts: [{ ...seen, connection: 'never' }] });
    const host = { id: node.hostId, publicId: node.hostPublicId, organisationId: home.organisationId };
    await fleet.owner`
      INSERT INTO layout (host_id, organisation_id, layout_no, hash, stores, daemons, resource_nos)
      VALUES (${host.id}, ${home.organisationId}, 1, 'x', '[]', '[]', '{}')`;
    await setStatus(fleet.owner, host, { at: new Date(), readings: [], fullest: null });
    expect((await read()).hosts).toEqual([{ ...seen, connection: 'connected' }]);
    const { hosts } = await services.collectors.listHosts(home.organisationId, ALL);
    expect(hosts.find(({ name }) => name === 'n')).toMatchObject({ tags: ['k8s'], key: { count: 1 } });
  });

  test(`is refused when ${MAX_OPEN_TOKENS} are open, however many ask at once`, async () => {
    const home = await addHome(stage, 'Many');
    await fleet.owner`
      INSERT INTO enrolment_token (organisation_id, token_hash, created_by, expires_at)
      SELECT ${home.organisationId}, decode(md5('many' || n), 'hex'), 'x', now() + interval '1 hour'
      FROM generate_series(1, ${MAX_OPEN_TOKENS - 1}) AS n`;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 4 }, () => services.collectors.createToken(home, ONE)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
    const [open] = await services.collectors.listOpenTokens(home.organisationId);
    await services.collectors.withdrawToken(home, open?.tokenId ?? '');
    await services.collectors.createToken(home, ONE);
  });

  test.each<[string, Partial<NewToken>]>([
    ['no use', { uses: 0 }],
    ['too many uses', { uses: MAX_TOKEN_USES + 1 }],
    ['half a use', { uses: 1.5 }],
    ['too many tags', { tags: Array.from({ length: MAX_TAGS + 1 }, (_, n) => `t${n}`) }],
    ['a tag twice', { tags: ['ci', 'ci'] }],
    ['an empty tag', { tags: [''] }],
    ['a tag of 41 letters', { tags: ['x'.repeat(MAX_TAG_CHARACTERS + 1)] }],
    ['a tag with a shell in it', { tags: ['$(reboot)'] }],
    ['a tag with a NUL', { tags: ['a\0b'] }],
    ['several uses for one host', { hostId: UNKNOWN_ID, uses: 2 }],
  ])('with %s is bad input', async (_, change) => {
    await expect(services.collectors.createToken(ada, { ...ONE, ...change })).rejects.toMatchObject({
      code: 'bad-input',
    });
  });

  test('for a host names it; for a simulated one there is none', async () => {
    const host = await addHost(fleet.owner, ours, 'again');
    const made = await services.collectors.createToken(ada, { ...ONE, hostId: host.publicId });
    const open = await services.collectors.listOpenTokens(ours);
    expect(open.find(({ tokenId }) => tokenId === made.tokenId)?.host).toEqual({
      hostId: host.publicId,
      name: 'again',
    });
    const simulated = await addHost(fleet.owner, ours, 'simulated');
    await fleet.owner`UPDATE host SET simulated = true WHERE id = ${simulated.id}`;
    await expect(services.collectors.createToken(ada, { ...ONE, hostId: simulated.publicId })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('the list of collectors', () => {
  test('says of each host whether a key is good, which are two, and when the last was revoked', async () => {
    const home = await addHome(stage, 'Keys');
    const host = (name: string) => addHost(fleet.owner, home.organisationId, name);
    const [good, revoked, two] = [await host('b-good'), await host('a-revoked'), await host('c-two')];
    await host('d-none');
    await addKey(stage, good, { revoked: true });
    await addKey(stage, good);
    await addKey(stage, revoked, { revoked: true });
    await addKey(stage, two);
    await addKey(stage, two);
    const { hosts, total } = await services.collectors.listHosts(home.organisationId, ALL);
    expect(total).toBe(4);
    expect(hosts.map(({ name, key, keyRevokedAt }) => [name, key?.count ?? null, keyRevokedAt !== null])).toEqual([
      ['a-revoked', null, true],
      ['b-good', 1, false],
      ['c-two', 2, false],
      ['d-none', null, false],
    ]);
    expect(Date.parse(hosts[1]?.key?.createdAt ?? '')).toBeLessThan(Date.now() - 2 * 86_400_000);
  });

  test('is filtered by name and tag in any case, counts what it leaves out, and takes no pattern', async () => {
    const home = await addHome(stage, 'Filter');
    for (const name of ['CI-1', 'ci-2', 'db%1']) await addHost(fleet.owner, home.organisationId, name);
    await fleet.owner`UPDATE host SET tags = '{Nightly}' WHERE name = 'db%1'`;
    const names = async (text: string, limit = 100) => {
      const { hosts, total } = await services.collectors.listHosts(home.organisationId, { ...ALL, text, limit });
      return [...hosts.map(({ name }) => name), total];
    };
    expect(await names('ci')).toEqual(['CI-1', 'ci-2', 2]);
    expect(await names('nightLY')).toEqual(['db%1', 1]);
    expect(await names('%')).toEqual(['db%1', 1]);
    expect(await names('', 1)).toEqual(['CI-1', 3]);
    expect(await names('nobody')).toEqual([0]);
    for (const limit of [0, MAX_LISTED_COLLECTORS + 1, Number.NaN])
      await expect(names('', limit)).rejects.toMatchObject({ code: 'bad-input' });
  });
});

describe('a change of a host', () => {
  test('revoking ends every good key, with an event and an audit entry each, and pages are told', async () => {
    const home = await addHome(stage, 'Revoke');
    const host = await addHost(fleet.owner, home.organisationId, 'r');
    const keys = [await addKey(stage, host), await addKey(stage, host)].sort();
    await addKey(stage, host, { revoked: true });
    const controller = new AbortController();
    const heard: LiveChange[] = [];
    const listening = (async () => {
      for await (const change of services.changes(home.organisationId, controller.signal)) heard.push(change);
    })();
    const admin = openDatabase(fleet.adminUrl, { applicationName: 'test', max: 1 });
    const listeners = () =>
      admin`SELECT 1 FROM pg_stat_activity WHERE query ILIKE 'listen%' AND datname = current_database()`;
    await expect.poll(async () => (await listeners()).length).toBe(1);
    await admin.end();
    await services.collectors.revokeKeys(home, host.publicId);
    await expect.poll(() => heard).toContainEqual({ kind: 'hosts', hostIds: [host.publicId] });
    controller.abort();
    await listening;
    const { events } = await services.listHostEvents(home.organisationId, { hostId: host.publicId, limit: 20 });
    expect(events.map(({ kind }) => kind)).toEqual(['key-revoked', 'key-revoked']);
    expect(events.map(({ detail }) => (detail as { keyId: string }).keyId).sort()).toEqual(keys);
    expect(
      (await auditsOf(stage, home.organisationId)).map(({ action, actor, detail }) => ({ action, actor, detail })),
    ).toEqual(keys.map(() => ({ action: 'key.revoke', actor: home.userId, detail: { host: host.publicId } })));
    const { hosts } = await services.collectors.listHosts(home.organisationId, ALL);
    expect(hosts[0]).toMatchObject({ key: null, keyRevokedAt: expect.any(String) });
  });

  test('what is done already is not done, told or written down again', async () => {
    const home = await addHome(stage, 'Twice');
    const host = await addHost(fleet.owner, home.organisationId, 't');
    await addKey(stage, host);
    const { tokenId } = await services.collectors.createToken(home, ONE);
    for (let time = 0; time < 2; time += 1) {
      await services.collectors.revokeKeys(home, host.publicId);
      await services.collectors.retireHost(home, host.publicId);
      await services.collectors.withdrawToken(home, tokenId);
    }
    const { events } = await services.listHostEvents(home.organisationId, { hostId: host.publicId, limit: 20 });
    expect(events.map(({ kind }) => kind)).toEqual(['retired', 'key-revoked']);
    expect((await auditsOf(stage, home.organisationId)).map(({ action }) => action)).toEqual([
      ...['enrolment-token.create', 'key.revoke', 'host.retire', 'enrolment-token.withdraw'],
    ]);
  });

  test('a retired host leaves the fleet, keeps page and history, and its open tokens no longer bring it back', async () => {
    const home = await addHome(stage, 'Retire');
    const host = await addHost(fleet.owner, home.organisationId, 'old');
    const made = await services.collectors.createToken(home, { ...ONE, hostId: host.publicId });
    await services.collectors.retireHost(home, host.publicId);
    const page = { sort: 'name', descending: false, offset: 0, limit: 50 } as const;
    expect((await services.fleetPage(home.organisationId, page)).hosts).toEqual([]);
    expect((await services.collectors.listHosts(home.organisationId, ALL)).hosts).toEqual([]);
    const { hosts } = await services.collectors.listHosts(home.organisationId, { ...ALL, retired: true });
    expect(hosts).toMatchObject([{ name: 'old', connection: 'retired', retiredAt: expect.any(String) }]);
    expect((await services.getHost(home.organisationId, host.publicId)).row.connection).toBe('retired');
    expect(await enrolMachine(stage, tokenIn(made.command), 'old')).toBe('bad-token');
    const { tokenId } = await services.collectors.createToken(home, { ...ONE, hostId: host.publicId });
    expect((await services.collectors.awaitHosts(home.organisationId, tokenId)).state).toBe('open');
  });
});

describe('rules of expiry', () => {
  test('are added, changed and removed, each in the audit log', async () => {
    const home = await addHome(stage, 'Expiry');
    const { setExpiry, removeExpiry, listExpiries } = services.collectors;
    await setExpiry(home, { tag: 'nightly', silentHours: 24 });
    await setExpiry(home, { tag: 'ci', silentHours: 24 });
    await setExpiry(home, { tag: 'ci', silentHours: 48 });
    expect(await listExpiries(home.organisationId)).toEqual([
      { tag: 'ci', silentHours: 48 },
      { tag: 'nightly', silentHours: 24 },
    ]);
    await removeExpiry(home, 'nightly');
    await expect(removeExpiry(home, 'nightly')).rejects.toMatchObject({ code: 'not-found' });
    expect((await auditsOf(stage, home.organisationId)).map(({ action, subject }) => [action, subject])).toEqual([
      ['host-expiry.set', 'nightly'],
      ['host-expiry.set', 'ci'],
      ['host-expiry.set', 'ci'],
      ['host-expiry.remove', 'nightly'],
    ]);
  });

  test(`are ${MAX_EXPIRIES} at most; one that is there can still be changed`, async () => {
    const home = await addHome(stage, 'Full');
    await fleet.owner`
      INSERT INTO host_expiry (organisation_id, tag, silent_hours)
      SELECT ${home.organisationId}, 't' || n, 1 FROM generate_series(1, ${MAX_EXPIRIES}) AS n`;
    await expect(services.collectors.setExpiry(home, { tag: 'x', silentHours: 1 })).rejects.toMatchObject({
      code: 'conflict',
    });
    await services.collectors.setExpiry(home, { tag: 't1', silentHours: 2 });
  });

  test.each([
    { tag: '', silentHours: 24 },
    { tag: ' ci', silentHours: 24 },
    { tag: 'ci', silentHours: 0 },
    { tag: 'ci', silentHours: 0.5 },
    { tag: 'ci', silentHours: MAX_SILENT_HOURS + 1 },
    { tag: 'ci', silentHours: Number.NaN },
  ])('that make no sense are bad input: %j', async (expiry) => {
    await expect(services.collectors.setExpiry(ada, expiry)).rejects.toMatchObject({ code: 'bad-input' });
  });
});

describe('events', () => {
  test('are listed newest first, as many as asked for, and say whether there are more', async () => {
    const host = await addHost(fleet.owner, ours, 'eventful');
    await fleet.owner`
      INSERT INTO event (host_id, at, organisation_id, kind, detail)
      SELECT ${host.id}, now() - n * interval '1 minute', ${ours}, 'key-rotated', jsonb_build_object('keyId', n::text)
      FROM generate_series(1, 25) AS n`;
    const { events, more } = await services.listHostEvents(ours, { hostId: host.publicId, limit: 20 });
    expect(events.map(({ detail }) => (detail as { keyId: string }).keyId)).toEqual(
      Array.from({ length: 20 }, (_, n) => String(n + 1)),
    );
    expect(more).toBe(true);
    expect(await services.listHostEvents(ours, { hostId: host.publicId, limit: 25 })).toMatchObject({ more: false });
    const at = new Date(events.at(-1)?.at ?? 0);
    const then = await services.listHostEvents(ours, { hostId: host.publicId, limit: 25, at });
    expect(then.events.map((event) => Date.parse(event.at)).every((time) => time <= at.getTime())).toBe(true);
    expect(then.events[0]).toEqual(events.at(-1));
    for (const limit of [0, MAX_LISTED_EVENTS + 1, 1.5])
      await expect(services.listHostEvents(ours, { hostId: host.publicId, limit })).rejects.toMatchObject({
        code: 'bad-input',
      });
  });
});
