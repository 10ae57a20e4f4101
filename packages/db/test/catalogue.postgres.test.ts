import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openDatabase, type Sql } from '../src/client.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';
import { lintCatalogue } from './catalogue-lint.ts';

let database: TestDatabase;
let admin: Sql;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  admin = openDatabase(database.adminUrl, { applicationName: 'test', max: 1 });
  await admin`SELECT ensure_snapshot_partition('2026-11-21')`;
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

class Undo extends Error {}

/** What the lint says after the statements, which are then undone. */
async function lintAfter(statements: string): Promise<string[]> {
  let violations: string[] = [];
  const work = admin.begin(async (tx) => {
    await tx.unsafe(statements);
    violations = await lintCatalogue(tx);
    throw new Undo();
  });
  await work.catch((error: unknown) => {
    if (!(error instanceof Undo)) throw error;
  });
  return violations;
}

test('the migrated database breaks no rule', async () => {
  expect(await lintCatalogue(admin)).toEqual([]);
});

const GOOD = `
  CREATE TABLE t (host_id bigint, organisation_id uuid NOT NULL, no int, at timestamptz, PRIMARY KEY (host_id, no),
    CONSTRAINT fk FOREIGN KEY (host_id, organisation_id) REFERENCES host (id, organisation_id));
  COMMENT ON TABLE t IS 'distribution: host_id';
  ALTER TABLE t OWNER TO silt_owner;
  SELECT protect_fleet_table('t');`;

test('a table made by the rules breaks none', async () => {
  expect(await lintAfter(GOOD)).toEqual([]);
});

describe('the lint names', () => {
  test.for([
    ['a table without a distribution', `${GOOD} COMMENT ON TABLE t IS NULL`, 't states no distribution'],
    ['an unknown distribution', `${GOOD} COMMENT ON TABLE t IS 'distribution: all'`, 't states no distribution'],
    [
      'a distributed table without host_id',
      "COMMENT ON TABLE invitation IS 'distribution: host_id'",
      'invitation is distributed by host_id and has no such column',
    ],
    [
      'a missing primary key',
      `${GOOD} ALTER TABLE t DROP CONSTRAINT t_pkey`,
      't is distributed by host_id and has no primary key',
    ],
    [
      'a primary key without host_id',
      `${GOOD} ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (no)`,
      'the unique index t_pkey of t lacks host_id',
    ],
    [
      'a unique constraint without host_id',
      `${GOOD} ALTER TABLE t ADD CONSTRAINT once UNIQUE (organisation_id, no)`,
      'the unique index once of t lacks host_id',
    ],
    [
      'a unique index without host_id',
      `${GOOD} CREATE UNIQUE INDEX once ON t (at)`,
      'the unique index once of t lacks host_id',
    ],
    [
      'a foreign key without host_id',
      `${GOOD} ALTER TABLE t ADD CONSTRAINT other FOREIGN KEY (organisation_id) REFERENCES organisation (id)`,
      'the foreign key other of t is not (host_id, organisation_id) of host',
    ],
    [
      'a foreign key without the organisation',
      `${GOOD} ALTER TABLE t DROP CONSTRAINT fk, ADD CONSTRAINT other FOREIGN KEY (host_id) REFERENCES host (id)`,
      'the foreign key other of t is not (host_id, organisation_id) of host',
    ],
    ['a missing foreign key', `${GOOD} ALTER TABLE t DROP CONSTRAINT fk`, 't has no foreign key to host'],
    [
      'a partitioned table whose key cannot hold its partition column',
      `${GOOD.replace('(host_id, no),', '(host_id, no, at),').replace('organisation_id));', 'organisation_id)) PARTITION BY RANGE (at);')}
       ALTER TABLE t DROP CONSTRAINT t_pkey`,
      'the key of t lacks the column that it is partitioned by',
    ],
    [
      'a trigger on a distributed table',
      `${GOOD} CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
      't is distributed and has the trigger g',
    ],
    [
      'fleet data without an organisation',
      `${GOOD} ALTER TABLE t ALTER organisation_id DROP NOT NULL`,
      't holds fleet data and has no organisation',
    ],
    [
      'row-level security switched off',
      `${GOOD} ALTER TABLE t DISABLE ROW LEVEL SECURITY`,
      't has no forced row-level security',
    ],
    [
      'row-level security that spares the owner',
      `${GOOD} ALTER TABLE t NO FORCE ROW LEVEL SECURITY`,
      't has no forced row-level security',
    ],
    [
      'a table without a policy',
      `CREATE TABLE t (a int); ALTER TABLE t OWNER TO silt_owner; COMMENT ON TABLE t IS 'distribution: local';
       ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY`,
      't has no policy',
    ],
    [
      'a policy of another role on a partition',
      'CREATE POLICY web ON snapshot_20261121 TO silt_web USING (true)',
      'the partition snapshot_20261121 has the policy web',
    ],
    [
      'a partition without row-level security',
      'ALTER TABLE snapshot_20261121 NO FORCE ROW LEVEL SECURITY',
      'snapshot_20261121 has no forced row-level security',
    ],
    [
      'a role that bypasses row-level security',
      'ALTER ROLE silt_web BYPASSRLS',
      'the role silt_web bypasses row-level security',
    ],
    ['a role that is a superuser', 'ALTER ROLE silt_worker SUPERUSER', 'the role silt_worker is a superuser'],
    ['a table of another owner', 'ALTER TABLE layout OWNER TO silt_ingest', 'layout is owned by silt_ingest'],
    [
      'a right of sign-in on fleet data',
      'GRANT SELECT (name) ON host TO silt_auth',
      'silt_auth has a right on the table host, which is not for signing in',
    ],
    [
      'a table that is both for signing in and of an organisation',
      "DROP POLICY owner ON host; SELECT protect_sign_in_table('host')",
      'host is neither a sign-in table nor one of an organisation',
    ],
    [
      'the policy of an organisation on a table without one',
      'ALTER TABLE host_expiry DROP CONSTRAINT host_expiry_pkey, ALTER organisation_id DROP NOT NULL',
      'host_expiry has the policy of an organisation and no organisation_id',
    ],
    [
      'a right of the web on sign-in',
      'GRANT SELECT ON session TO silt_web',
      'silt_web has a right on the sign-in table session',
    ],
    [
      'a right on a partition',
      'GRANT SELECT ON snapshot_default TO silt_worker',
      'silt_worker has a right on the partition snapshot_default',
    ],
  ] as const)('%s', async ([, statements, violation]) => {
    expect(await lintAfter(statements)).toContain(violation);
  });
});
