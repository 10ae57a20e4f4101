import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Root of the checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export const inRoot = (path) => `${ROOT}/${path}`;

/** The Node that comes with the dependencies (Linux), else the one that runs this. */
export function runtimeNode() {
  const brought = inRoot(`node_modules/node-linux-${process.arch}/bin/node`);
  return process.platform === 'linux' && existsSync(brought) ? brought : process.execPath;
}
