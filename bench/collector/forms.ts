import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import COMPILE_FLAGS from '../../apps/collector/compile/flags.json' with { type: 'json' };
import NODE_FLAGS from '../../apps/collector/node-flags.json' with { type: 'json' };
import UNIT_ENVIRONMENT from '../../apps/collector/unit-environment.json' with { type: 'json' };

const FOLDER = fileURLToPath(new URL('../../apps/collector/', import.meta.url));
const IDLE_CLIENT = fileURLToPath(new URL('./idle-client.ts', import.meta.url));
const IDLE_CLIENT_COMPILED = fileURLToPath(new URL('./idle-client-compiled.ts', import.meta.url));
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

async function bundle(source: string, outfile: string): Promise<void> {
  await build({
    ...{ entryPoints: [source], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20' },
    external: ['bufferutil', 'utf-8-validate'],
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
  });
}

/** Both forms; the compiled one needs `npm run compile:collector` before. */
export async function prepareForms(folder: string): Promise<Form[]> {
  const script = `${FOLDER}dist/silt-collector.mjs`;
  const idleScript = `${folder}/idle-client.mjs`;
  await bundle(IDLE_CLIENT, idleScript);
  const idleCompiled = `${folder}/idle-client`;
  const idleCompiledScript = `${folder}/idle-client-compiled.mjs`;
  await bundle(IDLE_CLIENT_COMPILED, idleCompiledScript);
  const bun = `${FOLDER}compile/node_modules/@oven/bun-linux-${COMPILERS[process.arch]}/bin/bun`;
  await promisify(execFile)(bun, ['build', ...COMPILE_FLAGS, '--outfile', idleCompiled, idleCompiledScript]);
  const onNode = (file: string): Command => ({
    program: process.execPath,
    args: [...NODE_FLAGS, file],
    environment: UNIT_ENVIRONMENT,
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
