import { createHash } from 'node:crypto';
import { openDatabase } from '@silt/db';
import { createCollectorToken } from '@silt/services';

export interface LoadHost {
  /** 0 … count − 1. */
  number: number;
  id: number;
  name: string;
  machineId: string;
  token: string;
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
      const [host] = await sql<[{ id: number }]>`
        INSERT INTO host (organisation_id, name, simulated) VALUES (${organisation.id}, ${name}, true) RETURNING id`;
      const { id, token, secretHash } = createCollectorToken();
      await sql`
        INSERT INTO collector_key (id, host_id, organisation_id, secret_hash)
        VALUES (${id}, ${host.id}, ${organisation.id}, ${secretHash})`;
      hosts.push({ number, id: host.id, name, machineId: createHash('sha256').update(name).digest('hex'), token });
    }
    return hosts;
  } finally {
    await sql.end();
  }
}
