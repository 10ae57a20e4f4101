// Bundles the collector to one file that runs on Node 20 and later without anything beside it.
// node build.mjs [output file]
import { chmod } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('.', import.meta.url));
const outfile = process.argv[2] ?? `${folder}dist/silt-collector.mjs`;

/**
 * Takes Node's own modules by require. An import of one reads all that it exports, and node:http exports a WebSocket for
 * which Node loads its HTTP clients: 10 MB of memory for nothing.
 */
const requireBuiltins = {
  name: 'require-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'require-call' ? { path, external: true } : { path, namespace: 'builtin' },
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require('${path}');`,
    }));
  },
};

/** The log's library can write from threads, which the collector never does: it need not load what they take. */
const withoutThreads = {
  name: 'without-threads',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(worker_threads|thread-stream)$/ }, ({ path }) => ({ path, namespace: 'no-threads' }));
    onLoad({ filter: /.*/, namespace: 'no-threads' }, () => ({ contents: 'module.exports = { isMainThread: true };' }));
  },
};

await build({
  absWorkingDir: folder,
  entryPoints: ['src/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  plugins: [requireBuiltins, withoutThreads],
  // Names stay, for stack traces. Comments would also make the source two bytes a character in memory.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  // Speed-ups of ws that are not installed; it looks for them and goes on without.
  external: ['bufferutil', 'utf-8-validate'],
  // What is CommonJS in the bundle calls require.
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
});
await chmod(outfile, 0o755);
