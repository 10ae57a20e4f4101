import { build } from 'esbuild';

await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/demo.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  sourcemap: true,
  legalComments: 'linked',
  // Dependencies in CommonJS call require(), which an ES module does not have.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  // Loaded only where they are installed: pg-native by pg, the others by ws.
  external: ['pg-native', 'bufferutil', 'utf-8-validate'],
  logLevel: 'warning',
});
