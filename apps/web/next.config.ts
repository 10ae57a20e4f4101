import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const config: NextConfig = {
  output: 'standalone',
  outputFileTracingRoot: repository,
  turbopack: {
    root: repository,
    // Messages are compiled on the server (src/shared/intl/messages.ts); this one formats without parsing.
    resolveAlias: { 'use-intl/format-message': 'use-intl/format-message/format-only' },
  },
  transpilePackages: ['@silt/api', '@silt/db', '@silt/domain', '@silt/runtime', '@silt/services'],
  serverExternalPackages: ['@prisma/client', '@prisma/adapter-pg', 'better-auth', 'pg', 'postgres'],
  poweredByHeader: false,
  // `npm run check` covers types over the whole repository; the build need not do it twice.
  typescript: { ignoreBuildErrors: true },
};

export default config;
