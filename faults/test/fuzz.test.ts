import { afterAll, beforeAll, expect, test } from 'vitest';
import { CI_LOAD, CI_TIME_SCALE } from '../src/all-faults.ts';
import { FUZZ_SEED, runFuzzer } from '../src/fuzz/run-fuzzer.ts';
import { type FaultPostgres, startFaultPostgres } from '../src/harness/fault-postgres.ts';
import { Stage } from '../src/harness/stage.ts';

/** A minute of it; `npm run test:faults -- --fuzz --fuzz-seconds 1800` goes on for longer. */
const FUZZ_SECONDS = 60;

let postgres: FaultPostgres;
let stage: Stage;
beforeAll(async () => {
  postgres = await startFaultPostgres();
  stage = await Stage.open({ postgres, timeScale: CI_TIME_SCALE, ...CI_LOAD });
});
afterAll(async () => {
  await stage?.close();
  await postgres?.stop();
});

test('a minute of strange frames: right close codes, nothing stored but what is valid, memory and others unharmed', async () => {
  const result = await runFuzzer(stage, FUZZ_SECONDS, FUZZ_SEED);
  console.log(JSON.stringify(result));
  expect(result.connections).toBeGreaterThan(0);
});
