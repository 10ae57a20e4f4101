import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const FOLDER = fileURLToPath(new URL('../../apps/collector/', import.meta.url));
const UNIT = fileURLToPath(new URL('../../deploy/collector/silt-collector.service', import.meta.url));
const SOURCE = fileURLToPath(new URL('./idle-client.ts', import.meta.url));
/** As scripts/compile-collector.mjs. */
const COMPILE = [
  'build',
  '--compile',
  '--minify',
  '--bytecode',
  '--format=esm',
  '--compile-exec-argv=--smol',
  '--compile-jit-policy=1000',
];
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

/** Flags of Node and the environment, as the unit that the server hands out has them. */
function readUnit(): { flags: string[]; environment: Record<string, string> } {
  const lines = readFileSync(UNIT, 'utf8').split('\n');
  const valuesOf = (key: string) =>
    lines.flatMap((line) => (line.startsWith(`${key}=`) ? line.slice(key.length + 1) : []));
  const words = valuesOf('ExecStart')[0]?.split(' ') ?? [];
  const pairs = valuesOf('Environment').map((pair) => pair.split('=', 2));
  return { flags: words.filter((word) => word.startsWith('--')).slice(0, -1), environment: Object.fromEntries(pairs) };
}

/** Both forms; the compiled one needs `npm run compile:collector` before. */
export async function prepareForms(folder: string): Promise<Form[]> {
  const script = `${FOLDER}dist/silt-collector.mjs`;
  const idleScript = `${folder}/idle-client.mjs`;
  await build({
    ...{ entryPoints: [SOURCE], outfile: idleScript, bundle: true, platform: 'node', format: 'esm', target: 'node20' },
    external: ['bufferutil', 'utf-8-validate'],
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
  });
  const unit = readUnit();
  const idleCompiled = `${folder}/idle-client`;
  const bun = `${FOLDER}compile/node_modules/@oven/bun-linux-${COMPILERS[process.arch]}/bin/bun`;
  await promisify(execFile)(bun, [...COMPILE, '--outfile', idleCompiled, idleScript]);
  const onNode = (file: string): Command => ({
    program: process.execPath,
    args: [...unit.flags, file],
    environment: unit.environment,
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
