import type { Sql } from '@silt/db';
import { createEnrolmentToken, hashEnrolmentToken } from '@silt/db';
import { createKeyPair, type EnrolMessage } from '@silt/wire';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { addHosts, addOrganisation, storedSequences, TestCollector, type TestHost } from './test-collector.ts';
import { auditOf, eventsOf, PATIENT, startTestServer, type TestServer } from './test-gateway.ts';

let server: TestServer;
let owner: Sql;
let machines = 0;

beforeAll(async () => {
  server = await startTestServer(inject('postgresUrl'));
  owner = server.owner;
});
afterAll(() => server.end());

interface TokenChange {
  hostId?: number;
  tags?: string[];
  uses?: number;
  minutes?: number;
  withdrawn?: boolean;
}

async function addToken(organisationId: string, change: TokenChange = {}): Promise<string> {
  const { hostId = null, tags = [], uses = 1, minutes = 60, withdrawn = false } = change;
  const token = createEnrolmentToken();
  await owner`
    INSERT INTO enrolment_token (token_hash, organisation_id, host_id, tags, uses_allowed, created_by, expires_at,
      withdrawn_at)
    VALUES (${hashEnrolmentToken(token)}, ${organisationId}, ${hostId}, ${tags}, ${uses}, 'test',
      now() + make_interval(mins => ${minutes}), ${withdrawn ? new Date() : null})`;
  return token;
}

/** A machine that nobody has seen yet. */
function newMachine(): EnrolMessage['host'] {
  machines += 1;
  const machineId = machines.toString(16).padStart(64, '0');
  return { machineId, name: `m${machines}`, kernelRelease: '6', distribution: null, architecture: 'x64' };
}

/** Id and key of the host, or the code of the refusal. */
async function enrol(
  token: string,
  host = newMachine(),
  change: Partial<EnrolMessage> = {},
  keyPair = createKeyPair(),
) {
  const collector = await TestCollector.enrol(server.gateway.port, token, { host, ...change }, keyPair);
  const { code } = await collector.closed;
  const last = collector.received.at(-1);
  if (last?.type === 'enrolled') {
    expect(code).toBe(1000);
    return { code: null, publicId: last.host, key: last.key, keyPair };
  }
  return { code: last?.type === 'refused' ? last.code : null, publicId: '', key: '', keyPair };
}

const usesOf = async (token: string): Promise<number> =>
  (await owner<[{ uses: number }]>`SELECT uses FROM enrolment_token WHERE token_hash = ${hashEnrolmentToken(token)}`)[0]
    .uses;

const hostOf = async (publicId: string) =>
  (
    await owner<
      { id: number; name: string; tags: string[]; organisationId: string; machineId: string; retiredAt: Date | null }[]
    >`
    SELECT id, name, tags, organisation_id AS "organisationId", machine_id AS "machineId", retired_at AS "retiredAt"
    FROM host WHERE public_id = ${publicId}`
  )[0];

