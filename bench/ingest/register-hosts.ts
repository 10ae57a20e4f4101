import { createHash } from 'node:crypto';
import { openDatabase } from '@silt/db';
import { createKeyPair } from '@silt/wire';

export interface LoadHost {
  /** 0 … count − 1. */
  number: number;
  id: number;
  name: string;
  machineId: string;
  publicId: string;
  key: string;
  /** PKCS #8, PEM. */
  privateKey: string;
}

/** Hosts of one organisation, each with a key, as the setup would make them. */
export async function registerHosts(ownerUrl: string, count: number): Promise<LoadHost[]> {
  const sql = openDatabase(ownerUrl, { applicationName: 'silt-bench', max: 1 });
  try {
    const [organisation] = await sql<[{ id: string }]>`
      INSERT INTO organisation (name, slug) VALUES ('Benchmark', 'benchmark') RETURNING id`;
    const hosts: LoadHost[] = [];
    for (let number = 0; number < count; number += 1) {
      const name = `load-${String(number).padStart(4, '0')}`;
      const [host] = await sql<[{ id: number; publicId: string }]>`
        INSERT INTO host (organisation_id, name, simulated) VALUES (${organisation.id}, ${name}, true)
        RETURNING id, public_id AS "publicId"`;
      const { publicKey, privateKey } = createKeyPair();
      const [key] = await sql<[{ id: string }]>`
        INSERT INTO collector_key (host_id, organisation_id, public_key)
        VALUES (${host.id}, ${organisation.id}, ${Buffer.from(publicKey, 'base64url')}) RETURNING id`;
      const machineId = createHash('sha256').update(name).digest('hex');
      hosts.push({ number, ...host, name, machineId, key: key.id, privateKey });
    }
    return hosts;
  } finally {
    await sql.end();
  }
}
