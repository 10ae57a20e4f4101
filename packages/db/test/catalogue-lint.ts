import type { Sql, TransactionSql } from '../src/client.ts';

/**
 * The rules of `docs/architecture.md` on the tables of the public schema, read from the catalogue of a migrated
 * database. Each query gives one sentence a violation.
 */
const TABLES = `
  SELECT c.oid, c.relname AS name, c.relkind AS kind, c.relispartition AS is_partition, c.relowner AS owner,
    c.relrowsecurity AS row_security, c.relforcerowsecurity AS forced,
    obj_description(c.oid, 'pg_class') = 'distribution: host_id' AS by_host,
    c.relname = 'host' OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'host_id') AS fleet,
    EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'auth') AS sign_in,
    EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'web') AS by_organisation,
    c.relname IN ('_prisma_migrations') AS housekeeping
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')`;

const columns = (keys: string, table: string) =>
  `(SELECT coalesce(array_agg(a.attname::text ORDER BY a.attname), '{}') FROM pg_attribute a
    WHERE a.attrelid = ${table} AND a.attnum = ANY (${keys}))`;

const ANY_RIGHT = (role: string) =>
  `(has_table_privilege(${role}, t.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
    OR has_any_column_privilege(${role}, t.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))`;

const RULES = [
  `SELECT format('%s states no distribution', name) FROM tables t
    WHERE NOT is_partition
      AND coalesce(obj_description(oid, 'pg_class'), '') !~ '^distribution: (host_id|reference|local)$'`,

  `SELECT format('%s is distributed by host_id and has no such column', name) FROM tables WHERE by_host AND NOT fleet`,
  `SELECT format('%s is distributed by host_id and has no primary key', name) FROM tables t
    WHERE by_host AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)`,
  `SELECT format('the unique index %s of %s lacks host_id', i.indexrelid::regclass, name)
    FROM tables t JOIN pg_index i ON i.indrelid = t.oid
    WHERE by_host AND i.indisunique AND NOT '{host_id}' <@ ${columns('i.indkey', 't.oid')}`,
  `SELECT format('the foreign key %s of %s is not (host_id, organisation_id) of host', k.conname, name)
    FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f'
    WHERE fleet AND NOT is_partition AND name <> 'host'
      AND (${columns('k.conkey', 't.oid')} <> '{host_id,organisation_id}' OR k.confrelid <> 'host'::regclass
        OR ${columns('k.confkey', 'k.confrelid')} <> '{id,organisation_id}')`,
  `SELECT format('%s has no foreign key to host', name) FROM tables t
    WHERE fleet AND NOT is_partition AND name <> 'host'
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = t.oid AND k.confrelid = 'host'::regclass)`,
  `SELECT format('the key of %s lacks the column that it is partitioned by', name)
    FROM tables t JOIN pg_partitioned_table p ON p.partrelid = t.oid
    WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary
      AND p.partattrs::int2[] <@ i.indkey::int2[])`,
  `SELECT format('%s is distributed and has the trigger %s', name, g.tgname)
    FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid WHERE by_host AND NOT g.tgisinternal`,

  `SELECT format('%s holds fleet data and has no organisation', name) FROM tables t
    WHERE fleet AND NOT EXISTS (SELECT FROM pg_attribute a
      WHERE a.attrelid = t.oid AND a.attname = 'organisation_id' AND a.attnotnull)`,
  `SELECT format('%s has no forced row-level security', name) FROM tables t
    WHERE NOT housekeeping AND NOT (row_security AND forced)`,
  `SELECT format('%s has no policy', name) FROM tables t
    WHERE NOT housekeeping AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = t.oid)`,
  `SELECT format('%s is neither a sign-in table nor one of an organisation', name) FROM tables t
    WHERE NOT housekeeping AND NOT is_partition AND sign_in = by_organisation`,
  `SELECT format('%s has the policy of an organisation and no organisation_id', name) FROM tables t
    WHERE by_organisation AND NOT EXISTS (SELECT FROM pg_attribute a
      WHERE a.attrelid = t.oid AND a.attname = 'organisation_id' AND a.attnotnull)`,
  `SELECT format('the partition %s has the policy %s', name, p.polname)
    FROM tables t JOIN pg_policy p ON p.polrelid = t.oid
    WHERE is_partition AND p.polroles <> ARRAY['silt_owner'::regrole::oid]`,

  `SELECT format('the role %s bypasses row-level security', rolname) FROM pg_roles WHERE rolbypassrls AND NOT rolsuper`,
  `SELECT format('the role %s is a superuser', rolname) FROM pg_roles WHERE rolname LIKE 'silt\\_%' AND rolsuper`,
  `SELECT format('%s is owned by %s', name, owner::regrole) FROM tables WHERE owner <> 'silt_owner'::regrole`,
  `SELECT format('silt_auth has a right on the table %s, which is not for signing in', name) FROM tables t
    WHERE NOT sign_in AND NOT housekeeping AND ${ANY_RIGHT("'silt_auth'")}`,
  `SELECT format('%s has a right on the sign-in table %s', role, name)
    FROM tables t CROSS JOIN unnest(ARRAY['silt_web', 'silt_ingest', 'silt_worker']) AS role
    WHERE NOT by_organisation AND NOT is_partition AND ${ANY_RIGHT('role')}`,
  `SELECT format('%s has a right on the partition %s', role, name)
    FROM tables t CROSS JOIN unnest(ARRAY['silt_web', 'silt_ingest', 'silt_worker', 'silt_auth']) AS role
    WHERE is_partition AND ${ANY_RIGHT('role')}`,
];

/** Violations of the rules, one sentence each; sorted. */
export async function lintCatalogue(sql: Sql | TransactionSql): Promise<string[]> {
  const rules = RULES.map((rule) => `(WITH tables AS (${TABLES}) ${rule})`).join(' UNION ALL ');
  const rows = await sql.unsafe<{ violation: string }[]>(`SELECT * FROM (${rules}) AS v (violation) ORDER BY 1`);
  return rows.map(({ violation }) => violation);
}
