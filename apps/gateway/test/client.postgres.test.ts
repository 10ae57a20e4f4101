import { once } from 'node:events';
import { createEnrolmentToken, hashEnrolmentToken } from '@silt/db';
import { createKeyPair } from '@silt/wire';
import { CollectorClient, enrol } from '@silt/wire/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { addHosts, addOrganisation, storedSequences, type TestHost } from './test-collector.ts';
import { startTestServer, type TestServer } from './test-gateway.ts';

const FACTS = { machineId: 'ab'.repeat(32), name: 'host', kernelRelease: '6', distribution: null, architecture: 'x64' };
const COLLECTOR_VERSION = '0.1.0';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(inject('postgresUrl'));
});
afterAll(() => server.end());

const clock = () => ({ now: new Date().toISOString(), bootId: 'boot', uptimeMilliseconds: 60_000 });

function clientOf(credentials: { hostId: string; key: string; privateKey: string }): CollectorClient {
  const url = `ws://127.0.0.1:${server.gateway.port}/collect`;
  return new CollectorClient({
    ...{ url, clock, credentials: () => credentials, collectorVersion: COLLECTOR_VERSION, facts: FACTS },
  });
}

async function deliverOne(client: CollectorClient): Promise<unknown> {
  const acknowledged = once(client, 'ack');
  client.start();
  const layout = { stores: [], daemons: [], entries: [] };
  client.push({
    ...{ takenAt: clock().now, bootId: 'boot', uptimeMilliseconds: 60_000, layout, readings: [], probes: [] },
  });
  const outcome = await acknowledged;
  await client.stop();
  return outcome;
}

test('this version of the client delivers through the gateway', async () => {
  const [host] = (await addHosts(server.owner, 1)) as [TestHost];
  const { publicId: hostId, key, keyPair } = host;
  const client = clientOf({ hostId, key, privateKey: keyPair.privateKey });
  expect(await deliverOne(client)).toEqual([{ sequence: 1, refused: [] }]);
  expect(await storedSequences(server.owner, host)).toEqual([1]);
});

test('a machine enrols by a token with this version of the client, and delivers with the key that it got', async () => {
  const token = createEnrolmentToken();
  await server.owner`
    INSERT INTO enrolment_token (token_hash, organisation_id, created_by, expires_at)
    VALUES (${hashEnrolmentToken(token)}, ${await addOrganisation(server.owner)}, 'test', now() + interval '1 hour')`;
  const keyPair = createKeyPair();
  const url = `ws://127.0.0.1:${server.gateway.port}/collect`;
  const { hostId, key } = await enrol({
    ...{ url, pin: null, token, keyPair, collectorVersion: COLLECTOR_VERSION, facts: FACTS },
  });
  const client = clientOf({ hostId, key, privateKey: keyPair.privateKey });
  expect(await deliverOne(client)).toEqual([{ sequence: 1, refused: [] }]);
});
