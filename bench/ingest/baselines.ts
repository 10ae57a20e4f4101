import { once } from 'node:events';
import { openDatabase, type Sql } from '@silt/db';
import { loadReadings } from './load-snapshot.ts';

const INSERT_ROWS = 500;
/** What is made before the clock starts; a server that takes all of it in less time is measured over less time. */
const MAX_INSERTS = 1_000;
const COPY_CHUNK_SNAPSHOTS = 1_000;
const MAX_COPY_CHUNKS = 150;
const ORGANISATION_ID = '0b8a2a52-3a86-4f0c-9f6e-6f6b7a0e5c11';
const FIRST_BEAT_AT = Date.UTC(2026, 0, 1);
const BEAT_MILLISECONDS = 10;

const createSnapshotTable = (name: string): string => `
  CREATE TABLE ${name} (host_id bigint, observed_at timestamptz(3), stream_no int, sequence bigint,
    organisation_id uuid NOT NULL, taken_at timestamptz(3) NOT NULL, received_at timestamptz(3) NOT NULL,
    layout_no int NOT NULL, flags smallint NOT NULL, readings bigint[] NOT NULL,
    PRIMARY KEY (host_id, observed_at, stream_no, sequence))`;
const CREATE_READING_TABLE = `
  CREATE TABLE bench_reading (host_id bigint, resource_no int, taken_at timestamptz(3), value bigint,
    PRIMARY KEY (host_id, resource_no, taken_at))`;

export interface Baselines {
  insertedRowsPerSecond: number;
  copiedRowsPerSecond: number;
  copiedSnapshotsPerSecond: number;
}

/**
 * The same readings straight into the same server over one connection. What is sent is made before the clock starts,
 * so that only Postgres, its driver and the socket are measured.
 *
 * @param adminUrl superuser, of the database that the gateway filled.
 */
export async function measureBaselines(adminUrl: string, hosts: number, seconds: number): Promise<Baselines> {
  const sql = openDatabase(adminUrl, { applicationName: 'silt-bench', max: 1 });
  try {
    return {
      insertedRowsPerSecond: await measureInsert(sql, hosts, seconds),
      copiedRowsPerSecond: await measureCopyReadings(sql, hosts, seconds),
      copiedSnapshotsPerSecond: await measureCopySnapshots(sql, hosts, seconds),
    };
  } finally {
    await sql.end();
  }
}

/** One prepared statement of many VALUES, each run its own transaction; faster here than with literals in the text. */
async function measureInsert(sql: Sql, hosts: number, seconds: number): Promise<number> {
  await sql.unsafe(createSnapshotTable('bench_snapshot'));
  const inserts = Array.from({ length: MAX_INSERTS }, (_, turn) =>
    beats(hosts, turn * INSERT_ROWS, INSERT_ROWS).flatMap(snapshotColumns),
  );
  const columns = (inserts[0]?.length ?? 0) / INSERT_ROWS;
  const places = Array.from({ length: INSERT_ROWS }, (_, row) => {
    const numbers = Array.from({ length: columns }, (_, column) => `$${row * columns + column + 1}`);
    return `(${numbers.join(',')})`;
  });
  const statement = `INSERT INTO bench_snapshot VALUES ${places.join(',')}`;
  await sql.unsafe('CHECKPOINT');
  return rowsPerSecond(seconds, async (isOver) => {
    let done = 0;
    for (const parameters of inserts) {
      if (isOver()) break;
      await sql.unsafe(statement, parameters, { prepare: true });
      done += INSERT_ROWS;
    }
    return done;
  });
}

/** Narrow rows, one a reading. */
async function measureCopyReadings(sql: Sql, hosts: number, seconds: number): Promise<number> {
  await sql.unsafe(CREATE_READING_TABLE);
  return measureCopy(sql, 'bench_reading', { hosts, seconds, linesOf: readingLines });
}

/** The rows that the gateway stores, in a table with the same key. */
async function measureCopySnapshots(sql: Sql, hosts: number, seconds: number): Promise<number> {
  await sql.unsafe(createSnapshotTable('bench_copied_snapshot'));
  const linesOf = (beat: Beat): string[] => [`${snapshotColumns(beat).join('\t')}\n`];
  return measureCopy(sql, 'bench_copied_snapshot', { hosts, seconds, linesOf });
}

/** One COPY and one COMMIT for all, the fastest way in that there is: many smaller ones are slower. */
async function measureCopy(
  sql: Sql,
  table: string,
  { hosts, seconds, linesOf }: { hosts: number; seconds: number; linesOf: (beat: Beat) => string[] },
): Promise<number> {
  const chunks = Array.from({ length: MAX_COPY_CHUNKS }, (_, turn) => {
    const lines = beats(hosts, turn * COPY_CHUNK_SNAPSHOTS, COPY_CHUNK_SNAPSHOTS).flatMap(linesOf);
    return { bytes: Buffer.from(lines.join('')), rows: lines.length };
  });
  await sql.unsafe('CHECKPOINT');
  return rowsPerSecond(seconds, async (isOver) => {
    const target = await sql.unsafe(`COPY ${table} FROM STDIN`).writable();
    let done = 0;
    for (const { bytes, rows } of chunks) {
      if (isOver()) break;
      if (!target.write(bytes)) await once(target, 'drain');
      done += rows;
    }
    target.end();
    await once(target, 'finish');
    return done;
  });
}

interface Beat {
  host: number;
  sequence: number;
  takenAt: string;
  readings: number[];
}

/** In the order in which a gateway gets them: beat after beat, all hosts of each. */
function beats(hosts: number, first: number, count: number): Beat[] {
  return Array.from({ length: count }, (_, offset) => {
    const sequence = Math.floor((first + offset) / hosts) + 1;
    const host = (first + offset) % hosts;
    const takenAt = new Date(FIRST_BEAT_AT + sequence * BEAT_MILLISECONDS).toISOString();
    return { host, sequence, takenAt, readings: loadReadings(host, sequence) };
  });
}

function snapshotColumns({ host, sequence, takenAt, readings }: Beat): string[] {
  const array = `{${readings.join(',')}}`;
  return [`${host}`, takenAt, '1', `${sequence}`, ORGANISATION_ID, takenAt, takenAt, '1', '0', array];
}

function readingLines({ host, takenAt, readings }: Beat): string[] {
  return readings.map((value, place) => `${host}\t${place + 1}\t${takenAt}\t${value}\n`);
}

async function rowsPerSecond(seconds: number, write: (isOver: () => boolean) => Promise<number>): Promise<number> {
  const startedAt = performance.now();
  const rows = await write(() => performance.now() - startedAt >= seconds * 1_000);
  return rows / ((performance.now() - startedAt) / 1_000);
}
