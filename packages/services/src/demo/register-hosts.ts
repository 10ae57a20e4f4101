import type { Sql, TransactionSql } from '@silt/db';
import type { DemoHost, RegisteredHost } from './demo-host.ts';

export interface RegisterRequest {
  organisationId: string;
  hosts: readonly DemoHost[];
  /** The Ed25519 public key of each host by machine id, 32 bytes; one that is good already keeps its id. */
  publicKeys: ReadonlyMap<string, Buffer>;
}

/**
 * Gives each simulated host its row and a key; those that were retired are left out. All or nothing, one caller at a
 * time.
 *
 * @returns in the order of their ids.
 */
export async function registerHosts(sql: Sql, request: RegisterRequest): Promise<RegisteredHost[]> {
  const { organisationId, hosts, publicKeys } = request;
  return sql.begin(async (tx) => {
    await tx`SELECT pg_advisory_xact_lock(hashtext('silt.demo'))`;
    const known = await findHosts(tx, organisationId);
    const registered: RegisteredHost[] = [];
    for (const host of hosts) {
      const { machineId } = host.facts;
      const found = known.get(machineId);
      if (found?.retired) continue;
      const publicKey = publicKeys.get(machineId);
      if (publicKey === undefined) throw new Error(`${host.facts.name} has no key`);
      const row = found ?? (await insertHost(tx, organisationId, host));
      const key = await keepOrReplaceKey(tx, { hostId: row.hostId, organisationId }, publicKey);
      registered.push({ hostId: row.hostId, hostPublicId: row.hostPublicId, organisationId, key, host });
    }
    return registered.sort((one, other) => one.hostId - other.hostId);
  });
}

interface HostRow {
  hostId: number;
  hostPublicId: string;
}

async function findHosts(
  tx: TransactionSql,
  organisationId: string,
): Promise<Map<string, HostRow & { retired: boolean }>> {
  const rows = await tx<(HostRow & { machineId: string; retired: boolean })[]>`
    SELECT id AS "hostId", public_id AS "hostPublicId", machine_id AS "machineId", retired_at IS NOT NULL AS retired FROM host
    WHERE organisation_id = ${organisationId} AND simulated AND machine_id IS NOT NULL
    ORDER BY retired_at NULLS LAST, id DESC`;
  return new Map(rows.map(({ machineId, ...row }) => [machineId, row]));
}

async function insertHost(
  tx: TransactionSql,
  organisationId: string,
  { facts, tags, enrolledAt }: DemoHost,
): Promise<HostRow> {
  const [host] = await tx<[HostRow]>`
    INSERT INTO host (organisation_id, name, tags, machine_id, facts, simulated, first_seen_at)
    VALUES (${organisationId}, ${facts.name}, ${[...tags]}::text[], ${facts.machineId}, ${tx.json({ ...facts })}, true,
      ${new Date(enrolledAt)})
    RETURNING id AS "hostId", public_id AS "hostPublicId"`;
  return host;
}

async function keepOrReplaceKey(
  tx: TransactionSql,
  { hostId, organisationId }: { hostId: number; organisationId: string },
  publicKey: Buffer,
): Promise<string> {
  const [good] = await tx<{ id: string }[]>`
    SELECT id FROM collector_key WHERE host_id = ${hostId} AND public_key = ${publicKey} AND revoked_at IS NULL`;
  if (good) return good.id;
  await tx`UPDATE collector_key SET revoked_at = now() WHERE host_id = ${hostId} AND revoked_at IS NULL`;
  const [made] = await tx<[{ id: string }]>`
    INSERT INTO collector_key (host_id, organisation_id, public_key)
    VALUES (${hostId}, ${organisationId}, ${publicKey}) RETURNING id`;
  return made.id;
}

/** When the simulated fleet of an organisation begins; null = it has none. */
export async function readFleetStart(sql: Sql, organisationId: string): Promise<Date | null> {
  const [row] = await sql<[{ start: Date | null }]>`
    SELECT min(first_seen_at) AS start FROM host WHERE organisation_id = ${organisationId} AND simulated`;
  return row.start;
}
