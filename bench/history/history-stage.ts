import { openDatabase, type Sql } from '@silt/db';
import { createTestDatabase, type TestDatabase } from '@silt/db/testing';
import { type DemoServices, openDemoServices, openWorkerServices, type WorkerServices } from '@silt/services';

/** A database of its own with an organisation, and what fills it and rolls it up. */
export interface HistoryStage {
  database: TestDatabase;
  /** Superuser: reads sizes, and writes what is copied from host to host. */
  admin: Sql;
  organisationId: string;
  demo: DemoServices;
  worker: WorkerServices;
}

export async function withStage<Result>(
  serverUrl: string,
  work: (stage: HistoryStage) => Promise<Result>,
): Promise<Result> {
  const database = await createTestDatabase(serverUrl);
  const admin = openDatabase(database.adminUrl, { applicationName: 'silt-bench', max: 1 });
  const demo = openDemoServices(database.urls.silt_ingest);
  const worker = openWorkerServices(database.urls.silt_worker);
  try {
    const [organisation] = await admin<[{ id: string }]>`
      INSERT INTO organisation (name, slug) VALUES ('Benchmark', 'benchmark') RETURNING id`;
    return await work({ database, admin, organisationId: organisation.id, demo, worker });
  } finally {
    await Promise.all([admin.end(), demo.close(), worker.close()]);
    await database.drop();
  }
}

/** All closed days, as the worker does it. Rejects when a host could not be rolled up. */
export async function rollUpAll({ worker }: HistoryStage): Promise<number> {
  const { samples, failures } = await worker.rollUpHistory(new AbortController().signal);
  const [failure] = failures;
  if (failure) throw failure.error;
  return samples;
}
