// `next build`, then the two folders that its standalone server serves but does not copy.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const next = createRequire(import.meta.url).resolve('next/dist/bin/next');
const built = spawnSync(process.execPath, [next, 'build'], {
  cwd: here,
  stdio: 'inherit',
  env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
});
if (built.status !== 0) process.exit(built.status ?? 1);

const standalone = join(here, '.next/standalone/apps/web');
cpSync(join(here, '.next/static'), join(standalone, '.next/static'), { recursive: true });
if (existsSync(join(here, 'public'))) cpSync(join(here, 'public'), join(standalone, 'public'), { recursive: true });
