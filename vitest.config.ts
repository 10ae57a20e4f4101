import { defineConfig } from 'vitest/config';
import { hasDebianPostgres } from './packages/db/src/testing/start-test-postgres.ts';

const TESTS = ['{apps,packages}/*/test/**/*.test.{ts,tsx}', '{scripts,bench,faults,lab}/test/**/*.test.ts'];
const OUTSIDE = ['**/node_modules/**', '**/dist/**', 'apps/e2e/**'];
/**
 * Ends what hangs; a busy machine is no failure. Some walk through whole lives of a fleet, build the collector first, or start a
 * daemon: a few seconds, and on a busy machine many.
 */
const UNIT_TIMEOUT_MILLISECONDS = 120_000;
const POSTGRES_TIMEOUT_MILLISECONDS = 60_000;
const FAULT_TIMEOUT_MILLISECONDS = 180_000;

/** Storage, daemons and networks of this machine: one file at a time, since each sees what the others build. */
const REAL = ['packages/probes/test/*-real.test.ts', 'apps/gateway/test/*-real.test.ts', 'lab/test/**/*.test.ts'];

/** Real processes that are killed, stopped and cut off: one file at a time, after all others. */
const FAULTS = ['faults/test/**/*.test.ts'];

/** A test that needs a database is named `*.postgres.test.ts`. */
const postgres = {
  globalSetup: ['packages/db/src/testing/global-setup.ts'],
  exclude: OUTSIDE,
  testTimeout: POSTGRES_TIMEOUT_MILLISECONDS,
  hookTimeout: POSTGRES_TIMEOUT_MILLISECONDS,
};

export default defineConfig({
  test: {
    // One less by default, though many tests wait for processes, timers and servers.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          ...{ name: 'unit', include: TESTS, testTimeout: UNIT_TIMEOUT_MILLISECONDS },
          hookTimeout: UNIT_TIMEOUT_MILLISECONDS,
          exclude: [...OUTSIDE, ...REAL, ...FAULTS, '**/*.postgres.test.ts'],
        },
      },
      {
        test: {
          ...{ name: 'real', include: REAL, exclude: OUTSIDE, testTimeout: UNIT_TIMEOUT_MILLISECONDS },
          ...{ hookTimeout: UNIT_TIMEOUT_MILLISECONDS, fileParallelism: false, sequence: { groupOrder: 1 } },
        },
      },
      {
        test: {
          ...{ name: 'faults', include: FAULTS, exclude: OUTSIDE, testTimeout: FAULT_TIMEOUT_MILLISECONDS },
          ...{ hookTimeout: FAULT_TIMEOUT_MILLISECONDS, fileParallelism: false, sequence: { groupOrder: 2 } },
        },
      },
      { test: { ...postgres, name: 'postgres', include: ['{apps,packages}/*/test/**/*.postgres.test.ts'] } },
      ...(hasDebianPostgres()
        ? [{ test: { ...postgres, name: 'postgres-15', include: ['packages/db/test/**/*.postgres.test.ts'] } }]
        : []),
    ],
  },
});
