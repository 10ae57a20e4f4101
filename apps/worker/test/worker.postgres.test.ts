import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openDatabase, type Sql } from '@silt/db';
import { createEmptyTestDatabase, createTestDatabase, type TestDatabase } from '@silt/db/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const SHUTDOWN_LIMIT_MILLISECONDS = 10_000;

interface Run {
  child: ChildProcess;
  ready: Promise<unknown>;
  exit: Promise<number | null>;
  stderr(): string;
}

function run(environment: Record<string, string>): Run {
  const child = fork(MAIN, {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const ready = Promise.race([
    once(child, 'message').then(([message]) => message),
    exit.then((code) => Promise.reject(new Error(`ended with ${code}: ${stderr}`))),
  ]);
  ready.catch(() => {});
  return { child, ready, exit, stderr: () => stderr };
}

describe('worker', () => {
  let database: TestDatabase;
  let owner: Sql;

  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'));
    owner = openDatabase(database.urls.silt_owner, { applicationName: 'test', max: 1 });
  });

  afterAll(async () => {
    await owner.end();
    await database.drop();
  });

  test('says when it is ready, has made partitions, derives, forecasts and judges a new host soon, retires a silent one, rolls up what is old, and ends on SIGTERM', {
    timeout: 180_000,
  }, async () => {
    const [organisation] = await owner`INSERT INTO organisation (name, slug) VALUES ('Home', 'home') RETURNING id`;
    await owner`
      INSERT INTO host (organisation_id, name, tags, first_seen_at)
      VALUES (${organisation?.id}, 'runner', '{ci}', now() - interval '2 hours')`;
    await owner`INSERT INTO host_expiry (organisation_id, tag, silent_hours) VALUES (${organisation?.id}, 'ci', 1)`;
    await owner`
      WITH host AS (INSERT INTO host (organisation_id, name) VALUES (${organisation?.id}, 'a') RETURNING id, organisation_id)
      INSERT INTO host_status (host_id, organisation_id, last_seen_at, observed_at, boot_id, booted_at,
        clock_skew_milliseconds, beat_seconds, layout_no, readings, probes, probes_read, probes_total)
      SELECT id, organisation_id, now(), now(), 'boot', now(), 0, 10, 1, '{}', '[]', 0, 0 FROM host`;
    await owner`
      INSERT INTO layout (host_id, layout_no, organisation_id, hash, stores, daemons, resource_nos)
      SELECT id, 1, organisation_id, 'x', '[]', '[]', '{1}' FROM host WHERE name = 'a'`;
    await owner`
      INSERT INTO snapshot (host_id, observed_at, stream_no, sequence, organisation_id, taken_at, received_at, layout_no,
        readings)
      SELECT id, at, 1, 1, organisation_id, at, at, 1, '{5}' FROM host, LATERAL (SELECT now() - interval '5 days' AS at) t WHERE name = 'a'`;
    await owner`
      INSERT INTO resource (host_id, resource_no, organisation_id, store_key, series, unit)
      SELECT id, 1, organisation_id, 'mount:/', 'usedBytes', 'bytes' FROM host WHERE name = 'a'`;
    const worker = run({ SILT_WORKER_DATABASE_URL: database.urls.silt_worker });
    expect(await worker.ready).toEqual({ type: 'ready' });
    const [partitions] = await owner<[{ count: number }]>`
      SELECT count(*) FROM pg_inherits WHERE inhparent = 'snapshot'::regclass`;
    // Yesterday, today, seven days ahead, and the default one.
    expect(partitions.count).toBe(10);
    await expect
      .poll(async () => (await owner`SELECT 1 FROM host_status WHERE derived_at IS NOT NULL`).length, {
        timeout: 20_000,
      })
      .toBe(1);
    await expect
      .poll(async () => (await owner`SELECT 1 FROM host_status WHERE forecast_at IS NOT NULL`).length, {
        timeout: 20_000,
      })
      .toBe(1);
    await expect
      .poll(async () => (await owner`SELECT 1 FROM judgement WHERE faults = '[]'`).length, { timeout: 20_000 })
      .toBe(1);
    await expect
      .poll(async () => (await owner`SELECT 1 FROM host WHERE retired_at IS NOT NULL`).length, {
        timeout: 20_000,
        interval: 500,
      })
      .toBe(1);
    await expect
      .poll(async () => (await owner`SELECT 1 FROM series_day WHERE last_value = 5 AND samples = 1`).length, {
        timeout: 20_000,
      })
      .toBe(1);
    const began = Date.now();
    worker.child.kill('SIGTERM');
    expect(await worker.exit).toBe(0);
    expect(Date.now() - began).toBeLessThan(SHUTDOWN_LIMIT_MILLISECONDS);
  });

  test('ends when its parent is gone', async () => {
    const worker = run({ SILT_WORKER_DATABASE_URL: database.urls.silt_worker });
    await worker.ready;
    worker.child.disconnect();
    expect(await worker.exit).toBe(0);
  });
});

describe('a worker that cannot start says why in one sentence', () => {
  const oneLine = (text: string): string => {
    expect(text.trim().split('\n')).toHaveLength(1);
    return text;
  };

  test('without its variable', async () => {
    const worker = run({});
    expect(await worker.exit).toBe(2);
    expect(oneLine(worker.stderr())).toContain('SILT_WORKER_DATABASE_URL is not set');
  });

  test('without a server', async () => {
    const worker = run({ SILT_WORKER_DATABASE_URL: 'postgresql://silt_worker:secret@127.0.0.1:4768/silt' });
    expect(await worker.exit).toBe(1);
    expect(oneLine(worker.stderr())).toBe('Postgres at 127.0.0.1:4768 cannot be reached: nothing listens there.\n');
  });

  test('with a wrong password or a database that was not set up', async () => {
    const empty = await createEmptyTestDatabase(inject('postgresUrl'));
    try {
      const wrong = new URL(empty.urls.silt_worker);
      wrong.password = 'wrong';
      const refused = run({ SILT_WORKER_DATABASE_URL: wrong.toString() });
      expect(await refused.exit).toBe(1);
      expect(oneLine(refused.stderr())).toContain('refuses the password of the user "silt_worker"');
      const bare = run({ SILT_WORKER_DATABASE_URL: empty.urls.silt_worker });
      expect(await bare.exit).toBe(1);
      expect(oneLine(bare.stderr())).toContain('is not set up');
    } finally {
      await empty.drop();
    }
  });
});
