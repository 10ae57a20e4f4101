import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { StoringGateway } from '../storing-gateway.ts';
import { delivered, newFolder, randomFrom, uptimeOf } from './spool-tools.ts';

const ROUNDS = 12;
const NUMBERS_A_ROUND = 100_000;
const SEED = 7_919;
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

const build = mkdtempSync(join(tmpdir(), 'silt-spool-child-'));
const program = join(build, 'child.mjs');
beforeAll(() => {
  buildSync({
    entryPoints: [fileURLToPath(new URL('spool-child.ts', import.meta.url))],
    ...{ outfile: program, bundle: true, platform: 'node', format: 'esm', banner: { js: REQUIRE } },
    external: ['bufferutil', 'utf-8-validate'],
    // The golden frames are found from where their reader stands.
    define: { 'import.meta.url': JSON.stringify(new URL('../golden-frame.ts', import.meta.url).href) },
  });
});
afterAll(() => rmSync(build, { recursive: true, force: true }));

/** A child that pushes, with the numbers of what it has produced so far. */
function start(
  folder: string,
  url: string,
  pauseMilliseconds: number,
  round: number,
): { child: ChildProcess; produced: number[] } {
  const child = spawn(
    process.execPath,
    [program, folder, url, String(pauseMilliseconds), String(round * NUMBERS_A_ROUND + 1)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const produced: number[] = [];
  child.stdout.on('data', (text) => produced.push(...String(text).trim().split('\n').map(Number)));
  return { child, produced };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'close');
  child.kill('SIGKILL');
  await gone;
}

/** Of one run, what is stored must be its first so many; true when the kill cost the rest. */
function wasCut(produced: readonly number[], stored: ReadonlySet<number | string>): boolean {
  const kept = produced.filter((number) => stored.has(number));
  expect(kept).toEqual(produced.slice(0, kept.length));
  return kept.length < produced.length;
}

const numbersOf = (stored: readonly (number | string)[]) => stored.filter((one) => typeof one === 'number');

test('kill -9 in a spool write, again and again: all that was written is delivered, in order, once', async () => {
  const folder = newFolder();
  const random = randomFrom(SEED);
  const runs: number[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { child, produced } = start(folder, 'ws://127.0.0.1:1/collect', 1, round);
    await vi.waitUntil(() => produced.length > 0, { timeout: 10_000, interval: 5 });
    await sleep(random(60));
    await kill(child);
    runs.push(produced);
  }
  const told = (await delivered(folder)).map((one) => (one.kind === 'gap' ? one.reason : uptimeOf(one)));
  const stored = numbersOf(told);
  expect(stored).toEqual([...stored].sort((one, other) => Number(one) - Number(other)));
  expect(new Set(told.filter((one) => typeof one === 'string')).size).toBeLessThanOrEqual(1);
  const cut = runs.filter((produced) => wasCut(produced, new Set(stored)));
  expect(stored.length).toBeGreaterThan(ROUNDS);
  expect(cut.length, 'no kill came before what was produced was durable').toBeGreaterThan(0);
}, 60_000);

test('kill -9 between acknowledgement and deletion, again and again: every row is stored once', async () => {
  const folder = newFolder();
  const random = randomFrom(SEED);
  const gateway = new StoringGateway();
  const url = await gateway.listen();
  onTestFinished(() => gateway.close());
  const runs: number[][] = [];
  let unanswered = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = gateway.stored.length;
    gateway.silent = random(2) === 0;
    const { child, produced } = start(folder, url, 4, round);
    await vi.waitUntil(() => gateway.stored.length > before, { timeout: 10_000, interval: 5 });
    await sleep(random(60));
    await kill(child);
    if (gateway.silent) unanswered += 1;
    runs.push(produced);
  }
  gateway.silent = false;
  const { child, produced } = start(folder, url, 4, ROUNDS);
  await vi.waitUntil(() => gateway.stored.includes(produced[3] ?? -1), { timeout: 20_000, interval: 5 });
  await kill(child);
  const stored = numbersOf(gateway.stored);
  expect(gateway.wrong).toEqual([]);
  expect(new Set(stored).size).toBe(stored.length);
  expect(stored).toEqual([...stored].sort((one, other) => Number(one) - Number(other)));
  for (const run of runs) wasCut(run, new Set(stored));
  expect(gateway.streams.size).toBe(1);
  expect(unanswered).toBeGreaterThan(0);
}, 60_000);
