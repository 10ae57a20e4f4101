import postgres from 'postgres';

const INT8 = 20;
const CONNECT_TIMEOUT_SECONDS = 10;

/** int8 is a JavaScript number here; `timestamptz` and `date` are Date (a date is its midnight in UTC). */
export type Sql = postgres.Sql<{ bigint: number }>;
export type TransactionSql = postgres.TransactionSql<{ bigint: number }>;

export interface DatabaseOptions {
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** Connections at most; the sum over all processes stays ≤ 60. */
  max: number;
}

/**
 * A pool of connections, opened at the first query. Reading an int8 beyond 2^53 is an error, never another number; so
 * is an int8[] with a NULL, which the driver does not tell from text: it is read as JSON (`to_jsonb`).
 */
export function openDatabase(url: string, { applicationName, max }: DatabaseOptions): Sql {
  return postgres<{ bigint: postgres.PostgresType<number> }>(url, {
    max,
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    onnotice: () => {},
    connection: { application_name: applicationName },
    types: { bigint: { to: INT8, from: [INT8], serialize: String, parse: toSafeInteger } },
  });
}

function toSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond what a number holds exactly`);
  return value;
}
