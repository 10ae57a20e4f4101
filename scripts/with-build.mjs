// `npm run bench:… [-- options]`, `npm run lab [-- options]`: runs a file of ours on the Node that comes with the
// dependencies, once all that it may start is built.
import { inRoot, runtimeNode } from './lib/paths.mjs';
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';
import { runMain } from './lib/sentence-error.mjs';

runMain(async () => {
  const [file, ...args] = process.argv.slice(2);
  await ensureInstalled();
  await ensureBuilt();
  const { code } = await run(runtimeNode(), [inRoot(file), ...args], { show: true });
  process.exitCode = code;
});
