// Bundles the collector to one file that runs on Node 20 and later without anything beside it. What a collector that runs for
// months has in memory is decided here: docs/adr/0016-one-file-that-loads-little.md.
// node build.mjs [output file]
import { chmod, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('.', import.meta.url));
const outfile = process.argv[2] ?? `${folder}dist/silt-collector.mjs`;
const requireHere = createRequire(import.meta.url);

/**
 * Takes Node's own modules by require, and of each only the names that are used. An import of one reads all that it exports,
 * and so does a copy of its names: node:http exports a WebSocket for which Node loads its HTTP clients, node:util what
 * loads worker threads.
 */
const requireBuiltins = {
  name: 'require-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'require-call' ? { path, external: true } : { path, namespace: 'builtin', sideEffects: false },
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({ contents: namesOf(path) }));
  },
};

function namesOf(path) {
  const names = Object.keys(requireHere(path)).filter((name) => /^[A-Za-z_]\w*$/.test(name) && name !== 'default');
  const lines = names.map((name) => `export const ${name} = /* @__PURE__ */ (() => all.${name})();`);
  return [`const all = require('${path}');`, 'export default all;', ...lines].join('\n');
}

/** The log's library can write from threads, which the collector never does: it need not load what they take. */
const withoutThreads = {
  name: 'without-threads',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(worker_threads|thread-stream)$/ }, ({ path }) => ({ path, namespace: 'no-threads' }));
    onLoad({ filter: /.*/, namespace: 'no-threads' }, () => ({ contents: 'module.exports = { isMainThread: true };' }));
  },
};

const shared = {
  absWorkingDir: folder,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Names stay, for stack traces. Comments would also make the source two bytes a character in memory.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
};

/** Puts what a command alone loads into the file as compressed text, which becomes code when that command asks for it. */
const packCommands = {
  name: 'pack-commands',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/.*\.ts$/ }, ({ path, kind, resolveDir }) =>
      kind === 'dynamic-import' ? { path: resolve(resolveDir, path), namespace: 'packed' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'packed' }, async ({ path }) => ({ contents: await packed(path) }));
  },
};

async function packed(path) {
  const { outputFiles } = await build({
    ...shared,
    ...{ entryPoints: [path], format: 'cjs', plugins: [requireBuiltins], write: false },
  });
  const text = brotliCompressSync(outputFiles[0].contents).toString('base64');
  return `
    const source = require('node:zlib').brotliDecompressSync(Buffer.from('${text}', 'base64')).toString();
    const run = require('node:vm').compileFunction(source, ['module', 'exports', 'require'], {
      filename: 'silt-collector/${basename(path)}',
    });
    run(module, exports, (name) => require(name));`;
}

await build({
  ...shared,
  ...{ entryPoints: ['src/main.ts'], outfile, format: 'esm' },
  plugins: [packCommands, requireBuiltins, withoutThreads],
  // Speed-ups of ws that are not installed; it looks for them and goes on without.
  external: ['bufferutil', 'utf-8-validate'],
  // What is CommonJS in the bundle calls require.
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
});
if ((await readFile(outfile)).some((byte) => byte > 0x7f)) {
  throw new Error(`${outfile} is not ASCII alone: all of it would take two bytes a character in memory.`);
}
await chmod(outfile, 0o755);
