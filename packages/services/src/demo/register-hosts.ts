import type { Sql, TransactionSql } from '@silt/db';
import { createCollectorToken, parseCollectorToken } from '../setup/collector-token.ts';
import type { DemoHost, RegisteredHost } from './demo-host.ts';

export interface RegisterRequest {
  organisationId: string;
  hosts: readonly DemoHost[];
  /** Tokens of an earlier run by machine id; a good one is kept, any other is replaced. */
  tokens: ReadonlyMap<string, string>;
}

/**
 * Gives each simulated host its row and a key; those that were retired are left out. All or nothing, one caller at a
 * time.
 *
 * @returns in the order of their ids.
 */
export async function registerHosts(sql: Sql, request: RegisterRequest): Promise<RegisteredHost[]> {
  const { organisationId, hosts, tokens } = request;
  return sql.begin(async (tx) => {
    await tx`SELECT pg_advisory_xact_lock(hashtext('silt.demo'))`;
    const known = await findHosts(tx, organisationId);
    const registered: RegisteredHost[] = [];
    for (const host of hosts) {
      const { machineId } = host.facts;
      const found = known.get(machineId);
      if (found?.retired) continue;
      const hostId = found?.hostId ?? (await insertHost(tx, organisationId, host));
      const token = await keepOrReplaceKey(tx, { hostId, organisationId }, tokens.get(machineId) ?? null);
      registered.push({ hostId, organisationId, token, host });
    }
    return registered.sort((one, other) => one.hostId - other.hostId);
  });
}

async function findHosts(
  tx: TransactionSql,
  organisationId: string,
): Promise<Map<string, { hostId: number; retired: boolean }>> {
  const rows = await tx<{ hostId: number; machineId: string; retired: boolean }[]>`
    SELECT id AS "hostId", machine_id AS "machineId", retired_at IS NOT NULL AS retired FROM host
    WHERE organisation_id = ${organisationId} AND simulated AND machine_id IS NOT NULL
    ORDER BY retired_at NULLS LAST, id DESC`;
  return new Map(rows.map(({ machineId, ...row }) => [machineId, row]));
}

async function insertHost(
  tx: TransactionSql,
  organisationId: string,
  { facts, tags, enrolledAt }: DemoHost,
): Promise<number> {
  const [host] = await tx<[{ id: number }]>`
    INSERT INTO host (organisation_id, name, tags, machine_id, facts, simulated, first_seen_at)
    VALUES (${organisationId}, ${facts.name}, ${[...tags]}::text[], ${facts.machineId}, ${tx.json({ ...facts })}, true,
      ${new Date(enrolledAt)})
    RETURNING id`;
  return host.id;
}

async function keepOrReplaceKey(
  tx: TransactionSql,
  { hostId, organisationId }: { hostId: number; organisationId: string },
  token: string | null,
): Promise<string> {
  const parsed = token === null ? null : parseCollectorToken(token);
  if (token !== null && parsed !== null) {
    const [good] = await tx`
      SELECT 1 FROM collector_key
      WHERE id = ${parsed.id} AND host_id = ${hostId} AND secret_hash = ${parsed.secretHash} AND revoked_at IS NULL`;
    if (good) return token;
  }
  const made = createCollectorToken();
  await tx`UPDATE collector_key SET revoked_at = now() WHERE host_id = ${hostId} AND revoked_at IS NULL`;
  await tx`
    INSERT INTO collector_key (id, host_id, organisation_id, secret_hash)
    VALUES (${made.id}, ${hostId}, ${organisationId}, ${made.secretHash})`;
  return made.token;
}

/** When the simulated fleet of an organisation begins; null = it has none. */
export async function readFleetStart(sql: Sql, organisationId: string): Promise<Date | null> {
  const [row] = await sql<[{ start: Date | null }]>`
    SELECT min(first_seen_at) AS start FROM host WHERE organisation_id = ${organisationId} AND simulated`;
  return row.start;
}
