// `npm run bench:NAME [-- --json]`: runs bench/NAME.ts on the Node that comes with the dependencies.

import { inRoot, runtimeNode } from './lib/paths.mjs';
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';
import { runMain } from './lib/sentence-error.mjs';

runMain(async () => {
  const [name, ...args] = process.argv.slice(2);
  await ensureInstalled();
  await ensureBuilt();
  const { code } = await run(runtimeNode(), [inRoot(`bench/${name}.ts`), ...args], { show: true });
  process.exitCode = code;
});
