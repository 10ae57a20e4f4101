import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROBE_NAMES } from '@silt/domain';
import { RULES } from '@silt/domain/findings';
import { afterAll, beforeAll, expect, test } from 'vitest';

const BUILD = fileURLToPath(new URL('../build.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'silt-doctor-'));
const bundle = join(folder, 'silt-collector.mjs');

beforeAll(() => execFileSync(process.execPath, [BUILD, bundle]));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each on this machine, whatever is wrong with it. */
function doctor(
  parameters: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...env }, cwd: folder };
    execFile(process.execPath, [bundle, 'doctor', ...parameters], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

test('doctor --json prints one object of this machine and nothing else, and its exit code is that of the worst finding', async () => {
  const { code, stdout, stderr } = await doctor(['--json']);
  const { findings, cannotTell, faults, probes } = JSON.parse(stdout);
  const codes: Record<string, number> = { notice: 10, warning: 11, critical: 12 };
  expect(stderr).toBe('');
  expect(faults).toBeUndefined();
  expect(code).toBe(codes[findings[0]?.severity] ?? 0);
  expect(probes.map(({ probe }: { probe: string }) => probe)).toEqual(PROBE_NAMES);
  const ids = RULES.map(({ id }) => id);
  for (const { rule } of [...findings, ...cannotTell]) expect(ids).toContain(rule);
});

test('doctor speaks the language of the environment, and --lang comes before it', async () => {
  const chinese = { LC_ALL: 'zh_CN.UTF-8' };
  expect((await doctor(['--rule', 'fs-full'], chinese)).stdout).toContain('最满');
  expect((await doctor(['--rule', 'fs-full', '--lang', 'en'], chinese)).stdout).toContain('fullest');
});

test('doctor --explain without an id lists the rules', async () => {
  const { code, stdout } = await doctor(['--explain']);
  expect([code, stdout.trimEnd().split('\n')]).toEqual([0, RULES.map(({ id }) => expect.stringMatching(`^${id} `))]);
});

test('doctor --help tells the exit codes', async () => {
  const { code, stdout } = await doctor(['--help']);
  expect([code, stdout.includes('10 notices at the most, 11 warnings, 12 something critical')]).toEqual([0, true]);
});

test.each([
  ['an unknown rule', ['--rule', 'none'], 'There is no rule "none"'],
  ['an unknown rule to explain', ['--explain', 'none'], 'There is no rule "none"'],
  ['an unknown language', ['--lang', 'de'], 'en or zh-CN'],
  ['an unknown option', ['--jsn'], "unknown option '--jsn'"],
])('%s is told in a sentence, with exit code 2', async (_, parameters, part) => {
  const { code, stdout, stderr } = await doctor(parameters);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(part);
  expect(stderr).not.toContain('    at ');
});

test('the rules are packed: a collector that runs has none of them as code', () => {
  const text = readFileSync(bundle, 'latin1');
  expect(RULES.filter(({ id }) => text.includes(`id:"${id}"`))).toEqual([]);
});
