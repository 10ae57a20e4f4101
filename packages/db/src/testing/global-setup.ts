import type { TestProject } from 'vitest/node';
import { startTestPostgres } from './start-test-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser of the test run's server; for `createTestDatabase`. */
    postgresUrl: string;
  }
}

/** One Postgres a project of the test run: Debian's 15 for the project of that name, else the embedded one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestPostgres({ edition: project.name === 'postgres-15' ? 'debian-15' : 'embedded' });
  project.provide('postgresUrl', server.url);
  return () => server.stop();
}
