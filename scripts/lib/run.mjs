import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { inRoot, ROOT, runtimeNode } from './paths.mjs';

const KEPT_OUTPUT_CHARACTERS = 20_000;

/** The environment for tools: the right Node first in the path, and nobody phones home. */
export function toolEnvironment(extra = {}) {
  return {
    ...process.env,
    PATH: [dirname(runtimeNode()), inRoot('node_modules/.bin'), process.env.PATH].join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    ...extra,
  };
}

/**
 * Runs a command to its end.
 * @param {{ env?: object, show?: boolean }} options `show`: its output goes to ours, else it is kept.
 * @returns {Promise<{ code: number, output: string }>} the last characters of stdout and stderr together.
 */
export function run(command, args, { env = {}, show = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: toolEnvironment(env),
      stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-KEPT_OUTPUT_CHARACTERS);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