describe('a collector with a good token', () => {
  test('gets a host of the organisation with its name and tags, and a key that says hello', async () => {
    const organisationId = await addOrganisation(owner);
    const machine = newMachine();
    const enrolled = await enrol(await addToken(organisationId, { tags: ['ci'] }), machine);
    const host = await hostOf(enrolled.publicId);
    expect(host).toMatchObject({ organisationId, name: machine.name, machineId: machine.machineId, tags: ['ci'] });
    const collector = await TestCollector.open(server.gateway.port, enrolled, { host: machine });
    collector.sendSnapshot(1);
    expect(await collector.acknowledged(1)).toEqual([]);
    await collector.close();
    expect(await eventsOf(owner, host?.id ?? 0)).toEqual([
      { kind: 'enrolled', detail: { keyId: enrolled.key, collectorVersion: expect.any(String), again: false } },
    ]);
    expect(await auditOf(owner, organisationId)).toEqual([{ action: 'host.enrol', subject: enrolled.publicId }]);
  });

  test('of a machine that is known goes on with its host: retired no more, its earlier keys revoked', async () => {
    const organisationId = await addOrganisation(owner);
    const machine = newMachine();
    const first = await enrol(await addToken(organisationId, { tags: ['a'] }), machine);
    const collector = await TestCollector.open(server.gateway.port, first, { host: machine });
    collector.sendSnapshot(1);
    await collector.acknowledged(1);
    await collector.close();
    await owner`UPDATE host SET retired_at = now() WHERE public_id = ${first.publicId}`;
    const again = await enrol(await addToken(organisationId, { tags: ['a', 'b'] }), machine);
    expect(again.publicId).toBe(first.publicId);
    const host = await hostOf(first.publicId);
    expect(host).toMatchObject({ retiredAt: null, tags: ['a', 'b'] });
    expect(await storedSequences(owner, { hostId: host?.id ?? 0 } as TestHost)).toEqual([1]);
    const old = await TestCollector.greet(server.gateway.port, first);
    expect((await old.next('refused')).code).toBe('key-revoked');
    expect((await eventsOf(owner, host?.id ?? 0)).at(1)).toMatchObject({ kind: 'enrolled', detail: { again: true } });
  });

  test('that heard no answer asks again with its key, and gets the same', async () => {
    const organisationId = await addOrganisation(owner);
    const [machine, token] = [newMachine(), await addToken(organisationId)];
    const first = await enrol(token, machine);
    expect(await enrol(token, machine, {}, first.keyPair)).toEqual(first);
    expect(await usesOf(token)).toBe(1);
    expect((await enrol(token, machine)).code).toBe('bad-token');
    await owner`UPDATE collector_key SET revoked_at = now() WHERE id = ${first.key}`;
    expect((await enrol(token, machine, {}, first.keyPair)).code).toBe('bad-token');
  });

  test('that is bound to a host becomes that host, whatever its machine is', async () => {
    const [bound] = (await addHosts(owner, 1)) as [TestHost];
    await owner`UPDATE host SET retired_at = now() WHERE id = ${bound.hostId}`;
    const enrolled = await enrol(await addToken(bound.organisationId, { hostId: bound.hostId }));
    expect(enrolled.publicId).toBe(bound.publicId);
    expect((await hostOf(bound.publicId))?.retiredAt).toBeNull();
  });

  test('never becomes the host of another organisation, nor a simulated one, of the same machine id', async () => {
    const machine = newMachine();
    const theirs = await enrol(await addToken(await addOrganisation(owner)), machine);
    const ours = await addOrganisation(owner);
    await owner`
      INSERT INTO host (organisation_id, name, machine_id, simulated) VALUES (${ours}, 's', ${machine.machineId}, true)`;
    const enrolled = await enrol(await addToken(ours), machine);
    expect(enrolled.publicId).not.toBe(theirs.publicId);
    expect((await hostOf(enrolled.publicId))?.organisationId).toBe(ours);
    expect(await owner`SELECT 1 FROM host WHERE machine_id = ${machine.machineId}`).toHaveLength(3);
  });

  test('whose host has a live connection is refused, the token is not counted, and the host page tells', async () => {
    const [host] = (await addHosts(owner, 1)) as [TestHost];
    const live = await TestCollector.open(server.gateway.port, host);
    const token = await addToken(host.organisationId, { hostId: host.hostId });
    expect((await enrol(token)).code).toBe('host-already-connected');
    expect(await usesOf(token)).toBe(0);
    await expect
      .poll(() => eventsOf(owner, host.hostId), PATIENT)
      .toMatchObject([{ kind: 'clone-refused', detail: { count: 1 } }]);
    await live.close();
    await expect.poll(async () => (await enrol(token)).code).toBeNull();
  });
});

describe('a token', () => {
  test.for([
    ['expired', { minutes: -1 }],
    ['withdrawn', { withdrawn: true }],
    ['of no use', { uses: 0 }],
  ] as const)('that is %s lets nobody in', async ([, change]) => {
    const organisationId = await addOrganisation(owner);
    const token = await addToken(organisationId, change);
    expect((await enrol(token)).code).toBe('bad-token');
    expect(await owner`SELECT 1 FROM host WHERE organisation_id = ${organisationId}`).toHaveLength(0);
  });

  test('that is unknown, or no token at all, lets nobody in and is not in the answer', async () => {
    for (const token of [createEnrolmentToken(), 'x', `silt-enrol-${'A'.repeat(43)}`]) {
      const collector = await TestCollector.enrol(server.gateway.port, token);
      const refused = await collector.next('refused');
      expect(refused).toMatchObject({ code: 'bad-token', retryable: false });
      if (token.length > 1) expect(JSON.stringify(refused)).not.toContain(token);
      expect((await collector.closed).code).toBe(1008);
    }
  });

  test('used by many at once lets in as many as it allows, and no more', async () => {
    const token = await addToken(await addOrganisation(owner), { uses: 3 });
    const codes = await Promise.all(Array.from({ length: 10 }, async () => (await enrol(token)).code));
    expect(codes.filter((code) => code === null)).toHaveLength(3);
    expect(codes.filter((code) => code === 'bad-token')).toHaveLength(7);
    expect(await usesOf(token)).toBe(3);
  });

  test('used by one machine twice at once makes one host of it', async () => {
    const organisationId = await addOrganisation(owner);
    const machine = newMachine();
    const tokens = [await addToken(organisationId), await addToken(organisationId)];
    const enrolled = await Promise.all(tokens.map((token) => enrol(token, machine)));
    expect(new Set(enrolled.map(({ publicId }) => publicId)).size).toBe(1);
    const keys = await owner`
      SELECT 1 FROM collector_key WHERE organisation_id = ${organisationId} AND revoked_at IS NULL`;
    expect(keys).toHaveLength(1);
  });
});

describe('an enrolment is refused', () => {
  test('without the signature of the key itself, and the token is not counted', async () => {
    const token = await addToken(await addOrganisation(owner));
    expect((await enrol(token, newMachine(), { publicKey: createKeyPair().publicKey })).code).toBe('bad-key');
    expect((await enrol(token, newMachine(), { signature: 'A'.repeat(86) })).code).toBe('bad-key');
    expect(await usesOf(token)).toBe(0);
  });

  test('when it was meant for another server', async () => {
    const token = await addToken(await addOrganisation(owner));
    expect((await enrol(token, newMachine(), { server: 'wss://silt.example' })).code).toBe('wrong-server');
    expect(await usesOf(token)).toBe(0);
  });
});
