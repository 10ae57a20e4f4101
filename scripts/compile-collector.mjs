// `npm run compile:collector`: the collector as one executable that needs no Node, for this machine's architecture.
// The compiler (bun) comes from the npm registry by a lock file of its own.
import { existsSync, readFileSync } from 'node:fs';
import { inRoot } from './lib/paths.mjs';
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';
import { runMain, SentenceError } from './lib/sentence-error.mjs';

const ARCHITECTURES = { x64: 'x64', arm64: 'aarch64' };
const COMPILER_FOLDER = inRoot('apps/collector/compile');
/** A small heap, little that is compiled while it runs, and no settings from the folder it is started in. */
const FLAGS = JSON.parse(readFileSync(`${COMPILER_FOLDER}/flags.json`, 'utf8'));
const ENTRY = inRoot('apps/collector/dist/silt-collector.mjs');

async function runOrFail(command, args, failure, options = {}) {
  const { code, output } = await run(command, args, options);
  if (code !== 0) throw new SentenceError(`${failure}:\n${output}`);
}

runMain(async () => {
  const architecture = ARCHITECTURES[process.arch];
  if (process.platform !== 'linux' || architecture === undefined) {
    throw new SentenceError(
      `The collector is compiled on Linux, x64 or arm64; this is ${process.platform} ${process.arch}.`,
    );
  }
  await ensureInstalled();
  await ensureBuilt();
  const bun = `${COMPILER_FOLDER}/node_modules/@oven/bun-linux-${architecture}/bin/bun`;
  if (!existsSync(bun)) {
    const install = [
      'ci',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      '--prefix',
      COMPILER_FOLDER,
    ];
    await runOrFail('npm', install, 'npm could not install the compiler');
  }
  // Not in the folder of the build, whose files come back from its cache.
  const outfile = `${COMPILER_FOLDER}/dist/silt-collector-linux-${process.arch}`;
  await runOrFail(bun, ['build', ...FLAGS, '--outfile', outfile, ENTRY], 'The compiler failed');
  console.log(outfile);
});
