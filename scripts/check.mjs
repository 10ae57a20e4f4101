// `npm run check`: format, lint, types, import boundaries, dead code, one version of each dependency.
import { dependencyVersionProblems } from './lib/dependency-versions.mjs';
import { ensureGenerated, ensureInstalled } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';
import { runMain } from './lib/sentence-error.mjs';

const SOURCES = ['apps', 'packages', 'bench', 'faults', 'lab', 'scripts'];

const COMMANDS = [
  ['format and lint', 'biome', ['check', '--error-on-warnings', '.']],
  ['types', 'tsc', ['-p', '.']],
  ['types of the web', 'tsc', ['-p', 'apps/web']],
  ['import boundaries', 'depcruise', ['--config', '.dependency-cruiser.mjs', '--output-type', 'err', ...SOURCES]],
  ['dead code', 'knip', ['--no-progress']],
];

async function timed(name, check) {
  const begin = Date.now();
  const problems = await check();
  const seconds = ((Date.now() - begin) / 1000).toFixed(1);
  console.log(`${problems === null ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (problems !== null) console.log(problems.trim());
  return problems === null;
}

async function commandProblems(command, args) {
  const { code, output } = await run(command, args);
  return code === 0 ? null : output;
}

runMain(async () => {
  await ensureInstalled();
  await ensureGenerated();
  const checks = COMMANDS.map(([name, command, args]) => timed(name, () => commandProblems(command, args)));
  checks.push(timed('one version of each dependency', async () => dependencyVersionProblems()));
  const results = await Promise.all(checks);
  process.exitCode = results.every(Boolean) ? 0 : 1;
});
