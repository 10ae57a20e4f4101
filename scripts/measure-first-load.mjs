// Prints the JavaScript that each page of the built apps/web loads at first, compressed; fails where one is above the
// bound. `npm run first-load` after a build, such as that of `npm start` or `npm test`.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';

const MAX_BYTES = 190_000;
const MANIFEST = 'page_client-reference-manifest.js';
const built = join(dirname(fileURLToPath(import.meta.url)), '../apps/web/.next');
const pages = join(built, 'server/app');

const { rootMainFiles } = JSON.parse(readFileSync(join(built, 'build-manifest.json'), 'utf8'));

/** The chunks of the page, its layouts and what they show in its place (src of `<script>` in the page's HTML). */
function chunksOf(manifest) {
  const global = {};
  runInNewContext(readFileSync(manifest, 'utf8'), { globalThis: global });
  const [page] = Object.values(global.__RSC_MANIFEST);
  return new Set([...rootMainFiles, ...Object.values(page.entryJSFiles).flat()]);
}

const gzippedBytes = (file) => gzipSync(readFileSync(join(built, file))).length;

const sizes = readdirSync(pages, { recursive: true })
  .filter((path) => path.endsWith(MANIFEST))
  .map((path) => ({
    page: `/${dirname(path)}`,
    bytes: [...chunksOf(join(pages, path))].reduce((sum, file) => sum + gzippedBytes(file), 0),
  }))
  .sort((a, b) => b.bytes - a.bytes);
for (const { page, bytes } of sizes) console.log(`${(bytes / 1_000).toFixed(1).padStart(6)} kB  ${page}`);
if (sizes.length === 0 || sizes.some(({ bytes }) => bytes > MAX_BYTES)) {
  console.error(`A page may load ${MAX_BYTES / 1_000} kB.`);
  process.exit(1);
}
