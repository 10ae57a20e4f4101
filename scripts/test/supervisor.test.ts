import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Supervisor } from '../lib/supervisor.mjs';

const FINAL = 3;

let folder: string;
let failures: Error[];
let supervisor: Supervisor;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'silt-supervisor-'));
  appendFileSync(join(folder, 'starts'), '');
  failures = [];
  supervisor = new Supervisor((error) => failures.push(error));
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(async () => {
  await supervisor.stop();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const starts = () => readFileSync(join(folder, 'starts'), 'utf8').length;
const said = () => vi.mocked(console.error).mock.calls.join('\n');

/** Says that it is ready, and ends with the code. */
const ending = (code: number) => ({
  name: 'program',
  args: [
    '-e',
    `require('node:fs').appendFileSync(${JSON.stringify(join(folder, 'starts'))}, 'x');
     process.send({ type: 'ready' }, () => process.exit(${code}));`,
  ],
  env: { PATH: process.env.PATH },
  logFile: join(folder, 'log'),
  finalExitCode: FINAL,
});

test('a program that ends by itself is started again', async () => {
  await supervisor.start(ending(1));
  await vi.waitFor(() => expect(starts()).toBeGreaterThan(1), 5_000);
  expect(said()).toMatch(/The program ended; starting it again/);
});

test('a program that ends for good is left alone, and the others go on', async () => {
  await supervisor.start(ending(FINAL));
  await vi.waitFor(() => expect(said()).toMatch(/The program ended for good; .*log says why/), 5_000);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(starts()).toBe(1);
  expect(failures).toEqual([]);
});
