import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALL_FAULTS, CI_LOAD, CI_TIME_SCALE } from '../src/all-faults.ts';
import { type FaultPostgres, startFaultPostgres } from '../src/harness/fault-postgres.ts';

let postgres: FaultPostgres;
beforeAll(async () => {
  postgres = await startFaultPostgres();
});
afterAll(async () => {
  await postgres?.stop();
});

describe('nothing acknowledged is lost, nothing is stored twice, and each hole is covered', () => {
  test.each(ALL_FAULTS.filter(({ inTests }) => inTests))('$number: $name', async ({ run }) => {
    const report = await run({ postgres, timeScale: CI_TIME_SCALE, ...CI_LOAD });
    expect(report.happened).not.toBe('');
  });
});
