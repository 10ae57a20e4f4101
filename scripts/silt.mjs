// `npm run silt -- COMMAND`: the command line, built when it changed.
import { inRoot, runtimeNode } from './lib/paths.mjs';
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';
import { runMain } from './lib/sentence-error.mjs';

runMain(async () => {
  await ensureInstalled();
  await ensureBuilt('@silt/cli');
  const { code } = await run(runtimeNode(), [inRoot('apps/cli/dist/cli.mjs'), ...process.argv.slice(2)], {
    show: true,
  });
  process.exitCode = code;
});
