import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openDatabase, type Sql, type TransactionSql } from '../src/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';
import { transaction } from '../src/transaction.ts';

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  sql = openDatabase(database.adminUrl, { applicationName: 'test', max: 1 });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

const organisations = async () => (await sql`SELECT slug FROM organisation ORDER BY slug`).map(({ slug }) => slug);

test('what was done is there afterwards, and the result is given back', async () => {
  const result = await transaction(sql, async (tx) => {
    await tx`INSERT INTO organisation (name, slug) VALUES ('Kept', 'kept')`;
    return ['as', 'it', 'is'];
  });
  expect(result).toEqual(['as', 'it', 'is']);
  expect(await organisations()).toEqual(['kept']);
});

test.for([
  ['by the work', async (_tx: TransactionSql) => Promise.reject(new RangeError('too much')), 'too much'],
  ['by the database', async (tx: TransactionSql) => tx`SELECT 1 / 0`, 'division by zero'],
] as const)('an error that is thrown %s undoes all and is told', async ([, fail, message]) => {
  const failed = transaction(sql, async (tx) => {
    await tx`INSERT INTO organisation (name, slug) VALUES ('Undone', 'undone')`;
    await fail(tx);
  });
  await expect(failed).rejects.toThrow(message);
  expect(await organisations()).toEqual(['kept']);
});

test('a connection that is cut undoes all, is told as one that ended, and the pool opens another', async () => {
  const cut = transaction(sql, async (tx) => {
    await tx`INSERT INTO organisation (name, slug) VALUES ('Undone', 'undone')`;
    await tx`SELECT pg_terminate_backend(pg_backend_pid())`;
  });
  await expect(cut).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  // The driver tells the same error to the query that opens the next connection, without sending that.
  await expect(sql`SELECT 1`).rejects.toMatchObject({ code: '57P01' });
  expect(await transaction(sql, async () => 'works')).toBe('works');
  expect(await organisations()).toEqual(['kept']);
});
