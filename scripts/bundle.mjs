// `node ../../scripts/bundle.mjs NAME [TARGET]` in an app's folder: src/main.ts with all that it imports, as dist/NAME.mjs.
// TARGET: the oldest Node that runs it; by default the one that comes with the dependencies.
import { build } from 'esbuild';

const [name, target = 'node24'] = process.argv.slice(2);

await build({
  entryPoints: ['src/main.ts'],
  outfile: `dist/${name}.mjs`,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target,
  sourcemap: true,
  legalComments: 'linked',
  // Dependencies in CommonJS call require(), which an ES module does not have.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  // Loaded only where they are installed: pg-native by pg, the others by ws.
  external: ['pg-native', 'bufferutil', 'utf-8-validate'],
  logLevel: 'warning',
});
