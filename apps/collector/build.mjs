// Bundles the collector to one file that runs on Node 20 and later without anything beside it.
// node build.mjs [output file]
import { chmod } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('.', import.meta.url));
const outfile = process.argv[2] ?? `${folder}dist/silt-collector.mjs`;

await build({
  absWorkingDir: folder,
  entryPoints: ['src/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minifySyntax: true,
  // Speed-ups of ws that are not installed; it looks for them and goes on without.
  external: ['bufferutil', 'utf-8-validate'],
  // What is CommonJS in the bundle calls require.
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
});
await chmod(outfile, 0o755);
