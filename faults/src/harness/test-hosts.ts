import { randomUUID } from 'node:crypto';
import type { Sql } from '@silt/db';
import { createKeyPair } from '@silt/wire';

/** An enrolled collector, as its identity file would say. */
export interface TestHost {
  /** Inside the database. */
  id: number;
  /** Public id. */
  hostId: string;
  /** Id of its key. */
  key: string;
  /** PKCS #8, PEM. */
  privateKey: string;
  organisationId: string;
  name: string;
}

/** An organisation of their own, and that many hosts in it, each with a key. */
export async function addHosts(owner: Sql, count: number): Promise<TestHost[]> {
  const slug = randomUUID();
  const [organisation] = await owner<[{ id: string }]>`
    INSERT INTO organisation (name, slug) VALUES ('Faults', ${slug}) RETURNING id`;
  const pairs = Array.from({ length: count }, createKeyPair);
  const names = pairs.map((_, place) => `${slug.slice(0, 8)}-${place}`);
  const hosts = await owner<{ id: number; hostId: string; name: string }[]>`
    INSERT INTO host (organisation_id, name)
    SELECT ${organisation.id}, name FROM unnest(${names}::text[]) AS name
    RETURNING id, public_id AS "hostId", name`;
  const byName = new Map(hosts.map((host) => [host.name, host]));
  const made = pairs.map(({ publicKey, privateKey }, place) => {
    const host = byName.get(names[place] as string) as (typeof hosts)[number];
    return { ...host, key: randomUUID(), organisationId: organisation.id, privateKey, publicKey };
  });
  await owner`
    INSERT INTO collector_key (id, host_id, organisation_id, public_key)
    SELECT k.id, k.host_id, ${organisation.id}, decode(k.public_key, 'hex')
    FROM unnest(${made.map(({ key }) => key)}::uuid[], ${made.map(({ id }) => `${id}`)}::bigint[],
      ${made.map(({ publicKey }) => Buffer.from(publicKey, 'base64url').toString('hex'))}::text[])
      AS k (id, host_id, public_key)`;
  return made.map(({ publicKey: _, ...host }) => host);
}
