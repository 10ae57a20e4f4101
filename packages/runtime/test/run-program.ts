import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUNTIME = fileURLToPath(new URL('../src/index.ts', import.meta.url));

export interface Program {
  child: ChildProcess;
  /** The next message that the program sends. */
  message(): Promise<unknown>;
  end: Promise<{ code: number | null; stderr: string }>;
}

/** Runs `body` as a program of its own; all that the package exports is `runtime` there. */
export function runProgram(body: string, env: Record<string, string> = {}): Program {
  const folder = mkdtempSync(join(tmpdir(), 'silt-runtime-'));
  const file = join(folder, 'program.mts');
  writeFileSync(file, `import * as runtime from ${JSON.stringify(RUNTIME)};\n${body}`);
  const child = fork(file, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  // Not `close`: it does not come after a disconnect.
  const end = Promise.all([once(child, 'exit'), child.stderr ? once(child.stderr, 'end') : null]).then(([[code]]) => {
    rmSync(folder, { recursive: true });
    return { code: code as number | null, stderr };
  });
  return { child, message: async () => (await once(child, 'message'))[0], end };
}
