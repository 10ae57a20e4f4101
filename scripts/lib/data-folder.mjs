import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isAlive, startMark } from './processes.mjs';
import { SentenceError } from './sentence-error.mjs';

/**
 * Makes and claims the data folder. Only one Silt works on it at a time; the mark of one that was killed is taken over.
 * @returns {{ folder: string, logFile: (name: string) => string, secret: (name: string) => string,
 *   release: () => void }}
 */
export function claimDataFolder(folder) {
  const claim = `${folder}/silt.pid`;
  try {
    for (const path of [folder, `${folder}/logs`, `${folder}/collector`, `${folder}/secrets`]) {
      makeFolder(path);
    }
    refuseSecond(claim, folder);
    writeFileSync(claim, JSON.stringify({ pid: process.pid, mark: startMark(process.pid) }), { mode: 0o600 });
  } catch (error) {
    if (error instanceof SentenceError) throw error;
    throw new SentenceError(`The data folder ${folder} cannot be written (${error.code}); choose another with --data.`);
  }
  return {
    folder,
    logFile: (name) => freshLog(`${folder}/logs/${name}.log`),
    secret: (name) => keptSecret(`${folder}/secrets/${name}`),
    release: () => rmSync(claim, { force: true }),
  };
}

/** Step by step: mkdir's own `recursive` never returns below /proc. */
function makeFolder(path) {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

function refuseSecond(claim, folder) {
  if (!existsSync(claim)) return;
  const { pid, mark } = parseClaim(readFileSync(claim, 'utf8'));
  if (pid === process.pid || !isAlive(pid) || startMark(pid) !== mark) return;
  throw new SentenceError(`Silt already runs on ${folder} (process ${pid}); stop it, or choose another --data folder.`);
}

/** A claim that was cut off while it was written claims nothing. */
function parseClaim(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { pid: -1, mark: '' };
  }
}

/** The log of the run before is kept as `.1`. */
function freshLog(path) {
  if (existsSync(path)) renameSync(path, `${path}.1`);
  return path;
}

/** Made once, 256 bits, readable by its owner alone. */
function keptSecret(path) {
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('base64url'), { mode: 0o600 });
  return readFileSync(path, 'utf8');
}
