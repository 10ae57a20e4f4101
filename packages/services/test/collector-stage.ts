import { enrolCollector, openDatabase, type Sql } from '@silt/db';
import type { NewToken } from '@silt/domain';
import { type Actor, openWebServices, type WebServices } from '../src/index.ts';
import { addOrganisation, createTestFleet, type TestFleet, type TestHost } from './fleet-rows.ts';

export const UNKNOWN_ID = '0198a000-0000-7000-8000-00000000dead';
export const ALL = { retired: false, text: '', limit: 100 };
export const ONE: NewToken = { form: 'host', tags: [], uses: 1, hostId: null };

/** A database with the services of the web on it, and with what a gateway does at enrolment. */
export interface CollectorStage {
  fleet: TestFleet;
  services: WebServices;
  ingest: Sql;
  close(): Promise<void>;
}

export async function openCollectorStage(serverUrl: string): Promise<CollectorStage> {
  const fleet = await createTestFleet(serverUrl);
  const services = openWebServices({
    webDatabaseUrl: fleet.urls.silt_web,
    authDatabaseUrl: fleet.urls.silt_auth,
    authSecret: 'a secret of thirty-two characters',
    publicUrl: 'https://silt.example',
    collector: { url: 'wss://silt.example/collect', pin: null, keyPin: null },
  });
  const ingest = openDatabase(fleet.urls.silt_ingest, { applicationName: 'test', max: 2 });
  const close = async (): Promise<void> => {
    await Promise.all([services.close(), ingest.end()]);
    await fleet.drop();
  };
  return { fleet, services, ingest, close };
}

/** An organisation of its own with an owner. */
export async function addHome({ fleet }: CollectorStage, name: string): Promise<Actor> {
  const organisationId = await addOrganisation(fleet.owner, name);
  const [user] = await fleet.owner<[{ id: string }]>`
    INSERT INTO "user" (name, email) VALUES (${name}, ${`${name}@example.org`}) RETURNING id`;
  await fleet.owner`
    INSERT INTO membership (organisation_id, user_id, role) VALUES (${organisationId}, ${user.id}, 'owner')`;
  return { organisationId, userId: user.id, role: 'owner' };
}

export async function addKey({ fleet }: CollectorStage, host: TestHost, { revoked = false } = {}): Promise<string> {
  const [key] = await fleet.owner<[{ id: string }]>`
    INSERT INTO collector_key (host_id, organisation_id, public_key, created_at, revoked_at)
    VALUES (${host.id}, ${host.organisationId}, decode(repeat('07', 32), 'hex'), now() - interval '3 days',
      ${revoked ? new Date() : null})
    RETURNING id`;
  return key.id;
}

/** Of a machine that is new to the organisation, by one letter. */
export const enrolMachine = ({ ingest }: CollectorStage, token: string, machine: string) =>
  enrolCollector(
    ingest,
    {
      ...{ token, publicKey: Buffer.alloc(32, machine), collectorVersion: '0.1.0', address: null },
      facts: {
        ...{ machineId: Buffer.alloc(32, machine).toString('hex'), name: machine, kernelRelease: '6.1.0' },
        ...{ distribution: null, architecture: 'x64', vendor: null },
      },
    },
    null,
  );

export const auditsOf = ({ fleet }: CollectorStage, organisationId: string) =>
  fleet.owner`
    SELECT actor_kind AS "actorKind", actor, action, subject, detail FROM audit_event
    WHERE organisation_id = ${organisationId} ORDER BY id`;
