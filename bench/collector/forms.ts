import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const FOLDER = fileURLToPath(new URL('../../apps/collector/', import.meta.url));
const SOURCE = fileURLToPath(new URL('./idle-client.ts', import.meta.url));
const COMPILERS: Partial<Record<NodeJS.Architecture, string>> = { x64: 'x64', arm64: 'aarch64' };

/** How a program of ours is started; `environment` beside what it needs itself. */
export interface Command {
  program: string;
  args: string[];
  environment: Record<string, string>;
}

export interface Form {
  name: 'script' | 'compiled';
  collector: Command;
  /** A client that only holds a connection, on the same runtime with the same flags. */
  idle: Command;
}

/** Flags and variables of `deploy/collector/silt-collector.service`. */
const NODE_FLAGS = ['--max-semi-space-size=1', '--optimize-for-size', '--v8-pool-size=0', '--no-opt'];
const ENVIRONMENT = { MALLOC_ARENA_MAX: '1', UV_THREADPOOL_SIZE: '1' };

/** Both forms; the compiled one needs `npm run compile:collector` before. */
export async function prepareForms(folder: string): Promise<Form[]> {
  const script = `${FOLDER}dist/silt-collector.mjs`;
  const idleScript = `${folder}/idle-client.mjs`;
  await build({
    ...{ entryPoints: [SOURCE], outfile: idleScript, bundle: true, platform: 'node', format: 'esm', target: 'node20' },
    external: ['bufferutil', 'utf-8-validate'],
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
  });
  const idleCompiled = `${folder}/idle-client`;
  const bun = `${FOLDER}compile/node_modules/@oven/bun-linux-${COMPILERS[process.arch]}/bin/bun`;
  await promisify(execFile)(bun, ['build', '--compile', '--minify', '--outfile', idleCompiled, idleScript]);
  const onNode = (file: string): Command => ({
    program: process.execPath,
    args: [...NODE_FLAGS, file],
    environment: ENVIRONMENT,
  });
  const alone = (program: string): Command => ({ program, args: [], environment: {} });
  return [
    { name: 'script', collector: onNode(script), idle: onNode(idleScript) },
    {
      name: 'compiled',
      collector: alone(`${FOLDER}compile/dist/silt-collector-linux-${process.arch}`),
      idle: alone(idleCompiled),
    },
  ];
}
