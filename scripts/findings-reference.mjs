// `npm run findings`: writes docs/findings from the rules of packages/domain.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FINDING_GROUPS, findingsPages } from './lib/findings-pages.mjs';
import { inRoot } from './lib/paths.mjs';
import { ensureInstalled } from './lib/prepare.mjs';
import { runMain } from './lib/sentence-error.mjs';

const RULES = inRoot('packages/domain/src/findings');
const PAGES = inRoot('docs/findings');

/** The rules are TypeScript, which not every Node that runs this can read. */
async function loadRules() {
  const { build } = await import('esbuild');
  const contents = FINDING_GROUPS.map(({ list, file }) => `export { ${list} } from './${file}';`).join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: RULES, loader: 'ts' },
    ...{ bundle: true, write: false, format: 'esm', platform: 'neutral', logLevel: 'warning' },
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

runMain(async () => {
  await ensureInstalled();
  const pages = findingsPages(await loadRules(), RULES);
  mkdirSync(PAGES, { recursive: true });
  for (const file of readdirSync(PAGES)) if (!pages.has(file)) rmSync(join(PAGES, file));
  for (const [file, text] of pages) writeFileSync(join(PAGES, file), text);
  console.log(`${pages.size - 1} findings are told in docs/findings`);
});
