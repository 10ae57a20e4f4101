import { fileURLToPath } from 'node:url';

/** Built by `turbo run build`, which `npm run lab` and `npm test` do first. */
export const COLLECTOR_BUNDLE = fileURLToPath(new URL('../../apps/collector/dist/silt-collector.mjs', import.meta.url));
